"""What every page of the studio has: who may open it, its rooms, and how it answers a form that needs another look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from avdet.records.shared.actors import Actor
from avdet.web.shared.access import PageRequest
from avdet.words.phrases import phrase

OWNERS: Final = ("owner", "support")
"""Who may open the studio: the store's owners, and platform support."""
_ROOMS: Final = (
    (
        "studio.rooms.terms",
        (
            ("home", "house", "studio.home.title"),
            ("policies", "file-text", "studio.policies.title"),
            ("calendar", "calendar-days", "studio.calendar.title"),
        ),
    ),
    (
        "studio.rooms.goods",
        (
            ("products", "boxes", "studio.products.title"),
            ("catalogue_files", "upload", "studio.catalogue_files.title"),
        ),
    ),
    (
        "studio.rooms.orders",
        (
            ("connections", "plug", "studio.connections.title"),
            ("imports", "inbox", "studio.imports.title"),
            ("traits", "tags", "studio.traits.title"),
            ("returns", "package-open", "studio.returns.title"),
        ),
    ),
    (
        "studio.rooms.face",
        (
            ("look", "palette", "studio.look.title"),
            ("details", "store", "studio.details.title"),
            ("texts", "pencil", "studio.texts.title"),
        ),
    ),
    (
        "studio.rooms.programs",
        (
            ("tokens", "key-round", "studio.tokens.title"),
            ("webhooks", "webhook", "studio.webhooks.title"),
        ),
    ),
    (
        "studio.rooms.house",
        (
            ("staff", "users", "studio.staff.title"),
            ("messages", "mail", "studio.messages.title"),
            ("history", "history", "studio.history.title"),
        ),
    ),
)
"""Heading → (name of the address, icon, what it is called) of its rooms."""
_ALSO: Final = {"products": ("desk", "expert", "accountant"), "catalogue_files": ("desk",), "traits": ("desk",)}
"""Rooms that others than owners may open."""


def page(
    request: PageRequest, template: str, room: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the studio; `room` is the one of its rooms that it belongs to."""
    return render(request, f"studio/{template}.html", {"rooms": _rooms(request, room), **(context or {})}, status=status)


def _rooms(request: PageRequest, here: str) -> list[dict[str, Any]]:
    say = request.language
    found = [
        {
            "title": phrase(say, title),
            "links": [
                {"url": to(request, name), "icon": icon, "label": phrase(say, label), "current": name == here}
                for name, icon, label in links
                if request.role in (*OWNERS, *_ALSO.get(name, ()))
            ],
        }
        for title, links in _ROOMS
    ]
    return [room for room in found if room["links"]]


def to(request: PageRequest, name: str, **places: object) -> str:
    """The address of a page of this store's studio."""
    return reverse(f"studio:{name}", kwargs={"store": request.store.slug, **places})


def done(
    request: PageRequest, key: str, name: str, places: Mapping[str, object] | None = None, **values: object
) -> HttpResponseRedirect:
    """Says what was done, and goes on to a page."""
    messages.success(request, phrase(request.language, f"studio.done.{key}", **values))
    return redirect(to(request, name, **(places or {})))


def actor_of(request: PageRequest) -> Actor:
    """Who is at work here."""
    return Actor.of(request.user, "staff", "studio")
