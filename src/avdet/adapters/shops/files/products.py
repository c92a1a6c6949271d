"""Products from a table: a row for each."""

from __future__ import annotations

from collections.abc import Iterator

from avdet.adapters.shops.files.cells import Cells
from avdet.core.errors import AvdetError
from avdet.ports.amounts import currency_of
from avdet.ports.shops import Reading, ShopProduct

NEEDED = ("sku", "name", "price")


def read_products(
    file: str, rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], specifications: dict[str, str], *, unit: str
) -> Iterator[Reading[ShopProduct] | AvdetError]:
    """Each product, or the error in its place. `specifications` is column → label of the specification table."""
    for number, cells in rows:
        yield read_product(Cells(file, (("row", number),), cells, columns, []), specifications, unit=unit)


def read_product(row: Cells, specifications: dict[str, str], *, unit: str) -> Reading[ShopProduct] | AvdetError:
    """One product from its row."""
    try:
        return Reading(_product(row, specifications, unit), tuple(row.notes))
    except AvdetError as fault:
        return fault


def _product(row: Cells, specifications: dict[str, str], unit: str) -> ShopProduct:
    sku, name = row.text("sku"), row.text("name")
    if not sku or not name:
        raise row.error("name" if sku else "sku", "product_file.lacks")
    unit = row.text("currency") or unit
    stock = row.count("stock") if row.text("stock") else None
    if stock is not None and stock < 0:
        row.note("stock", str(stock), "0", "more were sold than there are")
    details = ((label, row.text(column)) for column, label in specifications.items())
    return ShopProduct(
        reference=sku,
        sku=sku,
        name=name,
        price_minor=row.money("price", unit),
        currency=currency_of(unit),
        description=row.text("description"),
        stock=stock if stock is None else max(0, stock),
        categories=_several(row.text("category")),
        tags=_several(row.text("tags")),
        specifications=tuple((label, value) for label, value in details if value),
        pictures=_several(row.text("picture")),
        weight_grams=row.count("weight_grams") or None,
    )


def _several(said: str) -> tuple[str, ...]:
    return tuple(part for each in said.replace("؛", "|").replace(";", "|").split("|") if (part := each.strip()))
