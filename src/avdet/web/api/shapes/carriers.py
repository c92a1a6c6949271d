"""Claims on carriers: what the store asks to be made good, and how far each is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from avdet.web.api.shapes.choices import CarrierClaimState
from avdet.web.api.shapes.parcels import Carrier
from avdet.web.api.shapes.plain import LINES, PLAIN, Money, MoneySaid, PageQuery, Said, Shape


class CarrierClaimSummary(Shape):
    """A claim in a list. `reference` is the carrier's own, `recovered` what it has paid."""

    id: int
    case: str
    order: str
    carrier: str
    reference: str
    state: str
    revision: int
    asked: Money
    recovered: Money
    opened_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    moves: list[str]


class CarrierClaimEventDocument(Shape):
    """One move of it."""

    kind: str
    from_state: str
    to_state: str
    actor: str
    facts: dict[str, Any]
    at: datetime


class CarrierClaimDocument(CarrierClaimSummary):
    """A whole claim. `reports` are the ids of the carrier's official reports among the case's evidence."""

    note: str
    reports: list[int]
    events: list[CarrierClaimEventDocument]


class CarrierClaimPage(Shape):
    """Claims on carriers. `next` is the cursor of the page that follows."""

    data: list[CarrierClaimSummary]
    next: str | None


class CarrierClaimQuery(PageQuery):
    """What a list of claims on carriers is narrowed to."""

    state: CarrierClaimState | None = None


class CarrierClaimSaid(Said):
    """The carrier, where no delivery of the order names it, and what it is to read."""

    carrier: Carrier = ""
    note: Annotated[str, Field(max_length=2_000, pattern=LINES)] = ""


class CarrierMoveSaid(Said):
    """`submit`: the carrier has it, under its `reference`. `confirm`, `refuse`: its answer, by which a case that waits for it
    is decided. `recover`: it has paid `amount`, under the bank's `reference`. `close`: nothing will come of it; `why`."""

    move: Literal["submit", "confirm", "refuse", "recover", "close"]
    reference: Annotated[str, Field(max_length=120, pattern=PLAIN)] = ""
    amount: MoneySaid | None = None
    why: Annotated[str, Field(max_length=500, pattern=LINES)] = ""
