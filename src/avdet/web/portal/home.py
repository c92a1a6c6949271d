"""A store's front door: find an order, sign in, read the terms."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from avdet.records.orders.queries import orders_of
from avdet.records.people.queries import customer_of
from avdet.records.stores.queries import texts_of
from avdet.web.portal.story import headline
from avdet.web.shared.access import PageRequest, open_to


@open_to("anyone")
def home(request: PageRequest) -> HttpResponse:
    """What somebody who bought here came for; with the latest orders for whoever is signed in."""
    customer = customer_of(request.user, request.store) if request.user.is_authenticated else None
    latest = orders_of(customer, size=3).rows if customer else []
    context = {
        "welcome": _spoken(texts_of(request.store, ("welcome",)).get("welcome", {}), request),
        "latest": [(order, headline(order)) for order in latest],
    }
    return render(request, "portal/home.html", context)


def _spoken(texts: dict[str, str], request: PageRequest) -> str:
    """A text of the store in the reader's language, or in the store's own."""
    return texts.get(request.language) or texts.get(request.store.language, "")


@open_to("anyone")
def help_page(request: PageRequest) -> HttpResponse:
    """How to reach the store, and where to look first."""
    contact = request.store.contact
    said = contact.get("hours", "")
    hours = _spoken(said, request) if isinstance(said, dict) else said
    return render(request, "portal/help.html", {"contact": contact, "hours": hours})
