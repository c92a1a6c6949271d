"""The columns of a catalogue file: how each is written, and how what people write in it is read.

A cell's canonical text is what is compared, shown, applied and undone; an empty one is an empty value. What cannot be read
is a `Problem`, named by a key that the pages have words for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME, MAX_MINOR
from avdet.core.folding import fold
from avdet.core.spreadsheet import figure
from avdet.core.vocabulary import LANGUAGES, TRAITS
from avdet.records.catalogue.actions import MAX_PIECES
from avdet.records.catalogue.editing import checked
from avdet.records.catalogue.models import Product
from avdet.records.stores.models import Store
from avdet.words.digits import PLACES

CLEAR: Final = "-"
"""What a cell says that empties its field; an empty cell leaves the field as it is."""
ON_HAND, MAPPED = "on_hand", "mapped"
_YES: Final = frozenset(map(fold, ("yes", "true", "1", "evet", "var", "بله", "آری")))
_NO: Final = frozenset(map(fold, ("no", "false", "0", "hayır", "yok", "خیر", "نه")))


class Problem(ValueError):  # noqa: N818 - what the page calls it
    """A cell that cannot be read; its text is the problem's key."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` is the product's, `part` the language of a text; `read` makes a cell's value, `show` its text."""

    name: str
    field: str
    part: str
    show: Callable[[Any], str]
    read: Callable[[str], Any]

    def text(self, product: Product) -> str:
        """What stands there now, as it would be written."""
        value = getattr(product, self.field)
        return self.show(value.get(self.part, "") if self.part else value)

    def said(self, cell: str) -> str:
        """The canonical text of a cell; `Problem` for what cannot be."""
        if cell == CLEAR:
            return ""
        value = self.read(cell)
        try:
            checked({self.field: {self.part: value} if self.part else value})
        except AvdetError:
            raise Problem("bounds") from None
        return self.show(value)

    def into(self, fields: dict[str, Any], product: Product | None, text: str) -> None:
        """Adds a canonical text's value to the fields that are to be written."""
        value = self.read(text) if text else _EMPTY.get(self.field, "")
        if self.part:
            before = fields.get(self.field) or (getattr(product, self.field) if product else {})
            value = {**before, self.part: value}
        fields[self.field] = value


_EMPTY: Final[Mapping[str, Any]] = {
    "specification": [], "traits": [], "price_minor": 0, "vat_basis_points": 0, "weight_grams": 0, "on_sale": False,
}  # fmt: skip


def columns_of(store: Store) -> dict[str, Column]:
    """A store's columns by name, its own language's texts first; `MAPPED` stands in no file and follows from the traits."""
    return _columns(tuple(store.languages), PLACES[store.currency])


@cache
def _columns(languages: tuple[str, ...], places: int) -> dict[str, Column]:
    spoken = [language for language in languages if language in LANGUAGES]
    found = [
        *(Column(f"name_{language}", "names", language, str, str) for language in spoken),
        Column("category", "category", "", str, str),
        Column("price", "price_minor", "", lambda minor: _decimal(minor, places), lambda cell: _amount(cell, places)),
        Column("vat_percent", "vat_basis_points", "", lambda points: _decimal(points, 2), _vat),
        Column("traits", "traits", "", " ".join, _traits),
        Column("seller", "seller", "", str, str),
        Column("weight_grams", "weight_grams", "", str, lambda cell: _whole(cell, 100_000_000)),
        Column("on_sale", "on_sale", "", lambda flag: "yes" if flag else "no", _flag),
        Column("specification", "specification", "", _table, _rows),
        *(Column(f"description_{language}", "descriptions", language, str, str) for language in spoken),
        Column(MAPPED, "mapped", "", lambda flag: "yes" if flag else "no", _flag),
    ]
    return {column.name: column for column in found}


def on_hand_text(product: Product) -> str:
    """What is counted of a product, or nothing where nothing is counted."""
    stock = getattr(product, "stock", None)
    return "" if stock is None else str(stock.on_hand)


def read_on_hand(cell: str) -> str:
    """A count in canonical form."""
    return str(_whole(cell, MAX_PIECES))


# ---- single values ---------------------------------------------------------------------------------------------------


def _decimal(scaled: int, places: int) -> str:
    """A figure without needless zeros: 1299.5, 20.

    >>> _decimal(129950, 2), _decimal(2000, 2), _decimal(45, 0)
    ('1299.50', '20', '45')
    """
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}}" if rest else str(whole)


def _figure(cell: str, places: int, most: int, problem: str) -> int:
    try:
        found = figure(cell, places)
    except ValueError:
        raise Problem(problem) from None
    if not 0 <= found <= most:
        raise Problem(problem)
    return found


def _amount(cell: str, places: int) -> int:
    return _figure(cell, places, MAX_MINOR, "price")


def _vat(cell: str) -> int:
    return _figure(cell.replace("%", "").replace("٪", "").strip(), 2, 10_000, "vat")


def _whole(cell: str, most: int) -> int:
    return _figure(cell, 0, most, "whole")


def _flag(cell: str) -> bool:
    said = fold(cell)
    if said not in _YES | _NO:
        raise Problem("flag")
    return said in _YES


@cache
def _named() -> dict[str, str]:
    """Folded name of a trait, in any language → the trait."""
    return {fold(word): trait for trait in TRAITS for word in (trait.replace("_", " "), *BY_NAME[trait].question)}


def _traits(cell: str) -> list[str]:
    if all(word in TRAITS for word in cell.split()):
        said = cell.split()
    else:
        parts = [part for part in cell.replace("؛", ",").replace("،", ",").replace(";", ",").split(",") if part.strip()]
        found = [_named().get(fold(part.replace("_", " "))) for part in parts]
        if None in found:
            raise Problem("traits")
        said = [trait for trait in found if trait]
    return [trait for trait in TRAITS if trait in said]


def _table(rows: list[dict[str, str]]) -> str:
    """One row a line: `group > label: value`."""
    return "\n".join((f"{row['group']} > " if row.get("group") else "") + f"{row['label']}: {row['value']}" for row in rows)


def _rows(cell: str) -> list[dict[str, str]]:
    found = []
    for line in filter(str.strip, cell.splitlines()):
        name, mark, value = line.partition(":")
        group, inside, label = name.rpartition(" > ")
        if not mark or not label.strip() or not value.strip():
            raise Problem("specification")
        found.append({"group": group.strip() if inside else "", "label": label.strip(), "value": value.strip()})
    return found
