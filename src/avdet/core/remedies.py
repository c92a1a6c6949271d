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

    def share(self, total: int) -> int:
        """What of a line's `total` falls to these pieces."""
        return part(total, before=self.before, count=self.count, of=self.of)


def paid_for(totals: Sequence[int], order_discount: int = 0) -> tuple[int, ...]:
    """What was paid for each line: its price, less its share of the order's discount. `totals`: every line's price."""
    shares = allocate(order_discount, totals) if order_discount else [0] * len(totals)
    return tuple(total - share for total, share in zip(totals, shares, strict=True))


def delivery_shares(shipping: int, paid: Sequence[int]) -> tuple[int, ...]:
    """What the first delivery of each line cost: the order's shipping, shared out by what was `paid` for each.

    Where nothing was paid for the goods, one line cost as much as another.
    """
    return allocate(shipping, paid if any(paid) else [1] * len(paid))


def amounts(
    goods: int, *, outbound: int = 0, return_cost: int = 0, customer_bears_return: bool = False, other_price: int | None = None
) -> Amounts:
    """What the remedies come to; `outbound` is what is given back of the first delivery.

    A deduction never turns a refund into a debt: what exceeds it is not collected here.
    """
    deducted = min(return_cost, goods + outbound) if customer_bears_return else 0
    return Amounts(goods, deducted, goods + outbound - deducted, None if other_price is None else other_price - goods)
