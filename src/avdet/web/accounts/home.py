"""The store that somebody comes from: it speaks for the installation where an account is told something."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from avdet.records.stores.models import Store
from avdet.records.stores.queries import store_by_slug

HOME: Final = "home_store"


def home_store(request: HttpRequest) -> Store | None:
    """The store whose page leads here (`next`), or did before; nothing where somebody came by the front door."""
    for path in (request.POST.get("next", ""), request.GET.get("next", "")):
        slug = path.split("/")[1] if path.startswith("/") and path.count("/") > 1 else ""
        store = store_by_slug(slug) if slug and slug.isascii() and len(slug) <= 40 else None
        if store is not None:
            request.session[HOME] = store.slug
            return store
    kept = request.session.get(HOME, "")
    return store_by_slug(kept) if kept else None
