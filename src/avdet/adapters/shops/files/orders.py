"""Orders from a table: a row for each line, the rows of one order one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import groupby

from avdet.adapters.shops.files.cells import Cells
from avdet.core.errors import AvdetError
from avdet.ports.amounts import currency_of
from avdet.ports.shops import EventKind, FieldNote, Reading, ShopAddress, ShopEvent, ShopLine, ShopOrder, ShopParcel, ShopParty

NEEDED = ("order", "placed_at", "sku", "quantity", "unit_price")
_BETWEEN = re.compile("[;|]")  # the bar is what a list of JSON becomes
_EVENTS: tuple[EventKind, ...] = ("paid", "fulfilled", "delivered", "cancelled")


def read_orders(
    file: str, rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], *, unit: str, zone: tzinfo
) -> Iterator[Reading[ShopOrder] | AvdetError]:
    """Each order, or the error in its place. What is said of the order as a whole is read from its first row.

    Prices hold the tax. An order whose rows stand apart comes twice; whoever keeps orders sees its number again.
    """
    place = columns["order"]
    for _, group in groupby(rows, key=lambda row: row[1][place].strip() if place < len(row[1]) else ""):
        notes: list[FieldNote] = []
        yield read_order([Cells(file, (("row", row),), cells, columns, notes) for row, cells in group], unit=unit, zone=zone)


def read_order(rows: list[Cells], *, unit: str, zone: tzinfo) -> Reading[ShopOrder] | AvdetError:
    """One order from its rows, which share their notes."""
    try:
        return Reading(_order(rows, unit, zone), tuple(rows[0].notes))
    except AvdetError as fault:
        return fault


def _order(rows: list[Cells], unit: str, zone: tzinfo) -> ShopOrder:
    first = rows[0]
    number = first.text("order")
    if not number:
        raise first.error("order", "order_file.no_number")
    placed_at = first.moment("placed_at", zone)
    if placed_at is None:
        raise first.error("placed_at", "order_file.no_date")
    unit = first.text("currency") or unit
    lines = tuple(_line(row, index, unit) for index, row in enumerate(rows, 1))
    shipping = first.money("shipping", unit)
    owed = sum(line.gross_minor - line.discount_minor for line in lines) + shipping
    total = first.money("total", unit) or owed
    if total != owed:
        first.note("total", str(total), str(total), f"lines and shipping come to {owed}")
    times = {kind: moment for kind in _EVENTS if (moment := first.moment(f"{kind}_at", zone))}
    return ShopOrder(
        reference=number,
        number=number,
        status=first.text("status"),
        placed_at=placed_at,
        modified_at=max((placed_at, *times.values())),
        currency=currency_of(unit),
        prices_include_tax=True,
        lines=lines,
        total_minor=total,
        discount_minor=sum(line.discount_minor for line in lines),
        shipping_minor=shipping,
        tax_minor=sum(line.tax_minor for line in lines),
        payment_method=first.text("payment_method"),
        payment_reference=first.text("payment_reference"),
        customer=_party(first),
        recipient=_party(first),
        note=first.text("note"),
        events=tuple(ShopEvent(kind, number, moment, f"{number}:{kind}") for kind, moment in times.items()),
        parcels=_parcels(first, number, times.get("fulfilled") or placed_at),
    )


def _line(row: Cells, index: int, unit: str) -> ShopLine:
    sku, quantity, price = row.text("sku"), row.count("quantity"), row.money("unit_price", unit)
    if quantity <= 0:
        raise row.error("quantity", "order_file.quantity", quantity=quantity)
    if not sku:
        raise row.error("sku", "order_file.no_sku")
    discount = row.money("discount", unit)
    if discount > price * quantity:
        raise row.error("discount", "order_file.discount")
    return ShopLine(
        reference=str(index),
        product_reference=sku,
        sku=sku,
        name=row.text("name") or sku,
        quantity=quantity,
        unit_price_minor=price,
        gross_minor=price * quantity,
        discount_minor=discount,
        tax_minor=row.money("tax", unit),
        serials=tuple(each.strip() for each in _BETWEEN.split(row.text("serials")) if each.strip()),
    )


def _party(row: Cells) -> ShopParty:
    address = ShopAddress(
        street=row.text("street"),
        city=row.text("city"),
        province=row.text("province"),
        postcode=row.text("postcode"),
        country=row.text("country").upper()[:2],
    )
    return ShopParty(row.text("customer"), row.text("customer_name"), "", row.text("email"), row.text("phone"), "", address)


def _parcels(row: Cells, order: str, at: datetime) -> tuple[ShopParcel, ...]:
    carrier, tracking = row.text("carrier"), row.text("tracking")
    return (ShopParcel(tracking or order, at, carrier, tracking),) if carrier or tracking else ()
