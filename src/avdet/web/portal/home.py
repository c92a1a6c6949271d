"""A store's front door: find an order, sign in, read the terms."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

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
        "latest": [(order, headline(order, timezone.now())) for order in latest],
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
    returns = _spoken(texts_of(request.store, ("returns_address",)).get("returns_address", {}), request)
    return render(request, "portal/help.html", {"contact": contact, "hours": hours, "returns": returns})


@open_to("anyone")
def logo(request: PageRequest) -> HttpResponseBase:
    """The store's logo as it is now. Pages ask with its version in the query, letters without."""
    if not request.store.logo:
        raise Http404
    response = FileResponse(request.store.logo.open("rb"), content_type="image/png")
    response["Cache-Control"] = "public, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}  # type: ignore[attr-defined]
    return response
