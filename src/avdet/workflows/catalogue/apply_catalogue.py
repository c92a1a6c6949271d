"""Applying a catalogue file that somebody has looked at, and taking it back: each in one transaction, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from avdet.records.catalogue import imports
from avdet.records.catalogue.actions import count
from avdet.records.catalogue.editing import put
from avdet.records.catalogue.models import CatalogueImport, CatalogueImportRow, Product
from avdet.records.catalogue.queries import import_rows, products_by_sku
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.catalogue.catalogue_columns import ON_HAND, Column, columns_of, on_hand_text
from avdet.workflows.notices.tell_catalogue import tell_import

AT_ONCE = 200
MOST_NAMED = 20
Batch = tuple[list[CatalogueImportRow], dict[str, Product]]


def apply_catalogue(store: Store, run: CatalogueImport, *, now: datetime, actor: Actor) -> None:
    """Does what the file's sound rows say. `Conflict` names the products that were changed since the file was read."""
    columns = columns_of(store)
    with transaction.atomic():
        imports.applied(run, now=now)
        for rows, known in _batches(store, run):
            moved = [row.sku for row in rows if not _stands(row, known.get(row.sku), columns, 0)]
            if moved:
                where = ", ".join(moved[:MOST_NAMED])
                raise Conflict("changed since the file was read", where=where, cure="read the file again")
            _write(store, rows, known, 1, columns, now=now, actor=actor, reference=run.file_name)
        tell_import(store, run.pk, "applied", run.counts, now=now)


def undo_catalogue(store: Store, run: CatalogueImport, *, now: datetime, actor: Actor) -> list[str]:
    """Puts back what stood before the file was applied. Gives the SKUs that were left alone, being changed or ordered since."""
    columns = columns_of(store)
    kept: list[str] = []
    with transaction.atomic():
        imports.undone(run, now=now)
        for rows, known in _batches(store, run):
            untouched = [row for row in rows if _stands(row, known.get(row.sku), columns, 1) and _free(row, known)]
            again = [row for row in untouched if row.kind == "changed"]
            gone = {row.sku for row in untouched if row.kind == "new" and imports.withdraw(known[row.sku])}
            _write(store, again, known, 0, columns, now=now, actor=actor, reference=run.file_name)
            done = gone | {row.sku for row in again}
            kept += [row.sku for row in rows if row.sku not in done]
        tell_import(store, run.pk, "undone", {**run.counts, "kept": len(kept)}, now=now)
    return kept


def _batches(store: Store, run: CatalogueImport) -> Iterator[Batch]:
    """The file's sound rows with their products, a few at a time."""
    for kind in ("new", "changed"):
        beyond = 0
        while rows := import_rows(run, kind=kind, beyond=beyond, size=AT_ONCE):
            yield rows, products_by_sku(store, (row.sku for row in rows))
            beyond = rows[-1].number


def _stands(row: CatalogueImportRow, product: Product | None, columns: Mapping[str, Column], side: int) -> bool:
    """Whether the product still is what the row says of it: before (0) or after (1) the change."""
    if product is None:
        return row.kind == "new" and side == 0
    if row.kind == "new" and side == 0:
        return False
    return all(_text(name, product, columns) == said[side] for name, said in row.changes.items())


def _free(row: CatalogueImportRow, known: Mapping[str, Product]) -> bool:
    """Whether what was counted before still covers what has been promised since."""
    before, stock = (row.changes.get(ON_HAND) or [None])[0], getattr(known[row.sku], "stock", None)
    return stock is None or row.kind == "new" or ON_HAND not in row.changes or stock.reserved <= int(before or 0)


def _text(name: str, product: Product, columns: Mapping[str, Column]) -> str:
    return on_hand_text(product) if name == ON_HAND else columns[name].text(product)


def _write(
    store: Store, rows: list[CatalogueImportRow], known: Mapping[str, Product], side: int, columns: Mapping[str, Column], *,
    now: datetime, actor: Actor, reference: str,
) -> None:  # fmt: skip
    wanted: dict[str, dict[str, Any]] = {}
    for row in rows:
        fields = wanted[row.sku] = {}
        for name, said in row.changes.items():
            if name != ON_HAND:
                columns[name].into(fields, known.get(row.sku), said[side])
    made = put(store, wanted, now=now)
    counted = [(made[row.sku].pk, int(row.changes[ON_HAND][side] or 0)) for row in rows if ON_HAND in row.changes]
    count(store, counted, now=now, actor=actor, reference=reference)
