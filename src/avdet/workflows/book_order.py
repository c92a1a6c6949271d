"""What an order's own moves write into the books: it is delivered, or cancelled with something kept."""

from __future__ import annotations

from datetime import datetime

from avdet.core import bookings
from avdet.records.ledger.actions import post
from avdet.records.ledger.queries import balance
from avdet.records.orders.models import Order


def book_delivery(order: Order, *, now: datetime) -> None:
    """The order has been delivered whole: its total is earned. Doing it again changes nothing."""
    earned = bookings.order_delivered(
        total_minor=order.total_minor,
        shipping_minor=order.shipping_minor,
        vat_minor=order.vat_minor,
        currency=order.currency,
    )
    if earned:
        post(order.store, f"order:{order.pk}:delivered", "delivered", earned, now=now, order_number=order.number)


def book_cancellation(order: Order, *, now: datetime) -> None:
    """The order has been cancelled and its refund granted: what is still held for it is kept, and earned."""
    kept = -balance(order.store, bookings.ORDERS, order.currency, order_number=order.number)
    if kept > 0:
        transfers = bookings.order_cancelled(kept, order.currency)
        post(order.store, f"order:{order.pk}:cancelled", "cancelled", transfers, now=now, order_number=order.number)
