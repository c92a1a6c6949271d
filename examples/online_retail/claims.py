"""Turns the invoices of UCI Online Retail into a file of claims: each cancellation beside the purchase that it takes back.

The data knows invoices and cancellations, and neither parcels nor what customers said. What it does not know is a parameter of
`Assumptions`, stated with every result; a cancellation for which there is no purchase is counted and never given one.
"""

from __future__ import annotations

import csv
import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
INVOICES = HERE / "online_retail_all.csv.xz"
COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
GOODS = re.compile(r"\d{5}[A-Za-z]*")
"""Stock codes of goods. The others are postage, discounts, fees, samples and corrections by hand."""


@dataclass(frozen=True)
class Assumptions:
    """What the data does not say. Change them and run again: the figures are only as good as these are."""

    zone: str = "Europe/London"
    """The times in the data have no offset; the shop is British."""
    hand_over: time = time(12)
    """Handed to the carrier at this hour of the first weekday after the invoice; British holidays are not known to it."""
    delivery_days: int = 3
    """Delivered this many days after the invoice at the same hour, and a day after hand-over at the earliest."""
    sealed: bool = True
    """Every returned piece is taken to be sealed and unopened …"""
    box_marked: bool = False
    """… in its original box, on which nobody has written."""
    reason: str = "withdrawal"
    """Every cancellation is taken to be a change of mind: the data gives no reasons."""


class Line(NamedTuple):
    """One line of an invoice, as the file has it; money in pence."""

    number: int
    invoice: str
    product: str
    customer: str
    pieces: int
    at: datetime
    price: int


@dataclass
class Purchase:
    """A line that was bought, and how many of its pieces have not been taken back yet."""

    line: Line
    left: int


@dataclass
class Matching:
    """What became of the cancellation lines."""

    lines: int = 0
    not_goods: int = 0
    without_customer: int = 0
    matched: int = 0
    matched_in_part: int = 0
    without_purchase: int = 0
    pieces: int = 0
    pieces_without_purchase: int = 0
    purchases: dict[tuple[str, str], list[Purchase]] = field(default_factory=dict, repr=False)

    def figures(self) -> dict[str, int]:
        """The counts by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "purchases"}


def read_lines(path: Path = INVOICES) -> Iterator[Line]:
    """The lines of the file, in its order (that of time). Times are the shop's own, without an offset."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        assert next(rows) == COLUMNS
        for number, (invoice, product, _, pieces, at, price, customer, _) in enumerate(rows, 1):
            yield Line(number, invoice, product.upper(), customer.removesuffix(".0"), int(pieces), moment(at), pence(price))


@cache
def moment(text: str) -> datetime:
    """A date and time of the file."""
    return datetime.fromisoformat(text)


@cache
def pence(price: str) -> int:
    """A price in pounds as whole pence.

    >>> pence("2.55"), pence("0.001")
    (255, 0)
    """
    return int((Decimal(price) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


@cache
def is_goods(product: str) -> bool:
    """Whether a stock code is that of goods."""
    return GOODS.fullmatch(product) is not None


def match(lines: Iterator[Line], found: Matching) -> Iterator[tuple[Line, Line, int]]:
    """(cancellation, purchase, pieces): the latest earlier purchase of the product by the customer that has pieces left.

    A cancellation of more pieces than that purchase has left goes on to the one before it; `found` counts what finds none.
    """
    for line in lines:
        if not line.invoice.startswith("C"):
            if line.pieces > 0 and line.price >= 0 and line.customer and is_goods(line.product):
                found.purchases.setdefault((line.customer, line.product), []).append(Purchase(line, line.pieces))
            continue
        found.lines += 1
        if not is_goods(line.product):
            found.not_goods += 1
        elif not line.customer:
            found.without_customer += 1
        else:
            yield from _taken_back(line, found)


def _taken_back(line: Line, found: Matching) -> Iterator[tuple[Line, Line, int]]:
    wanted = -line.pieces
    found.pieces += wanted
    for purchase in reversed(found.purchases.get((line.customer, line.product), ())):
        pieces = min(wanted, purchase.left)
        if pieces > 0 and purchase.line.at < line.at:
            purchase.left -= pieces
            wanted -= pieces
            yield line, purchase.line, pieces
    found.pieces_without_purchase += wanted
    if wanted == -line.pieces:
        found.without_purchase += 1
    elif wanted:
        found.matched_in_part += 1
    else:
        found.matched += 1


@dataclass(frozen=True)
class Return:
    """Pieces of a purchase that a cancellation takes back. `part` numbers the purchases that one cancellation reaches."""

    cancelled: Line
    bought: Line
    pieces: int
    part: int


def returns(path: Path = INVOICES) -> tuple[list[Return], Matching]:
    """Every return for which there is a purchase, and what became of the cancellations."""
    found, parts, listed = Matching(), dict[int, int](), []
    for cancelled, bought, pieces in match(read_lines(path), found):
        parts[cancelled.number] = part = parts.get(cancelled.number, 0) + 1
        listed.append(Return(cancelled, bought, pieces, part))
    return listed, found


def claim(each: Return, given: Assumptions) -> dict[str, Any]:
    """A return as a row of a claims file. What is assumed to come after the cancellation had not happened by then."""
    tz = ZoneInfo(given.zone)
    at, placed = each.cancelled.at.replace(tzinfo=tz), each.bought.at.replace(tzinfo=tz)
    handed, delivered = journey(placed, given)
    return {
        "claim_id": f"{each.cancelled.invoice}-{each.cancelled.product}-{each.cancelled.number}.{each.part}",
        "reason": given.reason, "sealed": given.sealed, "box_marked": given.box_marked, "reported_at": at,
        "placed_at": placed, "invoiced_at": placed,
        "handed_to_carrier_at": handed if handed <= at else None, "delivered_at": delivered if delivered <= at else None,
        "quantity": each.bought.pieces, "claimed_quantity": each.pieces, "unit_price": each.bought.price, "currency": "GBP",
    }  # fmt: skip


def journey(invoiced: datetime, given: Assumptions) -> tuple[datetime, datetime]:
    """(handed to the carrier, delivered), as assumed of a parcel that was invoiced then."""
    day = invoiced.date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    handed = datetime.combine(day, given.hand_over, tzinfo=invoiced.tzinfo)
    return handed, max(invoiced + timedelta(days=given.delivery_days), handed + timedelta(days=1))


def write(listed: Iterable[Return], target: Path, given: Assumptions = Assumptions()) -> None:
    """Write the claims to a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    instants = dict.fromkeys(("reported_at", "placed_at", "invoiced_at", "handed_to_carrier_at", "delivered_at"),
                             pa.timestamp("us", "UTC"))  # fmt: skip
    texts = dict.fromkeys(("claim_id", "reason", "currency"), pa.string())
    figures = dict.fromkeys(("quantity", "claimed_quantity", "unit_price"), pa.int64())
    types = {**texts, **instants, **figures, "sealed": pa.bool_(), "box_marked": pa.bool_()}
    pq.write_table(pa.Table.from_pylist([claim(each, given) for each in listed], schema=pa.schema(types)), target)
