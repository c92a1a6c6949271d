"""What was changed in the store's settings, by whom and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpResponse

from avdet.records.people.staff import names_of
from avdet.records.shared.pages import newest_first
from avdet.records.stores.models import StoreEvent
from avdet.records.stores.queries import events_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.web.studio.pages import OWNERS, page, to
from avdet.words.phrases import phrase

ROWS: Final = 50
_STAFF: Final = re.compile(r"staff (\d+)")


@open_to(*OWNERS)
def history(request: PageRequest) -> HttpResponse:
    """The events, the newest first, a page at a time."""
    found = newest_first(events_of(request.store), size=ROWS, **marks(request))
    names = names_of(who_ids(event.actor for event in found.rows))
    context = {
        "rows": [(event, who_of(event.actor, names), told(event, request.language)) for event in found.rows],
        **pager(to(request, "history"), "", found),
    }
    return page(request, "history", "history", context)


def who_ids(actors: Iterable[str]) -> set[int]:
    """The users that histories speak of."""
    return {int(match[1]) for actor in actors if (match := _STAFF.match(actor))}


def who_of(actor: str, names: Mapping[int, str]) -> str:
    """What somebody in a history is called; empty where it was Avdet itself, or nobody knows any more."""
    match = _STAFF.match(actor)
    return names.get(int(match[1]), "") if match else ""


def told(event: StoreEvent, language: str) -> str:
    """One event in the reader's words."""
    facts: dict[str, Any] = {key: value for key, value in event.facts.items() if isinstance(value, str | int)}
    if event.kind == "changed":
        return phrase(language, "studio.event.changed", field=phrase(language, f"studio.field.{facts['field']}"))
    if event.kind == "text_changed":
        return phrase(language, "studio.event.text_changed", text=phrase(language, f"studio.texts.{facts['key']}.label"))
    if "role" in facts:
        facts["role"] = phrase(language, f"studio.role.{facts['role']}")
    return phrase(language, f"studio.event.{event.kind}", **facts)
