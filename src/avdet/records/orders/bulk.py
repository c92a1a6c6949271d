"""Many orders of long ago at once: the rows that `place_order` would write, in as few statements as the database knows.

PostgreSQL takes them by COPY, SQLite by one prepared statement a table. Order and line are plain values here; nothing is
looked up, so whoever calls this has seen to it that products and customers are there, and that no number is taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Model, Q

from avdet.records.orders.models import Order, OrderEvent, OrderLine, OrderWord
from avdet.records.orders.words import words_of
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store

AT_ONCE: Final = 500
_LINE: Final = (
    "order_id", "position", "product_id", "sku", "name", "traits", "quantity", "unit_price_minor", "discount_minor",
    "vat_basis_points", "total_minor", "cancelled_quantity", "claimed_quantity",
)  # fmt: skip
_EVENT: Final = (
    "order_id", "kind", "from_state", "to_state", "actor", "actor_id", "source", "facts", "at", "recorded_at",
)  # fmt: skip
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of an order of long ago, at one price and without discount. `traits` is the list as JSON."""

    product_id: int | None
    sku: str
    name: str
    traits: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Bought:
    """A line as it stands: how many of its pieces are not taken back yet."""

    line_id: int
    order_id: int
    product_id: int
    customer_id: int
    left: int
    placed_at: datetime


def taken_refs(store: Store, source: str, references: Iterable[str]) -> set[str]:
    """Which of these references, or numbers, orders of the store have already. One statement for every five hundred."""
    wanted, found = list(references), set[str]()
    rows = Order.objects.filter(store=store)
    for batch in (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)):
        known = rows.filter(Q(source=source, external_ref__in=batch) | Q(number__in=batch))
        found |= {name for pair in known.values_list("external_ref", "number") for name in pair}
    return found


@transaction.atomic(savepoint=False)
def write_past(orders: Sequence[tuple[Order, Sequence[PastLine]]], *, actor: Actor, now: datetime) -> None:
    """Writes orders with their lines, first events and words. The orders get their ids."""
    if not orders:
        return
    for (order, _), number in zip(orders, _free_ids(len(orders)), strict=True):
        order.pk = number
    fields = list(Order._meta.concrete_fields)
    _insert(Order, [str(field.column) for field in fields], (_values(order, fields) for order, _ in orders))
    _insert(OrderLine, _LINE, (row for order, lines in orders for row in _lines(order, lines)))
    _insert(OrderEvent, _EVENT, (_placed(order, actor, now) for order, _ in orders))
    found_by = ((order.store_id, word, order.pk) for order, _ in orders for word in words_of(order))
    _insert(OrderWord, ("store_id", "word", "order_id"), found_by)


@transaction.atomic(savepoint=False)
def add_past(store: Store, source: str, lines: Mapping[str, Sequence[PastLine]], ends: Mapping[str, int]) -> set[str]:
    """Adds lines to orders that were written before: number → its next lines, and how many it has with them.

    What an order has already is not added again; gives the numbers of those that got any. Orders of another source stay as
    they are.
    """
    rows = Order.objects.filter(store=store, source=source, number__in=list(lines)).annotate(had=Count("lines"))
    short = [order for order in rows if order.had < ends[order.number]]
    added: list[Row] = []
    for order in short:
        new = lines[order.number][-(ends[order.number] - order.had) :]
        worth = sum(line.quantity * line.unit_price_minor for line in new)
        order.goods_minor, order.total_minor = order.goods_minor + worth, order.total_minor + worth
        order.revision += 1
        for rate in order.breakdown["vat"][:1]:
            rate["gross_minor"] += worth
        added += _lines(order, new, order.had)
    Order.objects.bulk_update(short, ["goods_minor", "total_minor", "revision", "breakdown"], batch_size=AT_ONCE)
    _insert(OrderLine, _LINE, added)
    return {order.number for order in short}


def _lines(order: Order, lines: Sequence[PastLine], after: int = 0) -> Iterator[Row]:
    for position, line in enumerate(lines, after + 1):
        total = line.quantity * line.unit_price_minor
        yield (
            order.pk, position, line.product_id, line.sku, line.name, line.traits, line.quantity, line.unit_price_minor, 0, 0,
            total, 0, 0,
        )  # fmt: skip


