"""What the pages of the catalogue share: who may open them, and the product that an address names."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.core.exceptions import BadRequest
from django.http import Http404

from avdet.core import jalali
from avdet.core.errors import AvdetError, CalendarError
from avdet.core.spreadsheet import figure
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import product_of
from avdet.records.shared.pages import position
from avdet.web.shared.access import PageRequest
from avdet.web.studio.pages import OWNERS
from avdet.words.digits import digits

KEEPERS: Final = ("desk", *OWNERS)
"""Who keeps the goods: the order desk too."""
_DAY: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_JALALI: Final = 1700
"""Years before this one are of the Jalali calendar."""


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


def day(text: str) -> date | None:
    """A day as people write it, 1405/09/15 or 2026-12-06, or nothing.

    >>> day("۱۴۰۵/۰۹/۱۵"), day("2026-12-06"), day("2026-13-06")
    (datetime.date(2026, 12, 6), datetime.date(2026, 12, 6), None)
    """
    match = _DAY.fullmatch(digits(text.strip(), "en"))
    if match is None:
        return None
    year, month, number = (int(part) for part in match.groups())
    try:
        return jalali.to_gregorian(year, month, number) if year < _JALALI else date(year, month, number)
    except (ValueError, CalendarError):
        return None
