"""What an order's way does to the shelf: its pieces leave it once, and lie on it again when they are nobody's any more.

Pieces that came back wait beside the shelf for their order. Sent again, they are not taken off it a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from avdet.records.catalogue.actions import give_up, release, reserve_more, ship, take_back
from avdet.records.catalogue.queries import reservations_of
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of, outside
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of
from avdet.records.shared.actors import Actor
from avdet.workflows.notices.tell_catalogue import tell_stock


def take_off_the_shelf(order: Order, delivery: Delivery, *, actor: Actor, now: datetime) -> None:
    """The pieces of a delivery that leaves. `OutOfStock` where what was lost is to be sent again, and there is none."""
    promised = reservations_of(order.store, order.number)
    out = _by_product(order, outside(deliveries_of(order)))
    leaving: dict[int, int] = {}
    beyond: dict[int, int] = {}
    for product, count in _by_product(order, _pieces(delivery)).items():
        if product in promised:
            row = promised[product]
            fresh = max(0, out[product] + count - row.shipped)
            leaving |= {product: fresh} if fresh else {}
            beyond |= {product: fresh - row.held} if fresh > row.held else {}
    if beyond:
        reserve_more(order.store, order.number, beyond.items(), now=now, actor=actor)
    if leaving:
        ship(order.store, order.number, leaving.items(), now=now, actor=actor)
        tell_stock(order.store, leaving, why="shipped", reference=order.number, now=now)


def let_stock_go(order: Order, pieces: Mapping[int, int] | None = None, *, actor: Actor, now: datetime) -> None:
    """Lets go of pieces of lines, or of all: those that were promised, and those that came back. What was lost is lost."""
    promised = reservations_of(order.store, order.number)
    out = _by_product(order, outside(deliveries_of(order)))
    wanted = None if pieces is None else _by_product(order, pieces)
    free: dict[int, int] = {}
    back: dict[int, int] = {}
    for product, row in promised.items():
        returned = max(0, row.shipped - out[product])
        count = row.held + returned if wanted is None else wanted[product]
        held = min(row.held, count)
        free |= {product: held} if held else {}
        back |= {product: min(count - held, returned)} if count > held and returned else {}
    if free:
        release(order.store, order.number, free.items(), now=now, actor=actor)
    if back:
        give_up(order.store, order.number, back.items(), now=now, actor=actor)
    tell_stock(order.store, {**free, **back}, why="released" if free else "returned", reference=order.number, now=now)


def put_back(order: Order, delivery: Delivery, *, actor: Actor, now: datetime) -> None:
    """A delivery of an order that is cancelled has arrived back: its pieces lie on the shelf again."""
    promised = reservations_of(order.store, order.number)
    arrived = {product: n for product, n in _by_product(order, _pieces(delivery)).items() if product in promised}
    if arrived:
        take_back(order.store, arrived.items(), now=now, actor=actor, reference=order.number)
        tell_stock(order.store, arrived, why="returned", reference=order.number, now=now)


def _pieces(delivery: Delivery) -> dict[int, int]:
    return {line.order_line_id: line.quantity for line in delivery.lines.all()}


def _by_product(order: Order, pieces: Mapping[int, int]) -> Counter[int]:
    """Pieces of lines as pieces of products; of lines whose product nobody knows, none."""
    products: Iterable[tuple[int, int | None]] = ((line.pk, line.product_id) for line in lines_of(order))
    found: Counter[int] = Counter()
    for line, product in products:
        if product is not None and line in pieces:
            found[product] += pieces[line]
    return found
