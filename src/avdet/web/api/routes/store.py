"""The store that the token belongs to."""

from __future__ import annotations

from django.http import HttpResponse

from avdet.web.api.answers import reply
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.doors import Door
from avdet.web.api.shapes.store import StoreDocument

door = Door("store")


@door.get("/store", "", StoreDocument)
def read_store(request: TokenRequest) -> HttpResponse:
    """Whose token this is, and what it may do."""
    store = request.store
    names = ("slug", "names", "country", "currency", "time_zone", "languages")
    return reply({**{name: getattr(store, name) for name in names}, "scopes": request.auth.scopes})
