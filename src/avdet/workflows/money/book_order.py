"""What an order's own moves write into the books: it is delivered, or cancelled with something kept.

Once an order is delivered, or cancelled, `liability:orders` holds of it what is owed either way, and nothing else.
"""

from __future__ import annotations

from datetime import datetime

from avdet.core import bookings
from avdet.core.breakdown import vat_within
from avdet.records.ledger.actions import post
from avdet.records.ledger.queries import balance
from avdet.records.orders.models import Order
from avdet.records.orders.queries import cost_minor, lines_of
from avdet.records.refunds.queries import OrderMoney, money_of


def held_minor(order: Order) -> int:
    """What its customer has paid beyond what was earned or went back; below zero what they owe."""
    return -balance(order.store, bookings.ORDERS, order.currency, order_number=order.number)


def free_minor(order: Order, money: OrderMoney | None = None) -> int:
    """What is held for it and not owed back: of what came in beyond its price, everything is that was not kept.

    `money` is the order's, where it is at hand.
    """
    held = held_minor(order)
    if held <= 0:
        return held
    money = money or money_of(order)
    kept = -balance(order.store, bookings.CANCELLATIONS, order.currency, order_number=order.number)
    return held - max(0, min(held, money.spare_minor - kept, money.left_minor))


def book_delivery(order: Order, *, now: datetime, cause: str = "delivered") -> None:
    """The order has been delivered whole: what is held for it, or is still to be paid, is earned, but for what came in
    beyond it. Doing it again changes nothing.
    """
    whole, money = cost_minor(order), money_of(order)
    earned = free_minor(order, money) + money.due_minor
    if earned > 0 and whole:
        transfers = bookings.order_delivered(
            total_minor=earned, shipping_minor=order.shipping_minor * earned // whole,
            vat_minor=_vat_left(order) * earned // whole, currency=order.currency,
        )  # fmt: skip
        post(order.store, f"order:{order.pk}:{cause}", "delivered", transfers, now=now, order_number=order.number)


def _vat_left(order: Order) -> int:
    """The VAT of what was not cancelled."""
    return order.vat_minor - sum(vat_within(line.cancelled_minor, line.vat_basis_points) for line in lines_of(order))


def book_taken_back(order: Order, cause: str, *, now: datetime) -> None:
    """What had been given out of an order's money is void: of one that is delivered it is earned after all."""
    if order.state in ("delivered", "closed"):
        book_delivery(order, now=now, cause=cause)


def book_cancellation(order: Order, *, now: datetime) -> None:
    """The order has been cancelled and its refund granted: what is still held for it is kept, and earned."""
    book_kept(order, held_minor(order), "cancelled", now=now)


def book_kept(order: Order, kept_minor: int, cause: str, *, now: datetime) -> None:
    """Something is kept of what was paid for pieces that were cancelled."""
    if kept_minor > 0:
        transfers = bookings.order_cancelled(kept_minor, order.currency)
        post(order.store, f"order:{order.pk}:{cause}", "cancelled", transfers, now=now, order_number=order.number)
