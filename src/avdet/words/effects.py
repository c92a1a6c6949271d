"""What an answer changed, as a sentence: *with this answer it can no longer be accepted*."""

from __future__ import annotations

from datetime import datetime

from avdet.core.calendar import Calendar
from avdet.words.catalogue import say
from avdet.words.dates import day


def effect_said(kind: str, value: str, *, is_lost: bool, calendar: Calendar, language: str) -> str:
    """One effect. `kind` and `value` are those of an answer: ("outcome", "deny"), ("remedies", "refund"),
    ("deadlines.send_by", an instant in ISO 8601, empty while the time has not begun); `is_lost` where a thing is gone.
    """
    lost = ".lost" if is_lost else ""
    if kind == "outcome":
        return say(language, "effect", f"outcome.{value}")
    if kind.startswith("deadlines."):
        name = say(language, "deadline", kind.removeprefix("deadlines."))
        if not value:
            return say(language, "effect", "deadline.none", name=name)
        end = day(calendar.local(datetime.fromisoformat(value)), language)
        return say(language, "effect", "deadline", name=name, value=end)
    group = {"remedies": "remedy", "requires": "requirement"}.get(kind, "payer")
    return say(language, "effect", kind + lost, value=say(language, group, value))
