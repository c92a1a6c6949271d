"""What the pages of the catalogue share: who may open them, and the product that an address names."""

from __future__ import annotations

from typing import Final

from django.http import Http404

from avdet.core.spreadsheet import figure
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import product_of
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


def whole(text: str) -> int | None:
    """A whole number in any digits, or nothing."""
    try:
        return figure(text.strip(), 0)
    except ValueError:
        return None
