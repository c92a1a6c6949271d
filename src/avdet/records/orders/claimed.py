"""Pieces of order lines that stand in cases: never more than were bought and not cancelled, however many claim at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.records.orders.models import Order, OrderLine


def claim_pieces(order: Order, pieces: Mapping[int, int]) -> None:
    """Takes so many pieces of each line (line id → count) for a claim; one statement a line, in the order of their ids.

    The row is locked by it until the transaction ends. `AvdetError` where fewer are left, or the line is another order's.
    """
    for line, count in sorted(pieces.items()):
        taken = F("cancelled_quantity") + F("claimed_quantity") + count
        free = OrderLine.objects.filter(pk=line, order=order, quantity__gte=taken)
        if count < 1 or not free.update(claimed_quantity=F("claimed_quantity") + count):
            raise AvdetError("more pieces than are left to claim", where="lines", cure="look at the order again")


def free_pieces(line: OrderLine, count: int) -> None:
    """Gives pieces back, so that they may be claimed again."""
    OrderLine.objects.filter(pk=line.pk, claimed_quantity__gte=count).update(claimed_quantity=F("claimed_quantity") - count)
