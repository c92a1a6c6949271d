"""What a granted remedy comes to: the refund of the invoiced price, what is deducted, what a different product costs.

The invoiced price is what counts, whatever the price is today (FET-TEST-6, FET-INSP-6). Amounts are integers in minor units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avdet.core.money import allocate, part


@dataclass(frozen=True, slots=True)
class Amounts:
    """`goods`: invoiced price of the claimed pieces, discounts shared out; `deducted`: carriage the customer bears;
    `refund`: what is paid out; `difference`: for another product, positive where the customer pays up."""

    goods: int
    deducted: int
    refund: int
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which pieces of a line are meant: `count` further ones of `of`, `before` having been settled by earlier claims."""

    count: int
    of: int
    before: int = 0


def invoiced(totals: Sequence[int], line: int, pieces: Pieces, *, order_discount: int = 0) -> int:
    """The invoiced price of pieces of a line, its share of the order's discount taken off. `totals`: every line's price."""
    share = allocate(order_discount, totals)[line] if order_discount else 0
    return part(totals[line] - share, before=pieces.before, count=pieces.count, of=pieces.of)


def amounts(
    goods: int, *, return_cost: int = 0, customer_bears_return: bool = False, other_price: int | None = None
) -> Amounts:
    """What the remedies come to. A deduction never turns a refund into a debt: what exceeds it is not collected here."""
    deducted = min(return_cost, goods) if customer_bears_return else 0
    return Amounts(goods, deducted, goods - deducted, None if other_price is None else other_price - goods)
