"""Orders as they are told, and as they are placed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from avdet.core.vocabulary import TRAITS
from avdet.web.api.shapes.choices import OrderState
from avdet.web.api.shapes.deliveries import DeliveryDocument, PiecesSaid
from avdet.web.api.shapes.plain import (
    PLAIN,
    Line,
    Minor,
    Moment,
    Money,
    MoneySaid,
    Note,
    PageQuery,
    Pieces,
    Said,
    Shape,
    Short,
    Sku,
    Whole,
)

Trait = Literal[TRAITS]  # type: ignore[valid-type]
Method = Literal["online", "card_to_card", "cash_on_delivery", "bank_transfer"]
Country = Annotated[str, Field(pattern="^([A-Z]{2})?$", description="ISO 3166")]


class Amounts(Shape):
    """What an order comes to. VAT is contained in the total."""

    goods: Money
    discount: Money
    shipping: Money
    vat: Money
    total: Money


class OrderSummary(Shape):
    """An order in a list: everything but who bought what, and where it goes."""

    number: str
    source: str
    external_ref: str
    state: OrderState
    revision: int
    moves: list[str] = Field(description="What the lifecycle lets happen next")
    language: str
    amounts: Amounts
    payment_method: str
    delivery_method: str
    country: str
    policy_fingerprint: str = Field(description="The version of the policy that decides it, frozen when it was placed")
    process_by: datetime | None
    placed_at: datetime
    paid_at: datetime | None
    invoiced_at: datetime | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    refused_at: datetime | None
    cancelled_at: datetime | None


class OrderLineDocument(Shape):
    """So many pieces of one product, as sold."""

    position: int
    sku: str
    name: str
    traits: list[str]
    quantity: int
    cancelled_quantity: int
    unit_price: Money
    discount: Money
    vat_basis_points: int
    total: Money


class OrderDocument(OrderSummary):
    """A whole order. `contact`: name, phone, email; `address`: recipient, phone, country, province, district, street …"""

    policy_version: int | None
    partial_consent: bool | None
    recipient: str
    contact: dict[str, str]
    address: dict[str, str]
    note: str
    lines: list[OrderLineDocument]
    deliveries: list[DeliveryDocument]


class OrderPage(Shape):
    """Orders, the newest first. `next` is the cursor of the page that follows."""

    data: list[OrderSummary]
    next: str | None


class OrderQuery(PageQuery):
    """What a list of orders is narrowed to."""

    q: Annotated[str, Field(max_length=100)] = Field("", description="Number, name, phone or e-mail, as a person would type it")
    state: OrderState | None = None
    placed_from: Moment | None = None
    placed_to: Moment | None = None
    payment_method: Method | None = None
    country: Country = ""
    source: Short = ""
    sku: Annotated[str, Field(max_length=60)] = ""


class LineSaid(Said):
    """What is left out is taken from the product as it is now."""

    sku: Sku
    quantity: Pieces = 1
    name: Line = ""
    unit_price: MoneySaid | None = None
    discount: MoneySaid | None = None
    vat_basis_points: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    traits: Annotated[list[Trait], Field(max_length=20)] | None = None
    serials: Annotated[list[Short], Field(max_length=500)] | None = None


class ContactSaid(Said):
    """Who buys. The phone may be spelt in any way."""

    name: Line = ""
    phone: Annotated[str, Field(max_length=40, pattern=PLAIN)] = ""
    email: Annotated[str, Field(max_length=200, pattern=r"^([^\s@]+@[^\s@]+)?$")] = ""


class AddressSaid(Said):
    """Where it goes."""

    recipient: Line = ""
    phone: Annotated[str, Field(max_length=40, pattern=PLAIN)] = ""
    country: Country = ""
    province: Line = ""
    district: Line = ""
    city: Line = ""
    street: Line = ""
    postcode: Annotated[str, Field(max_length=20, pattern=PLAIN)] = ""


class OrderSaid(Said):
    """An order to be placed. Without a number the store gives the next one; `reserve` false where its pieces have left.

    Its customer must be found again by something: a phone number or an e-mail address of theirs, or your `customer_ref`.
    """

    lines: Annotated[list[LineSaid], Field(min_length=1, max_length=1_000)]
    number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x20\x7f/?#%]+$")] | None = None
    external_ref: Short = ""
    customer_ref: Short = ""
    contact: ContactSaid = Field(default_factory=ContactSaid)
    address: AddressSaid = Field(default_factory=AddressSaid)
    language: Literal["tr", "fa", "en"] | None = None
    discount: MoneySaid | None = None
    shipping: MoneySaid | None = None
    shipping_vat_basis_points: Annotated[Whole, Field(ge=0, le=10_000)] = 0
    payment_method: Method = "online"
    delivery_method: Literal["carrier", "direct"] = "carrier"
    partial_consent: bool | None = None
    recipient: Literal["customer", "other"] = "customer"
    placed_at: Moment | None = None
    reserve: bool = True
    gifts: bool = True
    note: Note = ""


class MoveSaid(Said):
    """A move of the lifecycle that is made by hand. `override` is the store's own reason against its terms."""

    move: Literal["pay", "prepare", "ship"] = Field(description="pay: approve an order that is paid at the door")
    carrier: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    tracking_number: Short = ""
    override: Line = ""


class CancelSaid(Said):
    """Why an order is cancelled; with `lines`, only those pieces of it. `on_behalf_of` decides whether the terms are asked."""

    reason: Literal["withdrawal", "out_of_stock", "not_paid", "undeliverable", "mistake", "shop"] = "withdrawal"
    on_behalf_of: Literal["customer", "staff", "shop"] = Field(
        "staff", description="customer: only if the terms grant it; staff: the same, or with an override; shop: it has happened"
    )
    lines: Annotated[list[PiecesSaid], Field(min_length=1, max_length=1_000)] | None = None
    override: Line = ""
    refund_minor: Minor | None = Field(None, description="0 where the shop has paid it back itself")


class NoteSaid(Said):
    """The staff's own note, which the customer never sees."""

    note: Note


class OrderEventDocument(Shape):
    """One thing that happened to an order."""

    kind: str
    from_state: str
    to_state: str
    actor: str
    source: str
    facts: dict[str, Any]
    at: datetime
    recorded_at: datetime


class OrderEvents(Shape):
    """Everything that has happened to an order, in the order in which it was recorded."""

    data: list[OrderEventDocument]


class WhyDocument(Shape):
    """A clause with its text; a gap in the terms has no clause."""

    clause: str
    text: str


class OptionDocument(Shape):
    """One thing that the customer may want, and what the terms say of it now."""

    kind: str
    lines: list[int] = Field(description="Positions of the lines that it is about; none where it is about the whole order")
    outcome: str
    open: bool
    until: datetime | None
    closed_at: datetime | None
    why: list[WhyDocument]


class Options(Shape):
    """What may be done with an order now; nothing is decided where no terms were in force."""

    decided: bool
    data: list[OptionDocument]
