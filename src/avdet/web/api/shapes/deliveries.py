"""Deliveries as they are told and planned, and what happens to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.records.deliveries.actions import KINDS
from avdet.web.api.shapes.plain import PLAIN, Day, Line, Moment, Note, Pieces, Said, Shape, Short, Whole


class DeliveryEventDocument(Shape):
    """A fact with a source."""

    kind: str
    at: datetime
    recorded_at: datetime
    source: str
    place: str
    note: str
    reference: str


class DeliveryLineDocument(Shape):
    """So many pieces of the order's line at this position."""

    position: int
    quantity: int


class DeliveryDocument(Shape):
    """One parcel, or one stop of a vehicle."""

    number: int
    state: str
    method: str
    carrier: str
    tracking_number: str
    tracking_url: str
    expected_from: date | None
    expected_to: date | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    attempts: int
    external_ref: str
    lines: list[DeliveryLineDocument]
    events: list[DeliveryEventDocument]


class Deliveries(Shape):
    """An order's deliveries."""

    data: list[DeliveryDocument]


class PiecesSaid(Said):
    """So many pieces of the line that stands at a position."""

    position: Annotated[Whole, Field(ge=1, le=32_000)]
    quantity: Pieces


class DeliverySaid(Said):
    """What is to go by whom; without lines, everything that is left. The same `external_ref` again plans nothing new."""

    lines: Annotated[list[PiecesSaid], Field(max_length=1_000)] = Field(default_factory=list)
    method: Literal["carrier", "direct"] = "carrier"
    carrier: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    tracking_number: Short = ""
    expected_from: Day | None = None
    expected_to: Day | None = None
    external_ref: Short = ""
    hand_over: bool = Field(False, description="it leaves now")
    override: Line = Field("", description="the store's own reason to send it against its terms")


class SightingSaid(Said):
    """What somebody tells of a delivery. The same reference is the same event, however often it is told."""

    kind: Literal[KINDS]  # type: ignore[valid-type]
    at: Moment
    source: Literal["carrier", "shop", "staff", "customer"] = "carrier"
    reference: Annotated[str, Field(max_length=120, pattern=PLAIN)] = ""
    place: Annotated[str, Field(max_length=120, pattern=PLAIN)] = ""
    note: Note = ""


class Told(Shape):
    """Whether an event was news, and the delivery as it stands."""

    news: bool
    delivery: DeliveryDocument
