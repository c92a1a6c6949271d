"""An order of a shop is taken in: placed the first time, and followed from then on by what has happened to it since.

What was agreed stays as it was frozen. A shop that changes an order's lines afterwards leaves an event that shows the
change, and our lines stand. Its customers are told by the shop itself, so that nobody hears of the same thing twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import transaction

from avdet.core.lifecycles import ORDER
from avdet.ports.shops import ShopLine, ShopOrder
from avdet.records.connections.actions import Note, remember, shop_record
from avdet.records.connections.models import Connection, ShopRecord
from avdet.records.orders.actions import change_address, mark
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_number
from avdet.records.shared.actors import Actor
from avdet.records.shared.sealed import fingerprint
from avdet.workflows.notices.tell import PEOPLE, PROGRAMS, hushed
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.shops.draft_shop_order import address_of, draft_shop_order, paid_minor, sku_of
from avdet.workflows.shops.follow_shop import Source, follow_shop
from avdet.workflows.shops.shelve_products import shelve_lines

RECENT: Final = timedelta(days=1)
"""Programs are told of what happened this lately; a shop's past is not news."""
Outcome = Literal["new", "changed", "same", "stale"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an order that a shop told of, and what was not taken as it stood. `stale`: we knew a later state."""

    outcome: Outcome
    number: str
    notes: tuple[Note, ...] = ()


@transaction.atomic
def take_order(connection: Connection, order: ShopOrder, *, now: datetime) -> Taken:
    """Takes an order as its shop has it now. The same again changes nothing; what the shop said earlier is not believed.

    `AvdetError` where no order can be made of it, `Conflict` where somebody else works on it: take it again.
    """
    row, new = shop_record(connection, order.reference, modified_at=order.modified_at)
    if not new and row.order_number:
        if order.modified_at < row.modified_at:
            return Taken("stale", row.order_number)
        if row.fingerprint == _print(order):
            return Taken("same", row.order_number)
    silent = (PEOPLE,) if now - order.modified_at < RECENT else (PEOPLE, PROGRAMS)
    with hushed(*silent):
        return _follow(connection, row, order, now) if row.order_number else _place(connection, row, order, now)


def _place(connection: Connection, row: ShopRecord, order: ShopOrder, now: datetime) -> Taken:
    store, actor = connection.store, Actor.shop(connection.kind)
    notes = shelve_lines(connection, order, now=now)
    drafted = draft_shop_order(connection, order, _number(connection, order))
    placed = place_order(store, drafted.draft, actor=actor, now=now)
    row.order_number = placed.number
    source = Source(placed, row, actor)
    notes += (*drafted.notes, *follow_shop(source, order, now=now))
    _remember(row, order)
    return Taken("new", placed.number, tuple(notes))


def _follow(connection: Connection, row: ShopRecord, order: ShopOrder, now: datetime) -> Taken:
    actor = Actor.shop(connection.kind)
    known = order_by_number(connection.store, row.order_number)
    if known is None:
        raise LookupError(f"order {row.order_number} is gone")
    _show_changes(known, row, order, actor, now)
    _move_address(known, order, actor, now)
    notes = follow_shop(Source(known, row, actor), order, now=now)
    _remember(row, order)
    return Taken("changed", row.order_number, tuple(notes))


def _number(connection: Connection, order: ShopOrder) -> str:
    """The shop's own number; with the shop's initial behind it where another order of the store has that number."""
    if connection.kind == "file" or order_by_number(connection.store, order.number[:60]) is None:
        return order.number
    return f"{order.number[:58]}-{connection.kind[0].upper()}"


def _show_changes(known: Order, row: ShopRecord, order: ShopOrder, actor: Actor, now: datetime) -> None:
    """The shop has changed what was agreed: that is shown, and nothing of ours is rewritten."""
    lines = _lines(order)
    if lines == row.lines and order.total_minor == row.total_minor:
        return
    was, now_is = ({each["reference"]: each for each in rows} for rows in (row.lines, lines))
    changed = [
        {"sku": (now_is.get(key) or was[key])["sku"], "was": was.get(key, {}), "is": now_is.get(key, {})}
        for key in dict.fromkeys((*was, *now_is))
        if was.get(key) != now_is.get(key)
    ]
    facts = {"lines": changed, "total_minor": {"was": row.total_minor, "is": order.total_minor}}
    mark(known, "changed_in_shop", actor=actor, now=now, at=min(order.modified_at, now), facts=facts)


def _move_address(known: Order, order: ShopOrder, actor: Actor, now: datetime) -> None:
    """The customer has corrected the address in the shop, and nothing has left yet."""
    address = address_of(order)
    if address and address != known.address and ORDER.allows(known.state, "cancel") and known.state != "returned":
        change_address(known, address, actor=actor, now=now)


def _remember(row: ShopRecord, order: ShopOrder) -> None:
    remember(
        row, order_number=row.order_number, modified_at=order.modified_at, fingerprint=_print(order),
        total_minor=order.total_minor, lines=_lines(order), taken=row.taken,
    )  # fmt: skip


def _lines(order: ShopOrder) -> list[dict[str, Any]]:
    return [_line(line, with_tax=order.prices_include_tax) for line in order.lines]


def _line(line: ShopLine, *, with_tax: bool) -> dict[str, Any]:
    paid = paid_minor(line, with_tax=with_tax)
    return {"reference": line.reference, "sku": sku_of(line), "quantity": line.quantity, "paid_minor": paid}


def _print(order: ShopOrder) -> str:
    """A print of all that the shop says of an order, but for when it was last touched."""
    return fingerprint(repr(replace(order, modified_at=order.placed_at)), "shop order")
