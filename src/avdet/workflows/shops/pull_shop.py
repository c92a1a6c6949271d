"""A connected shop is read by jobs, a page at a time: everything once, and from then on whatever has been touched since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, defer, job
from avdet.ports.shops import Page, Shop, ShopOrder, ShopProduct
from avdet.records.connections import actions, queries
from avdet.records.connections.models import Connection, ImportRun
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.orders.import_orders import batches
from avdet.workflows.orders.take_batch import AT_ONCE, Item, take_batch, told
from avdet.workflows.shops.open_shop import open_shop
from avdet.workflows.shops.shelve_products import shelve_products
from avdet.workflows.shops.take_order import take_order

EVERY: Final = timedelta(minutes=15)
OVERLAP: Final = timedelta(minutes=2)
"""By how much two readings overlap: the shop's clock is not ours, and what is read twice changes nothing."""


def begin_pull(connection: Connection, *, now: datetime) -> None:
    """Reads the whole shop from the beginning, or goes on where it was left."""
    if not connection.cursor:
        actions.keep_place(connection, {"stage": "products", "began": now.isoformat()})
    _go_on(connection)


@job("pull_shops", every=EVERY, attempts=1)
def pull_shops(_payload: Payload, now: datetime) -> None:
    """Looks into every shop for what is new, and forgets messages of long ago."""
    for number in queries.shops_to_read():
        defer("pull_shop", {"connection": number}, key=f"pull_shop:{number}")
    actions.forget_received(now - actions.REMEMBERED)


@job("pull_shop", attempts=5)
def pull_shop(payload: Payload, now: datetime) -> None:
    """Reads one page. An error of the shop is kept with the connection, and the page is asked for again next time."""
    connection = queries.connection_by_id(payload["connection"])
    if connection is None or not connection.active or not connection.cursor:
        return
    place = dict(connection.cursor)
    if "began" not in place:
        place |= {"stage": "orders", "page": "", "began": now.isoformat()}
    try:
        read = _products if place.get("stage") == "products" else _orders
        following = read(connection, open_shop(connection), place, now)
    except Conflict:
        raise
    except AvdetError as fault:
        actions.keep_place(connection, place, error=str(fault))
        return
    actions.keep_place(connection, following, read_at=now if "began" not in following else None)
    if "began" in following:
        _go_on(connection)


@job("pull_order", attempts=6)
def pull_order(payload: Payload, now: datetime) -> None:
    """Reads one order that the shop has told of before we knew it."""
    connection = queries.connection_by_id(payload["connection"])
    if connection is not None and connection.active:
        take_order(connection, open_shop(connection).order(payload["reference"]).value, now=now)


def _go_on(connection: Connection) -> None:
    defer("pull_shop", {"connection": connection.pk}, key=f"pull_shop:{connection.pk}")


def _since(place: dict[str, str]) -> datetime | None:
    return datetime.fromisoformat(place["since"]) - OVERLAP if place.get("since") else None


def _products(connection: Connection, shop: Shop, place: dict[str, str], now: datetime) -> dict[str, str]:
    page: Page[ShopProduct] = shop.products(modified_after=_since(place), after=place.get("page", ""))
    with transaction.atomic():
        run = _run(connection, now)
        notes = shelve_products(connection.store, [each.value for each in page.items], now=now)
        notes += [actions.Note("", fault.where, fault.what, fault=True) for fault in page.faults]
        notes += [note for each in page.items for note in told(each.value.sku, each.notes)]
        counts = {"products": len(page.items), "faulty": len(page.faults), "notes": actions.report(run, notes)}
        actions.step(run, counts=counts, now=now)
    stage = {"page": page.next} if page.next else {"stage": "orders", "page": ""}
    return {**place, **stage}


def _orders(connection: Connection, shop: Shop, place: dict[str, str], now: datetime) -> dict[str, str]:
    """Takes the page, and says where to go on. Of a reading that brings nothing, no run is kept."""
    page: Page[ShopOrder] = shop.orders(modified_after=_since(place), after=place.get("page", ""))
    items: list[Item] = [*page.items, *page.faults]
    if items or queries.unfinished(connection):
        run = _run(connection, now)
        if page.total is not None and run.total is None:
            actions.step(run, total=page.total, now=now)
        for batch in batches(iter(items), AT_ONCE):
            take_batch(run, batch, cursor={"page": place.get("page", "")}, now=now)
        if not page.next:
            actions.step(run, state="done", now=now)
    return {**place, "page": page.next} if page.next else {"since": place["began"]}


def _run(connection: Connection, now: datetime) -> ImportRun:
    """The run that is being gone on with, or a new one."""
    run = queries.unfinished(connection)
    if run is None:
        name, actor = connection.url, Actor.system(connection.kind)
        return queries.run_by_id(actions.begin(connection, source=connection.kind, name=name, actor=actor, now=now).pk)  # type: ignore[return-value]
    return run

