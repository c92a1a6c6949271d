"""Products and their stock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.core.vocabulary import LANGUAGES
from avdet.records.catalogue.actions import MAX_PIECES
from avdet.web.api.shapes.orders import Trait
from avdet.web.api.shapes.plain import LINES, PLAIN, Money, MoneySaid, PageQuery, Said, Shape, Short, Sku, Whole

Language = Literal[LANGUAGES]  # type: ignore[valid-type]
Name = Annotated[str, Field(max_length=300, pattern=PLAIN)]
Prose = Annotated[str, Field(max_length=10_000, pattern=LINES)]
Cell = Annotated[str, Field(max_length=500, pattern=PLAIN)]


class Row(Shape):
    """One row of a specification table."""

    group: str = ""
    label: str
    value: str


class StockDocument(Shape):
    """Pieces on hand, how many of them are promised, and how many are nobody's."""

    on_hand: int
    reserved: int
    free: int


class Expected(Shape):
    """Pieces that are on their way."""

    quantity: int
    expected_on: date
    latest_on: date | None


class ProductSummary(Shape):
    """A product in a list. Texts are by language. Without `stock`, its pieces are counted elsewhere."""

    sku: str
    names: dict[str, str]
    category: str
    traits: list[str]
    price: Money
    vat_basis_points: int
    seller: str
    weight_grams: int
    on_sale: bool
    mapped: bool
    revision: int
    updated_at: datetime
    stock: StockDocument | None
    expected: list[Expected]


class GiftDocument(Shape):
    """What is sent along with each piece."""

    sku: str
    quantity: int


class ProductDocument(ProductSummary):
    """A whole product."""

    descriptions: dict[str, str]
    specification: list[Row]
    gifts: list[GiftDocument]


class ProductPage(Shape):
    """Products, the newest first. `next` is the cursor of the page that follows."""

    data: list[ProductSummary]
    next: str | None


class ProductQuery(PageQuery):
    """What a list of products is narrowed to."""

    q: Annotated[str, Field(max_length=100)] = ""
    category: Annotated[str, Field(max_length=80)] = ""
    unmapped: Literal["true", "false"] = "false"
    on_sale: Literal["true", "false"] = "false"


class RowSaid(Said):
    """One row of a specification table."""

    group: Cell = ""
    label: Cell
    value: Cell


class ProductChanges(Said):
    """The fields to be changed; what is left out stays as it is."""

    names: dict[Language, Name] | None = None
    category: Short | None = None
    descriptions: dict[Language, Prose] | None = None
    specification: Annotated[list[RowSaid], Field(max_length=100)] | None = None
    traits: Annotated[list[Trait], Field(max_length=20)] | None = None
    price: MoneySaid | None = None
    vat_basis_points: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    seller: Short | None = None
    weight_grams: Annotated[Whole, Field(ge=0, le=100_000_000)] | None = None
    on_sale: bool | None = None
    mapped: bool | None = None


class ProductSaid(Said):
    """A whole product; what is left out is empty."""

    names: Annotated[dict[Language, Annotated[Name, Field(min_length=1)]], Field(min_length=1)]
    price: MoneySaid
    category: Short = ""
    descriptions: dict[Language, Prose] = Field(default_factory=dict)
    specification: Annotated[list[RowSaid], Field(max_length=100)] = Field(default_factory=list)
    traits: Annotated[list[Trait], Field(max_length=20)] = Field(default_factory=list)
    vat_basis_points: Annotated[Whole, Field(ge=0, le=10_000)] = 0
    seller: Short = ""
    weight_grams: Annotated[Whole, Field(ge=0, le=100_000_000)] = 0
    on_sale: bool = True
    mapped: bool = True


class ProductInBulk(ProductChanges):
    """One of several products: created if its SKU is new, changed otherwise."""

    sku: Sku


class ProductsSaid(Said):
    """Several products; all of them are written, or none."""

    products: Annotated[list[ProductInBulk], Field(min_length=1, max_length=500)]


class Written(Shape):
    """What a bulk change has written."""

    written: int


class Arrived(Said):
    """Pieces of one product that have arrived."""

    sku: Sku
    quantity: Annotated[Whole, Field(ge=1, le=MAX_PIECES)]


class ReceiptSaid(Said):
    """What a supplier has sent; all of it is put on the shelf, or nothing."""

    pieces: Annotated[list[Arrived], Field(min_length=1, max_length=500)]
    reference: Short = ""


class Counted(Said):
    """Pieces of one product that were found on the shelf."""

    sku: Sku
    on_hand: Annotated[Whole, Field(ge=0, le=MAX_PIECES)]


class CountSaid(Said):
    """What was counted; what is promised cannot be counted away."""

    pieces: Annotated[list[Counted], Field(min_length=1, max_length=500)]
    reference: Short = ""


class StockLevel(StockDocument):
    """One product's stock."""

    sku: str


class StockLevels(Shape):
    """The stock of the products that were named."""

    data: list[StockLevel]


class StockMoveDocument(Shape):
    """Why a stock changed."""

    kind: str
    quantity: int
    on_hand: int
    reserved: int
    reference: str
    at: datetime


class StockMoves(Shape):
    """What has happened to a product's stock, the newest first."""

    data: list[StockMoveDocument]
    next: str | None
