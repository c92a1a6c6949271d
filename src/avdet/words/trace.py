"""*Why not otherwise?* What became of each clause, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from avdet.core.facts import BY_NAME, NOT_STARTED, Fact, Value
from avdet.core.trace import Reason
from avdet.words.catalogue import code, say
from avdet.words.dates import span
from avdet.words.digits import number

_ATOM: Final = re.compile(r"(\w+) (==|!=|<=|>=|<|>) (\w+)")


def verdict(reason: Reason, parameters: Mapping[str, Value], language: str, *, failed: Sequence[Reason] = ()) -> str:
    """What became of one branch of a clause, and why. `failed` are the clause's earlier cases, which do not hold:

    a case that says what holds `otherwise` applies just because of them.

    >>> verdict(Reason("S-1", 0, "not_met", "days_since_delivery <= 7", (("days_since_delivery", 12),)), {}, "en")
    'does not apply: 12 days since delivery, the limit is 7 days'
    >>> verdict(Reason("S-2", 0, "waits"), {}, "en")
    'has nothing to add to this answer'
    >>> verdict(Reason("S-3", 1, "in_force"), {}, "en", failed=[Reason("S-3", 0, "not_met", "not used", (("used", True),))])
    'applies: “Have you used the product?” yes'
    """
    if reason.status == "set_aside":
        return say(language, "trace", "set_aside", by=", ".join(code(by, language) for by in reason.by))
    head = say(language, "trace", reason.status)
    parts = {"in_force": failed, "waits": ()}.get(reason.status, (reason,))
    facts = [(name, value, _limit(part.part, parameters)) for part in parts for name, value in part.facts]
    stated = [_stated(BY_NAME[name], value, limit, language) for name, value, limit in facts]
    return head + (": " + ("؛ " if language == "fa" else "; ").join(dict.fromkeys(stated)) if stated else "")


def _limit(part: str, parameters: Mapping[str, Value]) -> Value | None:
    """The figure or value that a simple comparison is made with."""
    match = _ATOM.fullmatch(part)
    if match is None:
        return None
    word = match[3]
    return int(word) if word.isdigit() else parameters.get(word, word)


def _stated(fact: Fact, value: Value | None, limit: Value | None, language: str) -> str:
    if fact.event and isinstance(value, int):
        return _passed(fact, value, limit, language)
    label = fact.asked(language)
    if value is None:
        return say(language, "trace", "fact", label=label, value=say(language, "value", "unknown"))
    shown = value_words(fact, value, language)
    if limit is None or isinstance(limit, bool):
        return say(language, "trace", "fact", label=label, value=shown)
    key = "compared" if fact.kind == "int" else "wanted"
    return say(language, "trace", key, label=label, value=shown, limit=value_words(fact, limit, language))


def _passed(fact: Fact, value: int, limit: Value | None, language: str) -> str:
    event = say(language, "event", fact.event)
    if value == NOT_STARTED:
        return say(language, "trace", "not_begun", event=event)
    if not isinstance(limit, int):
        return say(language, "trace", "running", span=span(value, fact.unit, language), event=event)
    return say(language, "trace", "passed", span=span(value, fact.unit, language), event=event,
               limit=span(limit, fact.unit, language))  # fmt: skip


def value_words(fact: Fact, value: Value, language: str) -> str:
    """A fact's value as the reader says it.

    >>> value_words(BY_NAME["sealed"], True, "fa"), value_words(BY_NAME["reason"], "defect", "en")
    ('بله', 'It has a technical fault')
    """
    if isinstance(value, bool):
        return say(language, "value", "yes" if value else "no")
    if isinstance(value, int):
        return number(value, language)
    if fact.name == "reason":
        return say(language, "reason", value)
    return code(value, language) if fact.name == "country" and value != "other" else say(language, "value", value)
