"""What an order is before it is placed, wherever it comes from: a form, a file, another program, a shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from avdet.records.orders.models import Order
from avdet.records.people.models import Customer
from avdet.records.stores.models import PolicyVersion


@dataclass(frozen=True, slots=True)
class DraftLine:
    """So many pieces of one product. What is left out (name, price, VAT, traits) is taken from the product as it is now.

    `serials` are the serial numbers of the pieces, as far as they are known.
    """

    sku: str
    quantity: int = 1
    name: str = ""
    unit_price_minor: int | None = None
    discount_minor: int = 0
    vat_basis_points: int | None = None
    traits: tuple[str, ...] | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """The buyer, as they gave themselves to be reached. `phone` in any spelling; it is kept as E.164."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order to be placed. Amounts are minor units, VAT included; times carry an offset.

    Without a `number` the store gives the next one. `customer` is who buys, where that is known already; otherwise a
    customer with the same `customer_ref`, phone or e-mail is found, or made. `address`: recipient, phone, country,
    province, district, street, postcode. `reserve` is false for orders whose pieces have left already; one of long ago,
    that is `over`, begins closed. An order that `follows` another has the terms of `policy_version`, and `credit_minor` of it
    is paid for by goods that were taken back.
    """

    lines: tuple[DraftLine, ...]
    number: str | None = None
    source: str = "desk"
    external_ref: str = ""
    customer: Customer | None = None
    customer_ref: str = ""
    contact: Contact = Contact()
    address: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    currency: str = ""
    discount_minor: int = 0
    shipping_minor: int = 0
    shipping_vat_basis_points: int = 0
    payment_method: str = "online"
    delivery_method: str = "carrier"
    partial_consent: bool | None = None
    recipient: str = "customer"
    placed_at: datetime | None = None
    reserve: bool = True
    gifts: bool = True
    over: bool = False
    note: str = ""
    follows: Order | None = None
    policy_version: PolicyVersion | None = None
    credit_minor: int = 0
