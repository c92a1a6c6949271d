"""A store's cases, page by page, narrowed to what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

_HEAVY: Final = ("question", "decision")
"""Columns that a list does without."""
_SHOWN: Final = ("order__number", "order_line__position", "order_line__sku", "policy_version__number")
"""What a list shows of the records beside a case; it has nothing else of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of cases is narrowed to; what is empty narrows nothing. `since` is when they were filed at the earliest."""

    state: str = ""
    goods: str = ""
    waits_for: str = ""
    reason: str = ""
    order: Order | None = None
    since: datetime | None = None


def cases_page(store: Store, wanted: Wanted, *, size: int = 50, after: str = "", before: str = "") -> Page[Case]:
    """Cases with their order's number and their line's SKU, the newest first. One statement."""
    given: dict[str, Any] = {
        "state": wanted.state, "goods": wanted.goods, "waits_for": wanted.waits_for, "reason": wanted.reason,
        "order": wanted.order, "filed_at__gte": wanted.since,
    }  # fmt: skip
    rows = Case.objects.filter(store=store, **{name: value for name, value in given.items() if value})
    own = (column.name for column in Case._meta.concrete_fields if column.name not in _HEAVY)
    rows = rows.select_related("order", "order_line", "policy_version").only(*own, *_SHOWN)
    return newest_first(rows, size=size, after=after, before=before)
