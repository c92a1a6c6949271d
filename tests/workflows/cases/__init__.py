"""Delivered orders and filed claims, for the tests of what becomes of cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order, OrderLine
from avdet.records.people.models import Customer
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.claims.file_claim import Wanted, file_claim
from tests.factories import NOW, make_customer, make_order, make_product, make_store

CUSTOMER = Actor("customer", 1, source="web")
SEALED = {"sealed": True, "box_marked": False, "accessories_complete": True, "box_kept": True, "used": False}


def delivered(
    store: Store | None = None, customer: Customer | None = None, *, quantity: int = 3, traits: list[str] | None = None, now: datetime = NOW,
    **fields: Any,
) -> Order:  # fmt: skip
    """An order of so many pieces of one product, at its buyer's for a day."""
    store = store or make_store("fetrashop")
    made = make_order(
        store, customer or make_customer(store), products=[make_product(store, traits=traits or ["seven_day_test", "serial_number"])],
        state="delivered", placed_at=now - timedelta(days=4), paid_at=now - timedelta(days=4),
        handed_over_at=now - timedelta(days=3), delivered_at=now - timedelta(days=1), **fields,
    )  # fmt: skip
    line = OrderLine.objects.get(order=made)
    OrderLine.objects.filter(pk=line.pk).update(quantity=quantity, total_minor=line.unit_price_minor * quantity)
    return Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)


def filed(
    order: Order, *, quantity: int = 1, reason: str = "withdrawal", answers: dict[str, bool] | None = None, key: str = "k", now: datetime = NOW
) -> Case:
    """A case of the order's only line."""
    wanted = Wanted(OrderLine.objects.get(order=order).pk, quantity, reason, SEALED if answers is None else answers)
    (case,) = file_claim(order, [wanted], actor=CUSTOMER, channel="portal", key=key, now=now)
    return case


def claimed_pieces(case: Case) -> int:
    """How many pieces of the case's line stand in cases."""
    return OrderLine.objects.get(pk=case.order_line_id).claimed_quantity
