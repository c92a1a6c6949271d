"""A shop's invoices of long ago, hundreds at a time: the same orders that `place_order` would make, told to nobody.

They begin closed. No payment is recorded and nothing is entered in the books: what was earned before the books began
is not earned again. An invoice that takes goods back is matched to the latest earlier purchases of the same product by the
same customer that still have pieces left; what finds none is told in the report.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import transaction

from avdet.core.breakdown import MAX_QUANTITY
from avdet.core.errors import AvdetError, CalendarError
from avdet.ports.shops import Reading, ShopCancellation, ShopLine, ShopOrder
from avdet.records.catalogue.editing import put
from avdet.records.catalogue.queries import products_by_sku
from avdet.records.connections import actions, queries
from avdet.records.connections.actions import Note
from avdet.records.connections.models import ImportRun
from avdet.records.orders.bulk import Bought, PastLine, add_past, bought, take_back_past, taken_refs, write_past
from avdet.records.orders.models import Order
from avdet.records.people.many_buyers import buyers_of
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.records.stores.queries import calendar_versions, published_versions
from avdet.records.stores.terms import Terms, terms_in_force
from avdet.words.faults import said
from avdet.workflows.catalogue.map_traits import map_new
from avdet.workflows.notices.tell import PEOPLE, PROGRAMS, hushed
from avdet.workflows.orders.import_orders import batches
from avdet.workflows.orders.take_batch import Item, told
from avdet.workflows.shops.draft_shop_order import code_of, plain
from avdet.workflows.shops.shelve_products import NEW

SOURCE: Final = "online-retail"
AT_ONCE: Final = 400
"""Invoices that one transaction takes."""
CHARGES: Final = frozenset({"POST", "DOT", "D", "M", "C2", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES", "GIFT"})
"""Codes of postage, discounts, fees, samples and corrections by hand: sold, but no goods. They stand in no catalogue."""
_NO_GOODS: Final = re.compile(r"gift_|adjust|test", re.IGNORECASE)
Progress = Callable[[ImportRun], None]


@dataclass(slots=True)
class _Past:
    """What one import knows already, so that nothing is looked up twice: products and customers by the shop's names."""

    run: ImportRun
    now: datetime
    actor: Actor = field(default_factory=lambda: Actor.shop("file"))
    products: dict[str, tuple[int, str]] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    terms: dict[int, Terms | None] = field(default_factory=dict)
    changes: list[datetime] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """Number of an invoice → how many of its lines the file had up to here: its rows may stand anywhere."""

    def see(self, number: str, lines: int) -> int:
        """How many lines of an invoice came before these."""
        before = self.seen.get(number, 0)
        self.seen[number] = before + lines
        return before

    @property
    def store(self) -> Store:
        return self.run.store

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def bulk_orders(run: ImportRun, items: Iterator[Item], *, now: datetime, progress: Progress | None = None) -> None:
    """Imports the rest of a run's invoices. Killed at any moment it goes on where it was, since each transaction keeps
    its place; `progress` is told after each of them. `Conflict` where another worker has the same run.

    An invoice is put together wherever its rows stand in the file: what comes later is added to what was taken before.
    """
    past = _Past(run, now, changes=_changes(run.store))
    done = int(run.cursor.get("taken", 0))
    for item in islice(items, done):
        if isinstance(item, Reading):
            past.see(item.value.number, len(item.value.lines))
    for batch in batches(items, AT_ONCE):
        done += len(batch)
        with hushed(PEOPLE, PROGRAMS):
            _take(past, batch, done)
        if progress:
            progress(run)
    actions.step(run, state="done", now=now)


@transaction.atomic
def _take(past: _Past, batch: Sequence[Item], done: int) -> None:
    past.counts, past.notes = {}, []
    orders, backs, later = _sorted(past, batch)
    lines = [line for each in (*orders, *(order for order, _ in later)) for line in each.lines]
    _know(past, lines, [each.customer.reference for each in orders])
    write_past([(_order(past, each), _lines(past, each)) for each in orders], actor=past.actor, now=past.now)
    past.count("new", len(orders))
    past.count("orders", len(orders))
    _add(past, later)
    _take_back(past, backs)
    past.count("notes", actions.report(past.run, past.notes))
    actions.step(past.run, cursor={**past.run.cursor, "taken": done}, counts=past.counts, now=past.now)


def _add(past: _Past, later: Sequence[tuple[ShopOrder, int]]) -> None:
    """Rows of invoices that were taken in before: those that our order has not got yet. Imported again, none is missing."""
    if later:
        ends = {order.number: before + len(order.lines) for order, before in later}
        rows = {number: line for order, _ in later for number, line in [(order.number, _lines(past, order))]}
        added = add_past(past.store, "file", rows, ends)
        past.count("same", len(later) - len(added))
        past.count("added_to", len(added))


