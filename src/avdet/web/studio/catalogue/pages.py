"""What the pages of the catalogue share: who may open them, and the product that an address names."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import BadRequest
from django.http import Http404

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import figure
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import product_of
from avdet.records.shared.pages import position
from avdet.web.shared.access import PageRequest
from avdet.web.studio.pages import OWNERS

KEEPERS: Final = ("desk", *OWNERS)
"""Who keeps the goods: the order desk too."""


def the_product(request: PageRequest, sku: str) -> Product:
    """The product of this store, on sale or not."""
    found = product_of(request.store, sku)
    if found is None:
        raise Http404
    return found


def marks(request: PageRequest) -> tuple[str, str]:
    """Where a list goes on from: after one row, or before one."""
    after, before = (request.GET.get(way, "") for way in ("after", "before"))
    try:
        for mark in filter(None, (after, before)):
            position(mark)
    except AvdetError as fault:
        raise BadRequest(str(fault)) from None
    return after, before


def whole(text: str) -> int | None:
    """A whole number in any digits, or nothing."""
    try:
        return figure(text.strip(), 0)
    except ValueError:
        return None
