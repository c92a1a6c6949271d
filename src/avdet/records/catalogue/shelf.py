"""How stock rows change: locked in the order of their products, so that no two wait for each other, and all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Stock, StockMove
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store

AT_ONCE: Final = 200
"""Products that one statement names at most."""


class OutOfStock(AvdetError):  # noqa: N818 - what a shopkeeper calls it
    """Fewer pieces are left than were asked for. `short`: (SKU, asked for, left) of each product that falls short."""

    def __init__(self, short: list[tuple[str, int, int]]) -> None:
        self.short = short
        said = ", ".join(f"{sku}: {asked} asked for, {left} left" for sku, asked, left in short)
        super().__init__(f"not enough in stock ({said})", where=short[0][0], cure="order fewer, or wait until more arrive")


@dataclass(frozen=True, slots=True)
class Change:
    """By how many pieces one product's stock changes."""

    on_hand: int = 0
    reserved: int = 0

    def fits(self, stock: Stock) -> bool:
        """Whether no more would be promised than there is, and nothing would fall below none."""
        return 0 <= stock.reserved + self.reserved <= stock.on_hand + self.on_hand


@dataclass(frozen=True, slots=True)
class Why:
    """What a stock's history says of a change, beside its figures."""

    kind: str
    reference: str
    actor: Actor
    at: datetime


def begin_counting(products: Iterable[int]) -> None:
    """Gives a stock row to those products that have none."""
    rows = [Stock(product_id=product) for product in sorted(products)]
    Stock.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def locked(store: Store, products: Iterable[int]) -> dict[int, Stock]:
    """The stock rows of these products, by product, locked in the order of their ids until the transaction ends."""
    rows = Stock.objects.filter(product__store=store).select_related("product").only("on_hand", "reserved", "product__sku")
    ordered = rows.order_by("product_id").select_for_update(of=("self",))
    return {stock.product_id: stock for batch in _batches(products) for stock in ordered.filter(product_id__in=batch)}


def change(held: Mapping[int, Stock], changes: Mapping[int, Change], why: Why) -> None:
    """Moves these `locked` rows, all of them or none, with a row of history each."""
    _refuse([stock for product, stock in held.items() if not changes[product].fits(stock)], changes)
    for batch in _batches(held):
        if _swap({product: changes[product] for product in batch}) != len(batch):
            # Where the database has no row locks, somebody may have been faster between the look and the update.
            _refuse([held[product] for product in batch], changes)
    StockMove.objects.bulk_create([_move(stock, changes[product], why) for product, stock in held.items()], batch_size=AT_ONCE)


def _refuse(short: list[Stock], changes: Mapping[int, Change]) -> None:
    if short:
        raise OutOfStock([(s.product.sku, changes[s.product_id].reserved, s.on_hand - s.reserved) for s in short])


def _move(stock: Stock, by: Change, why: Why) -> StockMove:
    return StockMove(
        product_id=stock.product_id, kind=why.kind, quantity=by.on_hand or by.reserved, on_hand=stock.on_hand + by.on_hand,
        reserved=stock.reserved + by.reserved, reference=why.reference[:80], actor=str(why.actor), at=why.at,
    )  # fmt: skip


def _batches(products: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(products)
    return (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE))


def _swap(changes: Mapping[int, Change]) -> int:
    """One statement that moves every row that still admits it; says how many did."""
    come = _by_product({product: by.on_hand for product, by in changes.items()})
    promised = _by_product({product: by.reserved for product, by in changes.items()})
    needed = _by_product({product: by.reserved - by.on_hand for product, by in changes.items()})
    rows = Stock.objects.filter(Q(on_hand__gte=F("reserved") + needed), product_id__in=list(changes))
    return rows.update(on_hand=F("on_hand") + come, reserved=F("reserved") + promised)


def _by_product(numbers: Mapping[int, int]) -> Combinable:
    """The number that belongs to a row's product; one number where it is the same for all of them."""
    if len(set(numbers.values())) == 1:
        return Value(next(iter(numbers.values())), output_field=IntegerField())
    products: dict[int, list[int]] = {}
    for product, n in numbers.items():
        products.setdefault(n, []).append(product)
    return Case(*(When(product_id__in=those, then=Value(n)) for n, those in products.items()), output_field=IntegerField())