def _placed(order: Order, actor: Actor, now: datetime) -> Row:
    source = actor.source[:20]
    return (order.pk, "placed", "", order.state, actor.kind, actor.id, source, "{}", order.placed_at, now)


def _values(order: Order, fields: Sequence[Any]) -> Row:
    return [field.get_db_prep_save(getattr(order, field.attname), connection) for field in fields]


def _free_ids(count: int) -> Iterable[int]:
    """Ids that nobody else will give: from the sequence; on SQLite, where the transaction is alone, behind the last one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence('orders_order', 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'orders_order'), 0), "
                       "coalesce((SELECT max(id) FROM orders_order), 0))")  # fmt: skip
        last = cursor.fetchone()[0]
        return range(last + 1, last + count + 1)


def _insert(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for chunk in _chunks(rows):
                    copy.write(chunk)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', [_adapted(row) for row in rows])


def _adapted(row: Row) -> Row:
    """Times as SQLite keeps them."""
    return [connection.ops.adapt_datetimefield_value(each) if isinstance(each, datetime) else each for each in row]


_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _chunks(rows: Iterable[Row], size: int = 2_000) -> Iterator[str]:
    """COPY's text form, some rows at a time. Half a million lines pass here, so each value's type finds its own writer."""
    spelt, held = _SPELT, list[str]()
    for row in rows:
        held.append("\t".join([spelt[type(each)](each) for each in row]))
        if len(held) == size:
            yield "\n".join(held) + "\n"
            held = []
    if held:
        yield "\n".join(held) + "\n"


class _Spelt(dict[type, Callable[[Any], str]]):
    """Type → how a value of it stands in COPY's text form.

    >>> [_SPELT[type(each)](each) for each in (None, True, 12, "a\\tb")]
    ['\\\\N', 't', '12', 'a\\\\tb']
    """

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return _wrapped


def _wrapped(value: Any) -> str:
    """JSON and numbers in the driver's own wrappings, as Django hands them over."""
    if isinstance(value, int):
        return str(int(value))
    return json.dumps(value.obj, ensure_ascii=False).translate(_ESCAPES)


_SPELT: Final = _Spelt(
    {
        int: str, str: lambda text: text.translate(_ESCAPES), bool: lambda flag: "t" if flag else "f",
        type(None): lambda _: "\\N", datetime: datetime.isoformat,
    }
)  # fmt: skip


# ---- what was taken back ---------------------------------------------------------------------------------------------


def bought(store: Store, customers: Iterable[int], products: Iterable[int]) -> list[Bought]:
    """Lines of these products in orders of these customers that have pieces left, the latest first. One statement."""
    theirs = OrderLine.objects.filter(order__store=store, order__customer__in=list(customers), product__in=list(products))
    rows = theirs.filter(quantity__gt=F("cancelled_quantity")).order_by("-order__placed_at", "-pk")
    left = F("quantity") - F("cancelled_quantity")
    values = rows.values_list("pk", "order_id", "product_id", "order__customer_id", left, "order__placed_at")
    return [Bought(*row) for row in values]


@transaction.atomic(savepoint=False)
def take_back_past(
    back: Sequence[tuple[int, Mapping[int, int], datetime, Mapping[str, Any]]], *, actor: Actor, now: datetime
) -> None:
    """Counts pieces as taken back: (order id, line id → pieces, when, facts) each, with an event for each."""
    events = [
        OrderEvent(
            order_id=order, kind="pieces_cancelled", actor=actor.kind, actor_id=actor.id, source=actor.source[:20], at=at,
            facts={**facts, "pieces": {str(line): count for line, count in pieces.items()}}, recorded_at=now,
        )
        for order, pieces, at, facts in back
    ]  # fmt: skip
    OrderEvent.objects.bulk_create(events, batch_size=AT_ONCE)
    Order.objects.filter(pk__in={order for order, *_ in back}).update(revision=F("revision") + 1)
    counted = [(count, line) for _, pieces, _, _ in back for line, count in pieces.items()]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE orders_orderline SET cancelled_quantity = cancelled_quantity + %s WHERE id = %s", counted)
