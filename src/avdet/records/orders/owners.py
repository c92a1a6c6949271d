"""Whose an order is: the account that claims it, and the guest who holds a code that was sent to its own contact."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from avdet.records.orders.actions import AT_ONCE
from avdet.records.orders.models import GuestCode, Order, OrderEvent
from avdet.records.people.models import Customer
from avdet.records.shared.sealed import fingerprint

ENDED: Final = ("delivered", "closed", "cancelled")
"""States in which a shop needs nobody's address any more."""
LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5
"""How often a code may be mistyped."""
CODES: Final = 3
"""How many codes an order is sent in an hour, so that nobody's phone rings all day."""


@transaction.atomic
def take_over(customer: Customer, other: Customer, *, now: datetime) -> int:
    """Moves another record's orders to a customer of the same store; says how many. Each keeps that it was moved."""
    orders = list(Order.objects.filter(store=customer.store_id, customer=other).order_by("pk"))
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(customer=customer, revision=F("revision") + 1)
    moved = (
        OrderEvent(
            order=order, kind="claimed", actor="customer", actor_id=customer.user_id, source="account", at=now, recorded_at=now
        )
        for order in orders
    )
    OrderEvent.objects.bulk_create(moved, batch_size=AT_ONCE)
    return len(orders)


def new_code(order: Order, channel: str, *, now: datetime) -> str:
    """A code of six digits that opens one order for ten minutes, once; nothing where an order has had its share of them."""
    since = now - timedelta(hours=1)
    if GuestCode.objects.filter(order=order, created_at__gt=since).count() >= CODES:
        return ""
    code = f"{secrets.randbelow(1_000_000):06}"
    GuestCode.objects.create(
        order=order, code_print=_print(order.pk, code), channel=channel, expires_at=now + LASTS, created_at=now
    )
    return code


def use_code(order_id: int, code: str, *, now: datetime) -> bool:
    """Whether a code opens an order: the newest one only, in time, once, and before it was mistyped too often."""
    newest = GuestCode.objects.filter(order=order_id).order_by("-pk").first()
    if newest is None:
        return False
    live = GuestCode.objects.filter(pk=newest.pk, used_at=None, expires_at__gt=now, attempts__lt=TRIES)
    if not live.update(attempts=F("attempts") + 1):
        return False
    if not secrets.compare_digest(newest.code_print, _print(order_id, code)):
        return False
    return bool(GuestCode.objects.filter(pk=newest.pk, used_at=None).update(used_at=now))


def _print(order_id: int, code: str) -> str:
    return fingerprint(f"{order_id}:{code}", "guest code")


def under_way(customer: Customer) -> bool:
    """Whether an order of a customer's is neither delivered, closed nor cancelled."""
    return Order.objects.filter(customer=customer).exclude(state__in=ENDED).exists()


def numbers_of(customer: Customer) -> list[str]:
    """The numbers of all a customer's orders, the oldest first."""
    return list(Order.objects.filter(customer=customer).order_by("pk").values_list("number", flat=True))


def whole_history(customer: Customer) -> list[Order]:
    """Every order of a customer's with its lines and events, the oldest first. Three statements."""
    return list(Order.objects.filter(customer=customer).prefetch_related("lines", "events").order_by("pk"))
