"""A file of orders or products, whatever it holds: the heading or the first document tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from avdet.adapters.shops.files import headings, online_retail, orders, products
from avdet.adapters.shops.files.cells import Cells
from avdet.adapters.shops.files.documents import documents
from avdet.adapters.shops.files.rows import rows
from avdet.core.errors import AvdetError, Steps
from avdet.ports.shops import FieldNote, Reading, ShopCancellation, ShopFile, ShopOrder, ShopProduct
from avdet.words.faults import coded


def open_file(path: Path, *, language: str, unit: str, zone: tzinfo = UTC) -> ShopFile:
    """A CSV or JSON file. `language` tells the code page of what is not Unicode; `unit` and `zone` are the shop's own.

    Raises AvdetError where there is no such file.
    """
    if not path.is_file():
        raise coded(AvdetError, "file.missing", where=str(path))
    if path.suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        return _Json(path, unit, zone)
    return _Table(path, language, unit, zone)


@dataclass(frozen=True, slots=True)
class _Table:
    """A CSV file."""

    path: Path
    language: str
    unit: str
    zone: tzinfo

    def orders(self) -> Iterator[Reading[ShopOrder] | Reading[ShopCancellation] | AvdetError]:
        """Each order or invoice, or the error in its place."""
        heading, body = self._parts()
        if tuple(each.strip() for each in heading) == headings.ONLINE_RETAIL:
            yield from online_retail.read_invoices(self.path.name, body)
            return
        found = headings.columns(heading, headings.ORDERS, needed=orders.NEEDED, file=self.path.name)
        yield from orders.read_orders(self.path.name, body, found, unit=self.unit, zone=self.zone)

    def products(self) -> Iterator[Reading[ShopProduct] | AvdetError]:
        """Each product, or the error in its place."""
        heading, body = self._parts()
        found = headings.columns(heading, headings.PRODUCTS, needed=products.NEEDED, file=self.path.name)
        mark = headings.SPECIFICATION
        details = {said: said.removeprefix(mark).strip() for said in heading if said.startswith(mark)}
        found |= {said: place for place, said in enumerate(heading) if said in details}
        yield from products.read_products(self.path.name, body, found, details, unit=self.unit)

    def _parts(self) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
        body = rows(self.path, self.language)
        first = next(body, None)
        if first is None:
            raise coded(AvdetError, "file.empty", at=(("file", self.path.name),))
        return first[1], body


@dataclass(frozen=True, slots=True)
class _Json:
    """A JSON file in the words of the columns: an object for each order, its lines in `lines`; or for each product."""

    path: Path
    unit: str
    zone: tzinfo

    def orders(self) -> Iterator[Reading[ShopOrder] | Reading[ShopCancellation] | AvdetError]:
        """Each order, or the error in its place."""
        for number, document in documents(self.path):
            lines = document.get("lines") if isinstance(document, dict) else None
            if not isinstance(lines, list) or not lines or not all(isinstance(each, dict) for each in lines):
                yield coded(AvdetError, "order_file.shape", at=(("file", self.path.name), ("document", number)))
                continue
            notes: list[FieldNote] = []
            said = [((("document", number), ("line", index)), {**document, **line}) for index, line in enumerate(lines, 1)]
            rows = [self._cells(at, each, notes) for at, each in said]
            yield orders.read_order(rows, unit=self.unit, zone=self.zone)

    def products(self) -> Iterator[Reading[ShopProduct] | AvdetError]:
        """Each product, or the error in its place; `specifications` is an object of labels and values."""
        for number, document in documents(self.path):
            if not isinstance(document, dict):
                yield coded(AvdetError, "product_file.shape", at=(("file", self.path.name), ("document", number)))
                continue
            given = document.get("specifications")
            table = given if isinstance(given, dict) else {}
            labels = {f"{headings.SPECIFICATION}{label}": label for label in table}
            said = {**document, **{column: table[label] for column, label in labels.items()}}
            yield products.read_product(self._cells((("document", number),), said, []), labels, unit=self.unit)

    def _cells(self, at: Steps, said: dict[str, Any], notes: list[FieldNote]) -> Cells:
        columns = {name: place for place, name in enumerate(said)}
        return Cells(self.path.name, at, [_shown(each) for each in said.values()], columns, notes)


def _shown(said: Any) -> str:
    """A JSON value as a cell. A number's point is a decimal one: three digits after it must not be taken for thousands."""
    if isinstance(said, float):
        text = format(said, "f").rstrip("0")
        return text + "0" if len(text.partition(".")[2]) == 3 else text.rstrip(".")
    if isinstance(said, list):
        return "|".join(map(str, said))
    return "" if said is None or isinstance(said, bool | dict) else str(said)
