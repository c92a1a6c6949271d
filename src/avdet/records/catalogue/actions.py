"""What is done to stock: promised, let go of, shipped, received, counted.

A product without a stock row is one whose pieces are counted elsewhere: it can always be promised, and nothing is kept of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Reservation
from avdet.records.catalogue.shelf import AT_ONCE, Change, Why, begin_counting, change, locked
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store

Piece = tuple[int, int]
"""A product's id, and how many pieces of it."""
MAX_PIECES: Final = 1_000_000
"""The most that one movement may name, so that a slip of the finger is noticed."""


def reserve(store: Store, order_number: str, pieces: Iterable[Piece], *, now: datetime, actor: Actor) -> None:
    """Promises pieces to an order: all of them, or none. `shelf.OutOfStock` names what falls short."""
    wanted = _counted(pieces)
    with transaction.atomic():
        held = locked(store, wanted)
        change(held, {p: Change(reserved=n) for p, n in wanted.items()}, Why("reserved", order_number, actor, now))
        rows = [Reservation(product_id=p, order_number=order_number, quantity=wanted[p], at=now) for p in held]
        Reservation.objects.bulk_create(rows, batch_size=AT_ONCE)


def reserve_more(store: Store, order_number: str, pieces: Iterable[Piece], *, now: datetime, actor: Actor) -> None:
    """Promises further pieces to an order of things it was promised before: what was lost on its way is sent again."""
    wanted = _counted(pieces)
    with transaction.atomic(savepoint=False):
        held = locked(store, wanted)
        change(held, {p: Change(reserved=n) for p, n in wanted.items()}, Why("reserved", order_number, actor, now))
        for product, n in wanted.items():
            Reservation.objects.filter(product_id=product, order_number=order_number).update(quantity=F("quantity") + n)


def release(
    store: Store, order_number: str, pieces: Iterable[Piece] | None = None, *, now: datetime, actor: Actor
) -> dict[int, int]:
    """Lets go of what an order still holds, or of these pieces of it. Gives how many pieces of each product became free."""
    return _settle(store, pieces, Why("released", order_number, actor, now))


def ship(
    store: Store, order_number: str, pieces: Iterable[Piece] | None = None, *, now: datetime, actor: Actor
) -> dict[int, int]:
    """Takes what an order holds, or these pieces of it, off the shelf. Gives how many pieces of each product have left."""
    return _settle(store, pieces, Why("shipped", order_number, actor, now))


def receive(store: Store, pieces: Iterable[Piece], *, now: datetime, actor: Actor, reference: str = "") -> None:
    """Puts pieces on the shelf that a supplier has sent."""
    _put(store, pieces, Why("received", reference, actor, now))


def take_back(store: Store, pieces: Iterable[Piece], *, now: datetime, actor: Actor, reference: str = "") -> None:
    """Puts pieces on the shelf that were sold and have come back."""
    _put(store, pieces, Why("returned", reference, actor, now))


def give_up(store: Store, order_number: str, pieces: Iterable[Piece], *, now: datetime, actor: Actor) -> None:
    """Puts pieces on the shelf that came back to an order and are its own no longer: so many fewer are promised and shipped."""
    given = _counted(pieces)
    with transaction.atomic(savepoint=False):
        take_back(store, given.items(), now=now, actor=actor, reference=order_number)
        for product, n in given.items():
            rows = Reservation.objects.filter(product_id=product, order_number=order_number)
            rows.update(quantity=F("quantity") - n, shipped=F("shipped") - n)


def count(store: Store, counted: Iterable[Piece], *, now: datetime, actor: Actor, reference: str = "") -> None:
    """Sets what is on hand to what was counted. What is promised cannot be counted away: its orders come first."""
    found = dict(counted)
    if any(not 0 <= n <= MAX_PIECES for n in found.values()):
        raise AvdetError("a count is a number of pieces", where="on_hand", cure=f"give 0 to {MAX_PIECES:,}")
    with transaction.atomic():
        begin_counting(found)
        held = locked(store, found)
        for product, stock in held.items():
            if found[product] < stock.reserved:
                what = f"{found[product]} counted, but {stock.reserved} are promised to orders"
                raise AvdetError(what, where=stock.product.sku, cure="cancel or ship those orders first")
        other = {product: stock for product, stock in held.items() if found[product] != stock.on_hand}
        changes = {product: Change(on_hand=found[product] - stock.on_hand) for product, stock in other.items()}
        change(other, changes, Why("counted", reference, actor, now))


def _put(store: Store, pieces: Iterable[Piece], why: Why) -> None:
    arrived = _counted(pieces)
    with transaction.atomic():
        begin_counting(arrived)
        change(locked(store, arrived), {product: Change(on_hand=n) for product, n in arrived.items()}, why)


def _counted(pieces: Iterable[Piece]) -> Counter[int]:
    """Pieces by product, several lines of one product together."""
    total: Counter[int] = Counter()
    for product, n in pieces:
        if not 1 <= n <= MAX_PIECES:
            raise AvdetError(f"{n} is no number of pieces", where="quantity", cure=f"give 1 to {MAX_PIECES:,}")
        total[product] += n
    return total


def _settle(store: Store, pieces: Iterable[Piece] | None, why: Why) -> dict[int, int]:
    """Takes pieces out of an order's reservations; what the order never reserved is passed over."""
    asked = None if pieces is None else _counted(pieces)
    promised = Reservation.objects.filter(order_number=why.reference, product__store=store)
    with transaction.atomic():
        held = locked(store, asked if asked is not None else promised.values_list("product_id", flat=True))
        rows = [row for row in promised.order_by("product_id") if row.product_id in held]
        wanted = {row.product_id: row.held if asked is None else asked[row.product_id] for row in rows}
        for row in rows:
            if wanted[row.product_id] > row.held:
                what = f"{wanted[row.product_id]} to be {why.kind}, but {row.held} are held for order {why.reference}"
                raise AvdetError(what, where=held[row.product_id].product.sku, cure="look at the order again")
        taken = {product: n for product, n in wanted.items() if n}
        leaving = 1 if why.kind == "shipped" else 0
        changes = {product: Change(-n * leaving, -n) for product, n in taken.items()}
        change({product: held[product] for product in taken}, changes, why)
        for row in rows:
            setattr(row, why.kind, getattr(row, why.kind) + wanted[row.product_id])
        Reservation.objects.bulk_update(rows, [why.kind], batch_size=AT_ONCE)
    return taken
