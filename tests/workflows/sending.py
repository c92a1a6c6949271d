"""Cases whose goods are to come back, for the tests of parcels and of the bench."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.claims.file_claim import Wanted, file_claim
from tests import factories
from tests.factories import make_customer, make_order, make_product, make_store

NOW: Final = factories.NOW - timedelta(days=1)
"""When claims are filed: pages look at the clock on the wall, which shows a later time than this."""
CUSTOMER: Final = Actor("customer", 1, source="web")
EXPERT: Final = Actor("staff", 2, source="desk")
KEPT_WELL: Final = {
    "sealed": True, "used": False, "box_kept": True, "box_marked": False, "accessories_complete": True, "misuse": False,
    "documents": True, "six_photos": True, "visible_at_delivery": False, "visible_without_opening": False,
    "visible_without_use": False, "in_specification": True, "gift_included": True,
}  # fmt: skip


def delivered_order(store: Store | None = None, *, products: int = 1, quantity: int = 3, traits: tuple[str, ...] = ("seven_day_test", "serial_number"), **fields: Any) -> Order:  # fmt: skip
    """An order that was delivered two days ago, so many pieces of each product."""
    store = store or make_store()
    goods = [make_product(store, traits=list(traits), on_hand=5) for _ in range(products)]
    sent = {"placed_at": NOW - timedelta(days=5), "paid_at": NOW - timedelta(days=5), "handed_over_at": NOW - timedelta(days=3),
            "delivered_at": NOW - timedelta(days=2)}  # fmt: skip
    customer = fields.pop("customer", None) or make_customer(store)
    made = make_order(store, customer, products=goods, state="delivered", **{**sent, **fields})
    for line in OrderLine.objects.filter(order=made):
        OrderLine.objects.filter(pk=line.pk).update(quantity=quantity, total_minor=line.unit_price_minor * quantity)
    return Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)


def claimed(order: Order, *, reason: str = "defect", quantity: int = 1, key: str = "", **answers: bool) -> list[Case]:
    """One case for each line of the order."""
    wanted = [Wanted(line.pk, quantity, reason, {**KEPT_WELL, **answers}) for line in OrderLine.objects.filter(order=order).order_by("pk")]
    return file_claim(order, wanted, actor=CUSTOMER, channel="portal", key=key or f"k{order.pk}", now=NOW)
