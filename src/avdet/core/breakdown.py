"""What an order comes to: lines, discounts, VAT by rate, shipping. Prices contain their VAT, and no minor unit is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from avdet.core.errors import MoneyError
from avdet.core.money import allocate


@dataclass(frozen=True, slots=True)
class Priced:
    """So many pieces at one price; `discount_minor` is taken off the line, `vat_basis_points` is 1000 for 10 %."""

    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    vat_basis_points: int = 0

    @property
    def gross_minor(self) -> int:
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`lines` is what is paid for each line once every discount is off; `vat` is (rate, what is paid at it, VAT within)."""

    lines: tuple[int, ...]
    goods_minor: int
    line_discounts_minor: int
    order_discount_minor: int
    shipping_minor: int
    shipping_vat_basis_points: int
    vat: tuple[tuple[int, int, int], ...]

    @property
    def discount_minor(self) -> int:
        return self.line_discounts_minor + self.order_discount_minor

    @property
    def vat_minor(self) -> int:
        return sum(within for _, _, within in self.vat)

    @property
    def total_minor(self) -> int:
        return sum(self.lines) + self.shipping_minor

    def plain(self) -> dict[str, Any]:
        """As it is frozen with an order."""
        return {
            "line_discounts_minor": self.line_discounts_minor,
            "order_discount_minor": self.order_discount_minor,
            "shipping_vat_basis_points": self.shipping_vat_basis_points,
            "vat": [{"basis_points": rate, "gross_minor": gross, "vat_minor": within} for rate, gross, within in self.vat],
        }


def vat_within(gross_minor: int, basis_points: int) -> int:
    """The VAT that an amount contains, rounded half up.

    >>> vat_within(12_000, 2000), vat_within(110, 1000), vat_within(5, 0)
    (2000, 10, 0)
    """
    whole = 10_000 + basis_points
    return (2 * gross_minor * basis_points + whole) // (2 * whole)


def break_down(
    lines: Sequence[Priced], *, discount_minor: int = 0, shipping_minor: int = 0, shipping_vat_basis_points: int = 0
) -> Breakdown:
    """The breakdown of an order; `discount_minor` is the whole order's, and is shared out over its lines.

    >>> found = break_down([Priced(2, 500, 0, 1000), Priced(1, 500)], discount_minor=100, shipping_minor=50)
    >>> found.lines, found.total_minor, found.vat_minor
    ((933, 467), 1450, 85)
    """
    _check(lines, discount_minor, shipping_minor, shipping_vat_basis_points)
    net = [line.gross_minor - line.discount_minor for line in lines]
    shares = allocate(discount_minor, net) if discount_minor else (0,) * len(net)
    paid = tuple(line - share for line, share in zip(net, shares, strict=True))
    rates: dict[int, int] = {}
    for line, amount in zip(lines, paid, strict=True):
        rates[line.vat_basis_points] = rates.get(line.vat_basis_points, 0) + amount
    if shipping_minor:
        rates[shipping_vat_basis_points] = rates.get(shipping_vat_basis_points, 0) + shipping_minor
    vat = tuple((rate, amount, vat_within(amount, rate)) for rate, amount in sorted(rates.items()))
    discounts = sum(line.discount_minor for line in lines)
    return Breakdown(paid, sum(net) + discounts, discounts, discount_minor, shipping_minor, shipping_vat_basis_points, vat)


MAX_QUANTITY = 1_000_000
MAX_MINOR = 10**15
MAX_VAT = 10_000
_CURE = "correct prices, quantities and discounts"


def _check(lines: Sequence[Priced], discount: int, shipping: int, rate: int) -> None:
    if not lines:
        raise MoneyError("an order without lines", where="lines", cure="give at least one line")
    for at, line in enumerate(lines):
        _check_line(line, f"lines[{at}]")
    net = sum(line.gross_minor - line.discount_minor for line in lines)
    if not 0 <= discount <= net:
        raise MoneyError(f"a discount of {discount} on goods of {net}", where="discount_minor", cure=_CURE)
    if not 0 <= shipping <= MAX_MINOR or not 0 <= rate <= MAX_VAT:
        raise MoneyError("shipping is no amount that can be charged", where="shipping_minor", cure=_CURE)
    if net + shipping > MAX_MINOR:
        raise MoneyError("the order comes to more than 10^15", where="lines", cure=_CURE)


def _check_line(line: Priced, where: str) -> None:
    if not 1 <= line.quantity <= MAX_QUANTITY:
        raise MoneyError(f"{line.quantity} pieces", where=f"{where}.quantity", cure=f"give 1 to {MAX_QUANTITY:,}")
    if not 0 <= line.unit_price_minor <= MAX_MINOR:
        raise MoneyError(f"a price of {line.unit_price_minor}", where=f"{where}.unit_price_minor", cure="give 0 to 10^15")
    if not 0 <= line.discount_minor <= line.gross_minor:
        raise MoneyError(f"a discount of {line.discount_minor} on {line.gross_minor}", where=where, cure=_CURE)
    if not 0 <= line.vat_basis_points <= MAX_VAT:
        raise MoneyError(f"VAT of {line.vat_basis_points} basis points", where=where, cure="give 0 to 10,000")
