"""Parcels that come back: how they may be sent, what lies in them, and what was found when they were opened."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.core.facts import MAX_QUANTITY
from avdet.web.api.shapes.choices import ParcelState
from avdet.web.api.shapes.plain import LINES, PLAIN, PageQuery, Said, Shape, Short, Whole
from avdet.workflows.goods.receive_parcel import FOUND, LONGEST_NOTE
from avdet.workflows.goods.return_ways import WAYS

Way = Literal[WAYS]  # type: ignore[valid-type]
Found = Literal[FOUND]  # type: ignore[valid-type]
CaseNumber = Annotated[str, Field(min_length=1, max_length=70, pattern=PLAIN)]
Carrier = Annotated[str, Field(max_length=60, pattern=PLAIN)]
Remark = Annotated[str, Field(max_length=LONGEST_NOTE, pattern=LINES, description="For the store's own people")]


class ParcelItemDocument(Shape):
    """A case's pieces in a parcel; `arrived` is null until it was opened."""

    case: str
    announced: int
    arrived: int | None


class ParcelDocument(Shape):
    """One parcel. Its `code` stands on its slip; `paid_by` bears its carriage; `return_code` is the carrier's own."""

    code: str
    order: str | None
    state: str
    revision: int
    way: str
    paid_by: str
    carrier: str
    tracking_number: str
    return_code: str
    note: str
    announced_at: datetime
    sent_at: datetime | None
    arrived_at: datetime | None
    items: list[ParcelItemDocument]
    moves: list[str]


class ParcelPage(Shape):
    """Parcels. `next` is the cursor of the page that follows."""

    data: list[ParcelDocument]
    next: str | None


class ParcelQuery(PageQuery):
    """What a list of parcels is narrowed to."""

    state: ParcelState | None = None
    bears: Annotated[str, Field(max_length=80)] = Field("", description="What was scanned: its code, tracking or return code")


class CasePieces(Shape):
    """So many pieces of a case."""

    case: str
    quantity: int


class WayDocument(Shape):
    """One way back, and the clauses that opened it or narrowed the choice to it."""

    way: str
    carrier: str
    note: str
    clauses: list[str]


class Sendable(Shape):
    """What of an order may be sent back now, how, at whose cost and where to."""

    cases: list[CasePieces]
    ways: list[WayDocument]
    paid_by: str
    address: str


class ParcelSaid(Said):
    """The cases whose goods lie in one parcel, and how it is sent."""

    cases: Annotated[list[CaseNumber], Field(min_length=1, max_length=100)]
    way: Way


class ParcelMoveSaid(Said):
    """`send`: it was handed over (again, to mend its number). `cancel`: it will not be sent. `lose`: the carrier lost it."""

    move: Literal["send", "cancel", "lose"]
    carrier: Carrier = ""
    tracking_number: Short = ""


class ReturnCodeSaid(Said):
    """The carrier's own code, by which the customer hands it in at the store's cost."""

    return_code: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN)]


class CasePiecesSaid(Said):
    """So many pieces of a case lay in it."""

    case: CaseNumber
    quantity: Annotated[Whole, Field(ge=0, le=MAX_QUANTITY)]


PiecesThere = Annotated[list[CasePiecesSaid], Field(max_length=100)]


class ArrivalSaid(Said):
    """What was found in it: all that was announced, a part of it (`pieces` counts it), something else, nothing."""

    found: Found
    pieces: PiecesThere = Field(default_factory=list)
    note: Remark = ""


class UnannouncedSaid(Said):
    """A parcel that nobody announced: of an order's cases, of an order, or of nobody who is known yet."""

    order: Annotated[str, Field(max_length=60, pattern=PLAIN)] = ""
    pieces: PiecesThere = Field(default_factory=list)
    note: Remark = ""
    carrier: Carrier = ""
    tracking_number: Short = ""


class OwnerSaid(Said):
    """Whose it is, and which cases' goods lie in it."""

    order: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    pieces: Annotated[list[CasePiecesSaid], Field(min_length=1, max_length=100)]
