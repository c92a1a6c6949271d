"""What an order's own page shows of its claims, in one statement."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef

from avdet.records.cases.models import Case, ClaimDraft
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of

_SHOWN: Final = (
    "id", "number", "order_line_id", "quantity", "reason", "state", "goods", "waits_for", "due_at", "outcome", "filed_at",
)  # fmt: skip


def claims_of_order(order: Order, owner: str) -> tuple[list[Case], bool]:
    """The order's cases, as they were filed, and whether `owner` is writing a claim about it.

    Of a case only what a list shows is at hand; its line is one of `lines_of(order)`.
    """
    writing = ClaimDraft.objects.filter(order=OuterRef("pk"), owner=owner)
    rows = Order.objects.filter(pk=order.pk).annotate(writing=Exists(writing)).order_by("cases__id")
    lines = {line.pk: line for line in lines_of(order)}
    found, shown = list[Case](), list(rows.values_list("writing", *(f"cases__{name}" for name in _SHOWN)))
    for _, *values in shown:
        if values[0] is not None:
            case = Case(**dict(zip(_SHOWN, values, strict=True)), order=order, store_id=order.store_id)
            case.order_line = lines[case.order_line_id]
            found.append(case)
    return found, any(row[0] for row in shown)
