"""What every page of the desk has: who may open it, its rooms, and who is at work there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from avdet.core.errors import AvdetError
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import STAFF, PageRequest
from avdet.web.shared.refusals import why
from avdet.words.faults import coded
from avdet.words.phrases import catalogue, phrase

HANDS: Final = ("desk", "owner", "support")
"""Who moves orders."""
PURSES: Final = ("accountant", "owner", "support")
"""Who moves money back, and reads the books."""
EXPERTS: Final = ("expert", "owner", "support")
"""Who decides cases."""
BENCH: Final = ("desk", "expert", "owner", "support")
"""Who takes parcels in."""
CLAIMANTS: Final = ("desk", "expert", "owner", "support")
"""Who takes claims down for customers."""
WRITERS: Final = ("desk", "expert", "accountant", "owner", "support")
_ROOMS: Final = (
    ("", (("home", "desk.home.title", "list-checks", STAFF), ("orders", "desk.orders.title", "package", STAFF))),
    (
        "claims",
        (
            ("board", "desk.board.title", "layout-dashboard", STAFF),
            ("cases", "desk.cases.title", "scale", STAFF),
            ("bench", "desk.bench.title", "package-open", BENCH),
            ("carriers", "desk.carriers.title", "truck", STAFF),
        ),
    ),
    (
        "money",
        (
            ("refunds", "desk.refunds.title", "hand-coins", PURSES),
            ("payouts", "desk.payouts.title", "banknote", PURSES),
            ("findings", "desk.findings.title", "triangle-alert", PURSES),
            ("books", "desk.books.title", "landmark", PURSES),
        ),
    ),
    ("more", (("notices", "desk.notices.title", "mail", HANDS), ("dashboard", "desk.dashboard.title", "chart-column", STAFF))),
)
"""Heading → (name of the address, its title, icon, who may open it) of its rooms."""


def page(
    request: PageRequest, template: str, room: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the desk; `room` is the one of its rooms that it belongs to."""
    return render(request, f"desk/{template}.html", {"rooms": _rooms(request, room), **(context or {})}, status=status)


def _rooms(request: PageRequest, here: str) -> list[dict[str, Any]]:
    say = request.language
    found = [
        {
            "title": phrase(say, f"desk.rooms.{heading}") if heading else "",
            "links": [
                {"url": to(request, name), "icon": icon, "label": phrase(say, title), "current": name == here}
                for name, title, icon, roles in links
                if request.role in roles
            ],
        }
        for heading, links in _ROOMS
    ]
    return [room for room in found if room["links"]]


def to(request: PageRequest, name: str, **places: object) -> str:
    """The address of a page of this store's desk."""
    return reverse(f"desk:{name}", kwargs={"store": request.store.slug, **places})


def done(request: PageRequest, key: str, url: str, **values: object) -> HttpResponseRedirect:
    """Says what was done, and goes on to a page."""
    messages.success(request, phrase(request.language, f"desk.done.{key}", **values))
    return redirect(url)


def refused(request: PageRequest, fault: AvdetError, group: str = "desk.refused") -> str:
    """Why something was not done, in the reader's language: in the words that `group` has for the place of the fault, else in
    those of its code.
    """
    key = f"{group}.{str(fault.where).partition('.')[0].partition(' ')[0]}"
    if key in catalogue(request.language):
        return phrase(request.language, key)
    return why(request.language, fault, f"{group}.not_now")


def unchanged(request: PageRequest, revision: int) -> None:
    """`Conflict` where what a form was made of has moved on since."""
    if request.POST.get("revision") != str(revision):
        raise coded(Conflict, "record.changed", where="revision")


def typed(request: PageRequest, name: str, most: int = 120) -> str:
    """What stands in a field of a form, as far as it is read."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[:most]


def actor_of(request: PageRequest) -> Actor:
    """Who is at work here."""
    return Actor.of(request.user, "staff", "desk")


def titled(language: str, group: str, kind: str) -> str:
    """What a kind of thing is called, in a group of phrases; one that has no words yet, by its own name."""
    key = f"{group}.{kind}"
    return phrase(language, key) if key in catalogue(language) else kind.replace("_", " ")


def tabs(request: PageRequest, url: str, group: str, names: Iterable[str], here: str) -> list[dict[str, Any]]:
    """A page's lists beside each other, each called as a group of phrases has it."""
    return [
        {"label": phrase(request.language, f"{group}.{name}"), "url": f"{url}?show={name}", "current": name == here}
        for name in names
    ]
