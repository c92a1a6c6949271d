"""A store's cases, page by page, narrowed to what is wanted."""

from __future__ import annotations

from typing import Final

from avdet.records.cases.models import Case
from avdet.records.cases.search import CaseFilters, filtered
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

_HEAVY: Final = ("question", "decision")
"""Columns that a list does without."""
_SHOWN: Final = ("order__number", "order_line__position", "order_line__sku", "policy_version__number")
"""What a list shows of the records beside a case; it has nothing else of them."""


def cases_page(store: Store, filters: CaseFilters, *, size: int = 50, after: str = "", before: str = "") -> Page[Case]:
    """Cases with their order's number and their line's SKU, the newest first. One statement."""
    rows = Case.objects.filter(filtered(filters), store=store)
    own = (column.name for column in Case._meta.concrete_fields if column.name not in _HEAVY)
    rows = rows.select_related("order", "order_line", "policy_version").only(*own, *_SHOWN)
    return newest_first(rows, size=size, after=after, before=before)
