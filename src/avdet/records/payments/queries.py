"""What is read of payments."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, Sum

from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.actions import chain_of
from avdet.records.payments.models import GatewayAccount, Payment
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


def payments_of(order: Order) -> list[Payment]:
    """The order's payments with their events, the oldest first. Two statements."""
    return list(Payment.objects.filter(order=order).prefetch_related("events").order_by("id"))


def paid_minor(order: Order) -> int:
    """What has come in for an order."""
    return int(Payment.objects.filter(order=order, state="paid").aggregate(paid=Sum("amount_minor"))["paid"] or 0)


def left_minor(order: Order) -> int:
    """What has come in for an order, and for those that it follows, and is not promised back. One statement where it follows
    none.
    """
    rows = Payment.objects.filter(order__in=chain_of(order), state="paid")
    return int(rows.aggregate(left=Sum(F("amount_minor") - F("refunded_minor")))["left"] or 0)


def is_paid(order: Order) -> bool:
    """Whether all has come in that an order costs, and each of those that it follows. Two statements for each of them."""
    first = order.follows
    return paid_minor(order) >= to_pay_minor(order) and (first is None or is_paid(first))


def payment_by_id(payment_id: int) -> Payment | None:
    """A payment, with its order and store."""
    return Payment.objects.filter(pk=payment_id).select_related("order", "store").first()


def payment_by_reference(store: Store, gateway: str, reference: str) -> Payment | None:
    """The payment that a gateway knows by this reference."""
    rows = Payment.objects.filter(store=store, gateway=gateway, reference=reference)
    return rows.exclude(reference="").select_related("order", "store").first()


def payments_page(store: Store, *, state: str = "", after: str = "", before: str = "", size: int = 50) -> Page[Payment]:
    """The store's payments with their orders, newest first."""
    rows = Payment.objects.filter(store=store).select_related("order")
    return newest_first(rows.filter(state=state) if state else rows, size=size, after=after, before=before)


def gateway_account(store: Store, gateway: str) -> GatewayAccount | None:
    """The store's account with a gateway, if it is in use."""
    return GatewayAccount.objects.filter(store=store, gateway=gateway, active=True).first()


def expected_since(before: datetime, *, looked_before: datetime, limit: int = 200) -> list[Payment]:
    """Payments of any store that have been awaited since before a time, and not been looked up lately; the oldest first."""
    rows = Payment.objects.filter(state="expected", created_at__lt=before).exclude(reference="").exclude(gateway="manual")
    unseen = rows.filter(Q(looked_at=None) | Q(looked_at__lt=looked_before))
    return list(unseen.select_related("store").order_by("created_at")[:limit])
