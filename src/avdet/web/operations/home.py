"""The installation's front door: its only store, or the list of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from avdet.records.people.queries import logins
from avdet.records.stores.queries import all_stores
from avdet.web.shared.access import PageRequest, open_to


@open_to("anyone")
def stores(request: PageRequest) -> HttpResponse:
    """One store: go there. Several: choose."""
    found = all_stores()
    if len(found) == 1 and not settings.DEMO:
        return redirect(f"/{found[0].slug}/")
    named = [{"slug": store.slug, "name": store.name_in(request.language), "accent": store.accent} for store in found]
    context: dict[str, Any] = {"stores": named}
    if settings.DEMO:
        names = {store.slug: store.name_in(request.language) for store in found}
        people = [{"store": names.get(slug, "Avdet"), "role": role, "email": email} for slug, role, email in logins()]
        context |= {"logins": people, "password": settings.DEMO_PASSWORD}
    return render(request, "operations/home.html", context)