def _sorted(past: _Past, batch: Sequence[Item]) -> tuple[list[ShopOrder], list[ShopCancellation], list[tuple[ShopOrder, int]]]:
    """What is new of a batch, and what may belong to an invoice of an earlier one, with how many lines of it came before.

    What is known, or cannot be kept, is counted and told.
    """
    orders: dict[str, ShopOrder] = {}
    backs: dict[str, ShopCancellation] = {}
    later: dict[str, tuple[ShopOrder, int]] = {}
    numbers = [item.value.number for item in batch if isinstance(item, Reading)]
    known = taken_refs(past.store, "file", numbers)
    returned = actions.taken_lines(past.run.connection, numbers)
    for item in batch:
        if isinstance(item, AvdetError):
            past.count("faulty")
            what, where, _ = said(item, past.store.language)
            past.notes.append(Note("", where, what, fault=True))
            continue
        value = item.value
        past.count("lines", len(value.lines))
        past.notes.extend(told(value.number, item.notes))
        before = past.see(value.number, len(value.lines))
        if isinstance(value, ShopCancellation):
            _back(past, backs, value, before, returned.get(value.number, frozenset()))
        elif value.number in orders:
            orders[value.number] = _joined(orders[value.number], value)
        elif value.number in later:
            later[value.number] = (_joined(later[value.number][0], value), later[value.number][1])
        elif value.number in known and not before:
            past.count("same")
        elif _fits(past, value):
            if before:
                later[value.number] = (value, before)
            else:
                orders[value.number] = value
    return list(orders.values()), list(backs.values()), list(later.values())


def _joined(first: ShopOrder, more: ShopOrder) -> ShopOrder:
    """An invoice whose rows stand apart in the file."""
    lines = first.lines + more.lines
    return replace(first, lines=lines, total_minor=sum(line.gross_minor for line in lines))


def _back(
    past: _Past, backs: dict[str, ShopCancellation], said: ShopCancellation, before: int, taken: Collection[str]
) -> None:
    """The lines of a cancellation that were not taken yet, each named by where it stands among them."""
    numbered = [replace(line, reference=str(before + at)) for at, line in enumerate(said.lines, 1)]
    new = tuple(line for line in numbered if line.reference not in taken)
    if not new:
        past.count("same")
    elif said.number in backs:
        backs[said.number] = replace(backs[said.number], lines=backs[said.number].lines + new)
    else:
        backs[said.number] = replace(said, lines=new)


def _fits(past: _Past, order: ShopOrder) -> bool:
    """Whether its lines can be kept, as `place_order` would find; and what of them is worth telling."""
    for line in order.lines:
        if line.quantity > MAX_QUANTITY or len(line.sku) > 60:
            past.count("faulty")
            past.notes.append(Note(order.number, f"line {line.reference}", f"{line.quantity} pieces of {line.sku}", fault=True))
            return False
        if not _is_goods(line.sku):
            past.count("charges")
            past.notes.append(Note(order.number, f"line {line.reference}", "a charge, no goods", line.sku, "kept as it stands"))
        elif line.unit_price_minor == 0:
            past.count("for_nothing")
            past.notes.append(Note(order.number, f"line {line.reference}", "sold at no price", line.sku, "kept as it stands"))
    return True


def _is_goods(sku: str) -> bool:
    return sku.upper() not in CHARGES and not _NO_GOODS.match(sku)


# ---- what was bought -------------------------------------------------------------------------------------------------


def _know(past: _Past, lines: Sequence[ShopLine], customers: Sequence[str]) -> None:
    """Makes the products and customers that are new, and learns the ids of all."""
    wanted = {line.sku: line for line in reversed(lines) if line.sku not in past.products and _is_goods(line.sku)}
    known = products_by_sku(past.store, wanted)
    new = {sku: line for sku, line in wanted.items() if sku not in known and code_of(sku, "") == sku}
    if new:
        spoken = past.store.language
        fields = {
            sku: {"names": {spoken: plain(line.name, 300) or sku}, "price_minor": line.unit_price_minor, **NEW}
            for sku, line in new.items()
        }
        known |= put(past.store, fields, now=past.now)
        map_new(past.store, list(new), now=past.now)
        known |= products_by_sku(past.store, new)
        past.count("products", len(new))
    past.products |= {sku: (product.pk, json.dumps(product.traits)) for sku, product in known.items()}
    strangers = {reference for reference in customers if reference and reference not in past.customers}
    past.customers |= buyers_of(past.store, strangers, now=past.now)


def _lines(past: _Past, order: ShopOrder) -> list[PastLine]:
    found: list[PastLine] = []
    for line in order.lines:
        product, traits = past.products.get(line.sku, (None, "[]"))
        found.append(PastLine(product, line.sku, line.name, traits, line.quantity, line.unit_price_minor))
    return found


