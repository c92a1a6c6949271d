"""An order of the demo with its whole past, as plain values: what the seeding hands to the actions of the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from avdet.demo.claims import ClaimRecipe
from avdet.demo.recipes import Recipient


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line as invoiced: the unit price includes VAT, the discount is the line's whole, a gift costs 0."""

    sku: str
    quantity: int
    unit_minor: int
    discount_minor: int
    vat_percent: int
    parcel: int


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """What happened when, and the move of the order's lifecycle it makes, if any.

    `source` is customer, store, gateway or carrier; carrier and tracking number stand where a parcel moved.
    """

    name: str
    move: str
    at: datetime
    source: str
    parcel: int
    carrier: str
    tracking: str


@dataclass(frozen=True, slots=True)
class DemoPayment:
    """How it was paid or is to be; `payer` is customer, parent or other, `reference` is empty while unpaid."""

    method: str
    amount_minor: int
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order with its whole past; `events` rise in time and begin with `placed`. `language` is the customer's."""

    number: str
    story: str
    customer: str
    language: str
    state: str
    lines: tuple[DemoLine, ...]
    shipping_minor: int
    payment: DemoPayment
    delivery_method: str
    recipient: Recipient
    recipient_is_customer: bool
    partial_consent: bool
    events: tuple[DemoEvent, ...]
    note: str
    claim: ClaimRecipe | None = None

    @property
    def placed_at(self) -> datetime:
        """When it was ordered."""
        return self.events[0].at

    @property
    def total_minor(self) -> int:
        """What the customer pays: lines, less discounts, and shipping."""
        return sum(line.quantity * line.unit_minor - line.discount_minor for line in self.lines) + self.shipping_minor

    def at(self, name: str) -> datetime | None:
        """When an event happened first, if it did."""
        return next((event.at for event in self.events if event.name == name), None)
