"""What a granted remedy comes to: the refund of the invoiced price, what is deducted, what a different product costs.

The invoiced price is what counts, whatever the price is today (FET-TEST-6, FET-INSP-6). Amounts are integers in minor units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avdet.core.money import allocate, part


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line as invoiced: `unit_price` before the order's discount, `returned` pieces settled by earlier claims."""

    unit_price: int
    quantity: int
    discount: int = 0
    returned: int = 0

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity - self.discount


@dataclass(frozen=True, slots=True)
class Amounts:
    """`goods`: invoiced price of the claimed pieces, discounts shared out; `deducted`: carriage the customer bears;
    `refund`: what is paid out; `difference`: for another product, positive where the customer pays up."""

    goods: int
    deducted: int
    refund: int
    difference: int | None = None


def invoiced(lines: Sequence[InvoiceLine], index: int, quantity: int, *, order_discount: int = 0) -> int:
    """The invoiced price of `quantity` further pieces of a line, its share of the order's discount taken off."""
    totals = [line.total for line in lines]
    shares = allocate(order_discount, totals) if order_discount else (0,) * len(lines)
    line = lines[index]
    return part(line.total - shares[index], before=line.returned, count=quantity, of=line.quantity)


def amounts(
    goods: int, *, return_cost: int = 0, customer_bears_return: bool = False, other_price: int | None = None
) -> Amounts:
    """What the remedies come to. A deduction never turns a refund into a debt: what exceeds it is not collected here."""
    deducted = min(return_cost, goods) if customer_bears_return else 0
    return Amounts(goods, deducted, goods - deducted, None if other_price is None else other_price - goods)
