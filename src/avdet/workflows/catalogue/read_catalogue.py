"""Reading a catalogue file: nothing is changed yet; what each row would change, and what cannot be read, is kept for a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import decoded, read_rows
from avdet.records.catalogue import imports
from avdet.records.catalogue.editing import checked_sku
from avdet.records.catalogue.models import CatalogueImport, CatalogueImportRow, Product
from avdet.records.catalogue.queries import products_by_sku
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.catalogue.catalogue_columns import (
    CLEAR,
    MAPPED,
    ON_HAND,
    Column,
    Problem,
    columns_of,
    on_hand_text,
    read_on_hand,
)

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 100_000
AT_ONCE: Final = 200
_LONGEST_SAID: Final = 200


@dataclass(slots=True)
class Row:
    """One row as it was written: column → cell."""

    number: int
    sku: str
    cells: dict[str, str]
    problems: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, column: str, said: str, problem: str) -> None:
        self.problems.append({"column": column, "said": said[:_LONGEST_SAID], "problem": problem})


def read_catalogue(store: Store, file_name: str, raw: bytes, *, now: datetime, actor: Actor) -> CatalogueImport:
    """Reads a file and keeps what it would do. `AvdetError` for one that is no catalogue at all."""
    if len(raw) > MAX_BYTES:
        raise coded(AvdetError, "catalogue_file.too_large", at=(("file", file_name),), most=MAX_BYTES // 1_000_000)
    columns = columns_of(store)
    counts: Counter[str] = Counter()
    with transaction.atomic():
        run = imports.begin(store, file_name, now=now, actor=actor)
        rows = _rows(decoded(raw, store.language), [*(name for name in columns if name != MAPPED), ON_HAND])
        while batch := list(islice(rows, AT_ONCE)):
            known = products_by_sku(store, (row.sku for row in batch))
            kept = [_looked_at(run, row, known.get(row.sku), columns) for row in batch]
            counts.update(rows=len(batch), same=kept.count(None))
            counts.update(row.kind for row in kept if row is not None)
            imports.keep_rows(row for row in kept if row is not None)
        imports.counted(run, {kind: counts[kind] for kind in ("rows", "new", "changed", "same", "faulty")})
    return run


def _rows(text: str, known: list[str]) -> Iterator[Row]:
    rows = read_rows(text)
    heading = [name.strip().lower() for name in next(rows, (1, []))[1]]
    _check_heading(heading, known)
    seen: set[str] = set()
    for number, cells in rows:
        if number > MAX_ROWS:
            raise coded(AvdetError, "catalogue_file.too_many_rows", at=(("row", number),), most=MAX_ROWS)
        said = dict(zip(heading, cells, strict=False))
        row = Row(number, said.pop("sku", ""), {name: cell for name, cell in said.items() if name and cell})
        _check_sku(row, seen)
        if len(cells) > len(heading) and any(cells[len(heading) :]):
            row.wrong("", cells[len(heading)], "too_many")
        yield row


def _check_heading(heading: list[str], known: list[str]) -> None:
    at, columns = (("row", 1),), ", ".join(known)
    if "sku" not in heading:
        raise coded(AvdetError, "catalogue_file.no_sku", at=at, columns=columns)
    for name in heading:
        if name and heading.count(name) > 1:
            raise coded(AvdetError, "catalogue_file.column_twice", at=at, column=name[:40])
        if name and name not in (*known, "sku"):
            raise coded(AvdetError, "catalogue_file.unknown_column", at=at, column=name[:40], columns=columns)


def _check_sku(row: Row, seen: set[str]) -> None:
    try:
        checked_sku(row.sku)
    except AvdetError:
        row.wrong("sku", row.sku, "sku")
    if row.sku in seen:
        row.wrong("sku", row.sku, "sku_twice")
    seen.add(row.sku)


def _looked_at(
    run: CatalogueImport, row: Row, product: Product | None, columns: Mapping[str, Column]
) -> CatalogueImportRow | None:
    """What a row would change; nothing where it changes nothing."""
    changes: dict[str, list[str | None]] = {}
    for name, cell in row.cells.items():
        try:
            new = _said(name, cell, product, columns)
        except Problem as problem:
            row.wrong(name, cell, str(problem))
            continue
        old = None if product is None else _stands(name, product, columns)
        if new != old and not cell == old == CLEAR:  # a text that is a mere dash was written by our own export
            changes[name] = [old, new]
    _check_whole(row, product, changes)
    if product is not None and not product.mapped and "traits" in row.cells:
        changes[MAPPED] = ["no", "yes"]
    if not row.problems and not changes:
        return None
    kind = "faulty" if row.problems else "new" if product is None else "changed"
    return CatalogueImportRow(run=run, number=row.number, sku=row.sku[:60], kind=kind, changes=changes, problems=row.problems)


def _check_whole(row: Row, product: Product | None, changes: Mapping[str, list[str | None]]) -> None:
    """A product has a name in some language, and a price."""
    names = {f"name_{language}": text for language, text in (product.names.items() if product else ())}
    names |= {name: said[1] for name, said in changes.items() if name.startswith("name_")}
    if not any(names.values()) and "name" not in _wrong(row):
        row.wrong("name", "", "name_missing")
    if product is None and "price" not in changes and "price" not in _wrong(row):
        row.wrong("price", "", "price_missing")


def _wrong(row: Row) -> set[str]:
    return {problem["column"].split("_")[0] for problem in row.problems}


def _said(name: str, cell: str, product: Product | None, columns: Mapping[str, Column]) -> str:
    if name != ON_HAND:
        if cell == CLEAR and name == "price":
            raise Problem("price")
        return columns[name].said(cell)
    new = read_on_hand(cell)
    stock = getattr(product, "stock", None)
    if stock is not None and int(new) < stock.reserved:
        raise Problem("promised")
    return new


def _stands(name: str, product: Product, columns: Mapping[str, Column]) -> str:
    return on_hand_text(product) if name == ON_HAND else columns[name].text(product)
