"""UCI Online Retail: invoices of a British web shop. An invoice whose number begins with C takes goods back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from avdet.core.errors import AvdetError
from avdet.ports.amounts import to_minor
from avdet.ports.shops import FieldNote, Reading, ShopAddress, ShopCancellation, ShopLine, ShopOrder, ShopParty
from avdet.words.faults import coded

_LONDON: Final = ZoneInfo("Europe/London")
_CURRENCY: Final = "GBP"
_CANCELLED: Final = "C"
_COUNTRIES: Final = {
    "United Kingdom": "GB", "Germany": "DE", "France": "FR", "EIRE": "IE", "Spain": "ES", "Netherlands": "NL", "Belgium": "BE",
    "Switzerland": "CH", "Portugal": "PT", "Australia": "AU", "Norway": "NO", "Italy": "IT", "Channel Islands": "GB",
    "Finland": "FI", "Cyprus": "CY", "Sweden": "SE", "Austria": "AT", "Denmark": "DK", "Japan": "JP", "Poland": "PL",
    "USA": "US", "Israel": "IL", "Singapore": "SG", "Iceland": "IS", "Canada": "CA", "Greece": "GR", "Malta": "MT", "RSA": "ZA",
    "United Arab Emirates": "AE", "Lebanon": "LB", "Lithuania": "LT", "Brazil": "BR", "Czech Republic": "CZ", "Bahrain": "BH",
    "Saudi Arabia": "SA", "Hong Kong": "HK",
}  # fmt: skip
Row = tuple[int, list[str]]


def read_invoices(file: str, rows: Iterator[Row]) -> Iterator[Reading[ShopOrder] | Reading[ShopCancellation] | AvdetError]:
    """Each invoice, or the error in its place. Lines that cannot be sold are left aside and noted."""
    for number, group in groupby(rows, key=lambda row: row[1][0].strip()):
        notes: list[FieldNote] = []
        kept = list(group)
        try:
            yield _invoice(file, number, kept, notes)
        except AvdetError as fault:
            yield fault


def _invoice(file: str, number: str, rows: list[Row], notes: list[FieldNote]) -> Reading[ShopOrder] | Reading[ShopCancellation]:
    first_row, first = rows[0]
    if len(first) != 8 or not number:
        raise coded(AvdetError, "order_file.retail_cells", at=(("file", file), ("row", first_row)), count=len(first))
    back = number.startswith(_CANCELLED)
    sign = -1 if back else 1
    found = [_line(row, cells, index, sign, notes) for index, (row, cells) in enumerate(rows, 1)]
    lines = tuple(line for line in found if line)
    if not lines:
        at = (("file", file), ("row", first_row), ("column", "Quantity"))
        raise coded(AvdetError, "order_file.sells_nothing", at=at, number=number[:60])
    placed = _moment(file, first_row, first[4])
    customer = first[6].strip().removesuffix(".0")
    if back:
        return Reading(ShopCancellation(number, placed, _CURRENCY, customer, lines), tuple(notes))
    country = _COUNTRIES.get(first[7].strip(), "")
    if not country and first[7].strip():
        notes.append(FieldNote(f"row {first_row}, Country", first[7][:120], "", "not the name of a country"))
    party = ShopParty(reference=customer, address=ShopAddress(country=country))
    total = sum(line.gross_minor for line in lines)
    order = ShopOrder(number, number, "", placed, placed, _CURRENCY, True, lines, total, customer=party, recipient=party)
    return Reading(order, tuple(notes))


def _line(row: int, cells: list[str], index: int, sign: int, notes: list[FieldNote]) -> ShopLine | None:
    """A line, or None for what nobody bought: corrections, test entries, amounts below zero."""
    try:
        quantity = int(cells[3]) * sign
        price, exact = to_minor(cells[5], _CURRENCY)
    except (ValueError, IndexError, AvdetError):
        quantity, price, exact = 0, 0, True
    if quantity <= 0 or price < 0:
        notes.append(FieldNote(f"row {row}", ",".join(cells)[:120], "", "no goods changed hands"))
        return None
    if not exact:
        notes.append(FieldNote(f"row {row}, UnitPrice", cells[5][:20], str(price), "finer than a penny: rounded"))
    sku = cells[1].strip()
    return ShopLine(str(index), sku, sku, cells[2].strip() or sku, quantity, price, price * quantity, 0, 0)


def _moment(file: str, row: int, said: str) -> datetime:
    """ISO in some copies of the data set, month/day/year in others."""
    try:
        moment = datetime.fromisoformat(said) if "-" in said else datetime.strptime(said, "%m/%d/%Y %H:%M")
    except ValueError:
        at = (("file", file), ("row", row), ("column", "InvoiceDate"))
        raise coded(AvdetError, "cell.not_date", at=at, said=said[:60], example="2010-12-01 08:26:00") from None
    return moment.replace(tzinfo=_LONDON)
