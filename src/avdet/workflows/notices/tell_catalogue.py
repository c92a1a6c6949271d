"""Programs are told what has changed in the catalogue and on the shelf: one event for each cause, however many products.

To be called in the transaction of the change, and after it. A store that nobody listens to costs no statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import levels_of
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell import announce

MOST_NAMED: Final = 200
"""Products that one event names. Beyond them it says only that there are more: whoever wants them all reads the catalogue."""


def tell_products(store: Store, products: Iterable[Product], *, now: datetime) -> None:
    """`product.changed`: these products are new or say something else than before."""
    if store.has_webhooks:
        rows = sorted((each.sku, each.revision) for each in products)
        if rows:
            announce(store, "product.changed", _named([sku for sku, _ in rows]), key=_print(rows), now=now)


def tell_stock(store: Store, products: Iterable[int], *, why: str, now: datetime, reference: str = "") -> None:
    """`stock.changed` with what is on hand, promised and free of each product (row ids); `stock.out` where nothing is free.

    `why`: reserved, released, shipped, returned, received or counted. Two statements for every event.
    """
    wanted = sorted(set(products)) if store.has_webhooks else []
    if not wanted:
        return
    levels = levels_of(store, wanted[:MOST_NAMED])
    rows = [{"sku": each.sku, "on_hand": each.on_hand, "reserved": each.reserved, "free": each.free} for each in levels]
    key = _print([(each.sku, each.move) for each in levels])
    cause: dict[str, Any] = {"why": why, "reference": reference, "more": len(wanted) > MOST_NAMED}
    announce(store, "stock.changed", {**cause, "levels": rows}, key=key, now=now)
    out = [each.sku for each in levels if not each.free]
    if out:
        announce(store, "stock.out", {**cause, **_named(out)}, key=key, now=now)


def tell_import(store: Store, number: int, done: str, counts: Mapping[str, int], *, now: datetime) -> None:
    """`catalogue.imported`: a whole file (`number`) was applied or undone, or the rules were gone through (`mapped`).

    It stands for the changes of all its products, of which nothing else is told.
    """
    said = {"import": number, "done": done, "counts": dict(counts)}
    announce(store, "catalogue.imported", said, key=f"{number}:{done}:{now.isoformat()}", now=now)


def _named(skus: list[str]) -> dict[str, Any]:
    return {"skus": skus[:MOST_NAMED], "count": len(skus), "more": len(skus) > MOST_NAMED}


def _print(rows: object) -> str:
    """What a change is known by: the same one, told again, is told once."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
