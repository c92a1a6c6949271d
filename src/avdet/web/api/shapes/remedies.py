"""Remedies: what is offered, what each comes to, what was chosen and how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.core.facts import MAX_MINOR
from avdet.web.api.shapes.choices import RemedyKind
from avdet.web.api.shapes.plain import LINES, PLAIN, Currency, Day, Money, Said, Shape, Whole


class Sums(Shape):
    """What a remedy comes to: the invoiced price of the pieces, what is given back of their first delivery, what is taken off,
    what is paid out, and what another product costs beyond it (below zero where it costs less)."""

    goods: Money
    outbound: Money
    deducted: Money
    amount: Money
    difference: Money


class OfferDocument(Sums):
    """A remedy that may be chosen now, by the clauses that grant it."""

    kind: str
    clauses: list[str]


class RemedyDocument(Sums):
    """A remedy that was chosen. `order` is the one that goods sent anew go out with."""

    id: int
    case: str
    kind: str
    state: str
    quantity: int
    sku: str | None
    order: str | None
    carrier: str
    tracking_number: str
    chosen_by: str
    chosen_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class Remedies(Shape):
    """What may be chosen, and what was chosen, the newest first; one at most that is not void."""

    offered: list[OfferDocument]
    data: list[RemedyDocument]


class VisitSaid(Said):
    """A visit that has taken place: on which day, what they found, and whether it put the case right. For the carrier's second
    visit `mended` says that the goods were handed over; they count as delivered then."""

    day: Day
    found: Annotated[str, Field(min_length=1, max_length=4_000, pattern=LINES)]
    mended: bool


class DifferenceSaid(Said):
    """A difference in minor units: above zero the customer pays it, below zero it is paid back."""

    amount_minor: Annotated[Whole, Field(ge=-MAX_MINOR, le=MAX_MINOR)]
    currency: Currency


class ChoiceSaid(Said):
    """One of the remedies that are offered; `sku` names the other product, where that is chosen. `difference` is what the
    customer has agreed that there is to settle, and nothing where it is left out: it is refused where it comes to another sum.
    """

    kind: RemedyKind
    sku: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    difference: DifferenceSaid | None = None
    on_behalf_of: Literal["customer", "staff", "shop"] = "customer"
