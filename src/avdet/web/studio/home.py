"""The studio's first page: what is still to do before the store can open its doors."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.connections.queries import connections_of
from avdet.records.people.staff import owners_without_second_factor
from avdet.records.stores.queries import calendar_versions, policy_in_force, policy_to_come, texts_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.studio.pages import OWNERS, page, to


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do; `key` names its words, `url` is where it is done."""

    key: str
    done: bool
    url: str


@open_to(*OWNERS)
def home(request: PageRequest) -> HttpResponse:
    """The checklist, and the terms in force."""
    now, store = timezone.now(), request.store
    current = policy_in_force(store, now)
    calendars = calendar_versions(store)
    worded = texts_of(store, ["welcome", "returns_address"])
    items = [
        Item("policy", current is not None, to(request, "policies")),
        Item("calendar", bool(calendars), to(request, "calendar")),
        Item("look", bool(store.logo), to(request, "look")),
        Item("details", bool(store.contact.get("phone") or store.contact.get("email")), to(request, "details")),
        Item("texts", "returns_address" in worded, to(request, "texts")),
        Item("shop", bool(connections_of(store)), to(request, "connections")),
        Item("staff", not owners_without_second_factor(store), to(request, "staff")),
    ]
    left = [item for item in items if not item.done]
    shown = {
        "left": left,
        "finished": [item for item in items if item.done],
        "current": current,
        "to_come": policy_to_come(store, now),
    }
    return page(request, "home", "home", shown)
