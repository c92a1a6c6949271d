"""Pieces of order lines that stand in cases: never more than were bought and not cancelled, however many claim at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import connection
from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.composed import forget
from avdet.words.faults import coded

_TAKE: Final = """UPDATE orders_orderline SET claimed_quantity = claimed_quantity + %s
    WHERE id = %s AND order_id = %s AND quantity >= cancelled_quantity + claimed_quantity + %s"""


def claim_pieces(order: Order, pieces: Mapping[int, int]) -> None:
    """Takes so many pieces of each line (line id → count) for a claim; one statement a line, in the order of their ids.

    The row is locked by it until the transaction ends. `AvdetError` where fewer are left, the line is another order's, or the
    order has been cancelled.
    """
    if order.state == "cancelled":
        raise coded(AvdetError, "claim.none_left", where="lines")
    with connection.cursor() as cursor:
        for line, count in sorted(pieces.items()):
            cursor.execute(_TAKE, [count, line, order.pk, count])
            if count < 1 or not cursor.rowcount:
                raise coded(AvdetError, "claim.none_left", where="lines")
    forget(order, "lines")


def free_pieces(line: OrderLine, count: int) -> None:
    """Gives pieces back, so that they may be claimed again."""
    OrderLine.objects.filter(pk=line.pk, claimed_quantity__gte=count).update(claimed_quantity=F("claimed_quantity") - count)
