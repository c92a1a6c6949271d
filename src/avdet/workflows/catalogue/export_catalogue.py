"""The catalogue as a file that a spreadsheet opens and `read_catalogue` reads."""

from __future__ import annotations

from collections.abc import Iterator

from avdet.core.spreadsheet import csv_lines
from avdet.records.catalogue.queries import every_product
from avdet.records.stores.models import Store
from avdet.workflows.catalogue.catalogue_columns import MAPPED, ON_HAND, columns_of, on_hand_text


def export_catalogue(store: Store) -> Iterator[str]:
    """Line by line, in UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula is made safe."""
    columns = [column for name, column in columns_of(store).items() if name != MAPPED]
    rows = ((each.sku, *(column.text(each) for column in columns), on_hand_text(each)) for each in every_product(store))
    return csv_lines(["sku", *(column.name for column in columns), ON_HAND], rows, mark=True)
