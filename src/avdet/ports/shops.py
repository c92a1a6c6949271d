"""What a shop tells: orders, products, customers and what happened to them, the same whichever system it runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from avdet.core.errors import AvdetError

T_co = TypeVar("T_co", covariant=True)
EventKind = Literal["paid", "on_hold", "cancelled", "failed", "fulfilled", "delivered", "refunded", "deleted"]


@dataclass(frozen=True, slots=True)
class FieldNote:
    """One field that did not simply carry over: `path` in the shop's document, what it said, what became of it, and why.

    `became` is empty for a field that was left aside.
    """

    path: str
    said: str
    became: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """A message and the field-by-field report of how it was read."""

    value: T_co
    notes: tuple[FieldNote, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopAddress:
    """A postal address in the shop's own words. `country` is ISO 3166 alpha-2, or empty."""

    street: str = ""
    district: str = ""
    city: str = ""
    province: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ShopParty:
    """A person or firm. `reference` is the shop's number of the customer, empty for a guest."""

    reference: str = ""
    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    address: ShopAddress = ShopAddress()


@dataclass(frozen=True, slots=True)
class ShopLine:
    """One line as sold. Amounts are minor units for the whole line.

    `unit_price_minor` is the price of one before discounts; `gross_minor` what the line cost before discounts,
    `discount_minor` (≥ 0) what was taken off, `tax_minor` the tax of what was left. Whether the price holds the tax is
    the order's `prices_include_tax`. `serials` are the serial numbers of its pieces, as far as they are known.
    """

    reference: str
    product_reference: str
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    gross_minor: int
    discount_minor: int
    tax_minor: int
    options: tuple[tuple[str, str], ...] = ()
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopRefundLine:
    """A part of a line that was paid back. `quantity` is 0 where only money went back."""

    line_reference: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ShopRefund:
    """Money that the shop has paid back. `at` is aware, `amount_minor` positive."""

    reference: str
    at: datetime
    amount_minor: int
    reason: str = ""
    lines: tuple[ShopRefundLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopParcel:
    """A delivery that the shop knows of. `at` is when it was handed over."""

    reference: str
    at: datetime
    carrier: str = ""
    tracking: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    """(line reference, quantity); empty where the shop does not say which lines are in it."""


@dataclass(frozen=True, slots=True)
class ShopEvent:
    """Something that happened to an order. `reference` is the same each time the shop tells of it.

    `amount_minor` is given for refunds, and for a file's cancelled lines `line_reference` and `quantity` too.
    """

    kind: EventKind
    order_reference: str
    at: datetime
    reference: str
    amount_minor: int = 0
    line_reference: str = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order as the shop has it: minor units of `currency`, aware times; `status` is the shop's own word.

    `total_minor` is what the customer owed: lines, shipping and fees, less discounts, with the tax.
    """

    reference: str
    number: str
    status: str
    placed_at: datetime
    modified_at: datetime
    currency: str
    prices_include_tax: bool
    lines: tuple[ShopLine, ...]
    total_minor: int
    discount_minor: int = 0
    shipping_minor: int = 0
    fee_minor: int = 0
    tax_minor: int = 0
    payment_method: str = ""
    payment_reference: str = ""
    shipping_method: str = ""
    customer: ShopParty = ShopParty()
    recipient: ShopParty = ShopParty()
    note: str = ""
    events: tuple[ShopEvent, ...] = ()
    refunds: tuple[ShopRefund, ...] = ()
    parcels: tuple[ShopParcel, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopCancellation:
    """Goods taken back by a document that does not name the order. The lines' quantities and amounts are positive."""

    number: str
    at: datetime
    currency: str
    customer_reference: str
    lines: tuple[ShopLine, ...]


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A thing for sale. `stock` is None where the shop keeps no count; `currency` is the shop's."""

    reference: str
    sku: str
    name: str
    price_minor: int
    currency: str
    description: str = ""
    stock: int | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    specifications: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()
    virtual: bool = False
    weight_grams: int | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """A part of a list. `next` is what to ask for the following part with; empty at the end.

    `total` counts the whole list where the shop says so. `faults` are entries that could not be read, one error each:
    the others on the page are not lost for their sake.
    """

    items: tuple[Reading[T_co], ...]
    next: str = ""
    total: int | None = None
    faults: tuple[AvdetError, ...] = ()


class ShopError(AvdetError):
    """A shop that did not answer as it should. When `permanent`, asking again cannot help until somebody mends it."""

    def __init__(self, what: str, *, permanent: bool, where: str = "", cure: str = "") -> None:
        super().__init__(what, where=where, cure=cure)
        self.permanent = permanent


class ForgedError(AvdetError):
    """A webhook whose signature is missing or wrong."""


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """A genuine webhook. `delivery` is the same for each repetition of one message; `topic` is the shop's own word.

    Exactly one of the four may be given; none for a topic that concerns nobody here.
    """

    topic: str
    delivery: str
    order: Reading[ShopOrder] | None = None
    product: Reading[ShopProduct] | None = None
    customer: Reading[ShopParty] | None = None
    event: ShopEvent | None = None


class Shop(Protocol):
    """A shop that can be asked. What asks it may raise `ShopError`; an entry that cannot be read is a fault of its page."""

    def orders(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopOrder]:
        """Orders, in an order that lasts while one pages; `after` is the last page's `next`.

        Ask next time for what was modified after the moment *before* the first page was asked for.
        """
        ...

    def order(self, reference: str) -> Reading[ShopOrder]:
        """One order by the shop's reference."""
        ...

    def products(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopProduct]:
        """Products, each sellable variant by itself."""
        ...

    def customers(self, *, after: str = "") -> Page[ShopParty]:
        """Registered customers."""
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ShopMessage:
        """A webhook's message; `body` is raw, as received. Raises `ForgedError`, or AvdetError for what cannot be read."""
        ...


class ShopFile(Protocol):
    """A file of orders or products, read in one pass in bounded memory."""

    def orders(self) -> Iterator[Reading[ShopOrder] | Reading[ShopCancellation] | AvdetError]:
        """Each order or cancellation, or the error in its place; the error's `where` is the file, row and column."""
        ...

    def products(self) -> Iterator[Reading[ShopProduct] | AvdetError]:
        """Each product, or the error in its place."""
        ...
