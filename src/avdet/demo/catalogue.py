"""What a demo store sells: categories and products with their specification tables, from `products.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct

from avdet.demo.reading import bad, read

Trait = Literal["food", "gift_card", "gift", "large", "hygiene", "personal_use", "made_to_order", "call_before_buying",
                "seven_day_test", "serial_number", "authorised_installation"]  # fmt: skip
TRAITS: Final[tuple[str, ...]] = get_args(Trait)
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
_LEFT_OUT: Final = "-"


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """One name in the three languages."""

    tr: Text
    fa: Text
    en: Text


class Incoming(Struct, frozen=True, forbid_unknown_fields=True):
    """Goods on their way to the store: how many, and in how many days from today they are expected."""

    quantity: Annotated[int, Meta(ge=1, le=100_000)]
    in_days: Annotated[int, Meta(ge=1, le=365)]


class _ProductEntry(Struct, frozen=True, forbid_unknown_fields=True):
    sku: Annotated[str, Meta(pattern=r"^[A-Z]{2}-[0-9]{4}$")]
    name: Text
    en: Text
    about: Text
    price_minor: Annotated[int, Meta(ge=0, le=10**13)]
    stock: Count
    grams: Annotated[int, Meta(ge=1, le=1_000_000)]
    spec: list[str | int]
    common: dict[str, str | int] = {}
    traits: list[Trait] | None = None
    incoming: Incoming | None = None
    gifts: list[str] = []
    seller: str = ""


class _CategoryEntry(Struct, frozen=True, forbid_unknown_fields=True):
    key: Annotated[str, Meta(pattern=r"^[a-z_]+$")]
    name: Names
    glyph: str
    vat_percent: Annotated[int, Meta(ge=0, le=30)]
    fields: list[str]
    common: dict[str, str | int]
    products: list[_ProductEntry]
    traits: list[Trait] = []
    seller: str = ""


class _CatalogueFile(Struct, frozen=True, forbid_unknown_fields=True):
    categories: Annotated[list[_CategoryEntry], Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class SpecificationRow:
    """One row of a product's specification table, in the store's own language."""

    group: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """A shelf of the store. `glyph` names the drawing in `pictures`."""

    key: str
    name: Names
    glyph: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product. `price_minor` is in the store's currency and includes VAT; `name` and `about` are in its own language."""

    sku: str
    name: str
    english_name: str
    about: str
    category: DemoCategory
    specification: tuple[SpecificationRow, ...]
    traits: tuple[str, ...]
    price_minor: int
    vat_percent: int
    stock: int
    incoming: Incoming | None
    gifts: tuple[str, ...]
    grams: int
    seller: str


def read_products(path: Path, sellers: frozenset[str]) -> dict[str, DemoProduct]:
    """Every product of a `products.yaml`, by SKU, in the file's order."""
    found: dict[str, DemoProduct] = {}
    for place, category, entry in _entries(read(path, _CatalogueFile)):
        product = _product(path, place, category, entry)
        if product.sku in found:
            raise bad(path, f"{place}.sku", f"{product.sku} stands twice", "give each product its own SKU")
        if sellers and product.seller not in sellers:
            raise bad(path, f"{place}.seller", f"{product.seller!r} is no seller of store.yaml", "name a seller of the store")
        found[product.sku] = product
    for product in found.values():
        for sku in product.gifts:
            if sku not in found or "gift" not in found[sku].traits:
                raise bad(path, product.sku, f"the gift {sku} is no product with the trait gift", "name a gift of this store")
    return found


def _entries(file: _CatalogueFile) -> Iterator[tuple[str, _CategoryEntry, _ProductEntry]]:
    for i, category in enumerate(file.categories):
        for j, entry in enumerate(category.products):
            yield f"$.categories[{i}].products[{j}]", category, entry


def _product(path: Path, place: str, category: _CategoryEntry, entry: _ProductEntry) -> DemoProduct:
    if len(entry.spec) != len(category.fields):
        raise bad(path, f"{place}.spec", f"{len(entry.spec)} values for {len(category.fields)} fields",
                  "give one value a field of the category, - where it has none")  # fmt: skip
    traits = category.traits if entry.traits is None else entry.traits
    if (entry.price_minor == 0) != ("gift" in traits):
        raise bad(path, f"{place}.price_minor", "a gift costs 0 and nothing else does", "correct the price or the traits")
    return DemoProduct(
        sku=entry.sku, name=entry.name, english_name=entry.en, about=entry.about,
        category=DemoCategory(category.key, category.name, category.glyph),
        specification=_specification(path, place, category, entry), traits=tuple(traits), price_minor=entry.price_minor,
        vat_percent=category.vat_percent, stock=entry.stock, incoming=entry.incoming, gifts=tuple(entry.gifts),
        grams=entry.grams, seller=entry.seller or category.seller,
    )  # fmt: skip


def _specification(path: Path, place: str, category: _CategoryEntry, entry: _ProductEntry) -> tuple[SpecificationRow, ...]:
    values = dict(zip(category.fields, entry.spec, strict=True)) | category.common | entry.common
    rows = []
    for field, value in values.items():
        group, slash, label = field.partition(" / ")
        if not slash:
            raise bad(path, f"{place}.spec", f"{field!r} names no group", "write it as: group / label")
        if value != _LEFT_OUT:
            rows.append(SpecificationRow(group, label, str(value)))
    groups = list(dict.fromkeys(row.group for row in rows))
    return tuple(sorted(rows, key=lambda row: groups.index(row.group)))
