"""Orders of customers as they come about: bought and paid, sent, arrived, each at its moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import order_by_number
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import make_customer, make_order, make_product

MACHINE = Actor.system("test")
PRICE = 45_000_000


def bought(store: Store, user: User | None = None, *, count: int = 2, at: datetime | None = None, **fields: str) -> Order:
    """An order of several products, three pieces of the first, confirmed by its payment. `fields` are its customer's."""
    at = at or timezone.now() - timedelta(days=1)
    products = [make_product(store, price_minor=PRICE) for _ in range(count)]
    order = make_order(store, make_customer(store, user, **fields), products=products, placed_at=at)
    OrderLine.objects.filter(order=order, position=1).update(quantity=3, total_minor=3 * PRICE)
    total = PRICE * (count + 2)
    Order.objects.filter(pk=order.pk).update(goods_minor=total, total_minor=total)
    record_payment(known(order), amount_minor=total, method="online", reference=f"r{order.pk}", paid_at=at, now=at, actor=MACHINE)
    return known(order)


def known(order: Order) -> Order:
    """The order as it stands now."""
    found = order_by_number(order.store, order.number)
    assert found is not None
    return found


def sent(order: Order, at: datetime | None = None, *, carrier: str = "", tracking: str = "") -> Order:
    """Handed to a carrier, as a whole."""
    at = at or timezone.now() - timedelta(hours=12)
    order = known(order)
    prepare_order(order, actor=MACHINE, now=at)
    wanted = Plan({}, carrier=carrier, tracking_number=tracking)
    hand_over(order, plan_delivery(order, wanted, actor=MACHINE, now=at), actor=MACHINE, now=at, source="carrier")
    return known(order)


def arrived(order: Order, at: datetime | None = None) -> Order:
    """Delivered, as its carrier says."""
    at = at or timezone.now() - timedelta(hours=1)
    record_delivery(order, order.deliveries.get(), Sighting("delivered", at), source="carrier", actor=MACHINE, now=at)
    return known(order)