def _order(past: _Past, order: ShopOrder) -> Order:
    store, country = past.store, order.recipient.address.country
    goods, terms = sum(line.gross_minor for line in order.lines), _terms(past, order.placed_at)
    vat = [{"basis_points": 0, "gross_minor": goods, "vat_minor": 0}]
    return Order(
        store=store, number=order.number, source="file", external_ref=order.reference, state="closed", language=store.language,
        customer_id=past.customers.get(order.customer.reference), currency=order.currency, goods_minor=goods,
        total_minor=goods, payment_method="online", recipient="customer", country=country, placed_at=order.placed_at,
        breakdown={"line_discounts_minor": 0, "order_discount_minor": 0, "shipping_vat_basis_points": 0, "vat": vat},
        contact={"name": "", "phone": "", "email": ""}, address={"country": country} if country else {},
        policy_version=terms.version if terms else None, policy_fingerprint=terms.edition.fingerprint if terms else "",
        process_by=_process_by(terms, order.placed_at),
    )  # fmt: skip


def _changes(store: Store) -> list[datetime]:
    """When the terms, or the calendar that counts them, were changed."""
    published = [version.takes_force_at for version in published_versions(store) if version.takes_force_at]
    return sorted([*published, *(version.created_at for version in calendar_versions(store))])


def _terms(past: _Past, at: datetime) -> Terms | None:
    """The terms of that time; they change seldom, so those of each span are looked up once."""
    span = bisect_right(past.changes, at)
    if span not in past.terms:
        past.terms[span] = terms_in_force(past.store, at) if span else None
    return past.terms[span]


def _process_by(terms: Terms | None, placed_at: datetime) -> datetime | None:
    try:
        return terms.calendar.end(placed_at, "working_days", 0) if terms else None
    except CalendarError:
        return None


# ---- what was taken back ---------------------------------------------------------------------------------------------


def _take_back(past: _Past, backs: Sequence[ShopCancellation]) -> None:
    past.count("cancellations", len(backs))
    _know(past, [], [each.customer_reference for each in backs])
    skus = {line.sku for each in backs for line in each.lines if _is_goods(line.sku)} - set(past.products)
    past.products |= {
        sku: (product.pk, json.dumps(product.traits)) for sku, product in products_by_sku(past.store, skus).items()
    }
    shelf = _shelf(past, backs)
    found = [each for back in backs for each in _matched(past, back, shelf)]
    if found:
        take_back_past(found, actor=past.actor, now=past.now)
    lines = {each.number: [line.reference for line in each.lines] for each in backs}
    actions.remember_lines(past.run.connection, lines, {each.number: each.at for each in backs})


Key = tuple[int, int]


def _shelf(past: _Past, backs: Sequence[ShopCancellation]) -> dict[Key, list[list[Any]]]:
    """(customer, product) → [line, pieces left] of what was bought, the latest first."""
    customers = {past.customers[each.customer_reference] for each in backs if each.customer_reference in past.customers}
    wanted = {past.products[line.sku][0] for each in backs for line in each.lines if line.sku in past.products}
    shelf: dict[Key, list[list[Any]]] = {}
    if customers and wanted:
        for line in bought(past.store, customers, wanted):
            shelf.setdefault((line.customer_id, line.product_id), []).append([line, line.left])
    return shelf


def _matched(
    past: _Past, back: ShopCancellation, shelf: Mapping[Key, list[list[Any]]]
) -> Iterator[tuple[int, dict[int, int], datetime, dict[str, Any]]]:
    """The purchases that a cancellation takes back, an entry for each order."""
    orders: dict[int, dict[int, int]] = {}
    customer = past.customers.get(back.customer_reference, 0)
    for line in back.lines:
        missing = line.quantity
        product = past.products.get(line.sku, (0, ""))[0]
        for each in shelf.get((customer, product), []):
            was: Bought = each[0]
            count = min(missing, each[1]) if was.placed_at <= back.at else 0
            if count:
                each[1] -= count
                missing -= count
                pieces = orders.setdefault(was.order_id, {})
                pieces[was.line_id] = pieces.get(was.line_id, 0) + count
        _tell(past, back, line, missing)
    for order, pieces in orders.items():
        yield order, pieces, back.at, {"reason": "shop", "document": back.number}


def _tell(past: _Past, back: ShopCancellation, line: ShopLine, missing: int) -> None:
    past.count("matched" if not missing else "unmatched")
    if missing:
        why = "no earlier purchase of it is known" if missing == line.quantity else "no earlier purchase of the rest is known"
        if not _is_goods(line.sku):
            why = "a charge, no goods"
        said, became = f"{line.quantity} of {line.sku}", f"{missing} left out"
        past.notes.append(Note(back.number, f"line {line.reference}", why, said, became))


def begin_bulk(
    store: Store, name: str, *, content: str, now: datetime, total: int | None = None, actor: Actor | None = None
) -> ImportRun:
    """The run to go on with, where one of the same file was broken off; else a new one.

    `content` is a print of what the file says: it is known again under any name, and another file of the same name is not it.
    """
    connection = actions.connect(store, "file", unit=store.currency, now=now)
    run = queries.unfinished_of(connection, SOURCE, content)
    if run is None:
        by = actor or Actor.system("import")
        made = actions.begin(connection, source=SOURCE, name=name, actor=by, now=now, total=total, cursor={"content": content})
        run = queries.run_by_id(made.pk)
    assert run is not None  # it was written just now
    return run

