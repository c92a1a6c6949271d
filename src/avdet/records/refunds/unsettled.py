"""Which orders money is still to move for: something is to be paid, or on its way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import OPEN, Refund
from avdet.records.refunds.queries import OVERPAID


def unsettled(orders: Iterable[Order]) -> set[int]:
    """The row ids of those orders that are not paid for, were paid too much, or have a refund under way.

    Three statements; the orders' lines are at hand. Of pieces that were cancelled after they had been paid for, something
    may have been kept.
    """
    found = {order.pk: order for order in orders}
    paid = _sums(Payment.objects.filter(order__in=found, state="paid").values_list("order"))
    given = Refund.objects.filter(payment__order__in=found)
    back = _sums(given.filter(reason=OVERPAID).exclude(state="void").values_list("payment__order"))
    moving = set(given.filter(state__in=OPEN).values_list("payment__order", flat=True))
    differ = {key for key, order in found.items() if not _is_paid(order, paid.get(key, 0) - back.get(key, 0))}
    return differ | moving


def _is_paid(order: Order, paid: int) -> bool:
    return to_pay_minor(order) <= paid <= order.total_minor - order.credit_minor


def _sums(rows: QuerySet[Any, Any]) -> dict[int, int]:
    return dict(rows.order_by().annotate(Sum("amount_minor")))
