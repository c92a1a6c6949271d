"""What the store's experts find, and put their name to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.web.api.shapes.choices import CheckItem, Finding
from avdet.web.api.shapes.plain import Note, Pieces, Said, Shape, Short
from avdet.workflows.goods.dispose_goods import KEPT

Place = Literal[KEPT]  # type: ignore[valid-type]
Checklist = Annotated[
    dict[CheckItem, bool],
    Field(max_length=60, description="Requirement or fact → whether it is met, or so; leave out what is not known"),
]


class InspectionDocument(Shape):
    """One examination of a case's goods, signed. The newest is the one that counts. Null is not known."""

    id: int
    case: str
    parcel: str | None
    quantity: int
    finding: str
    within_rules: bool | None
    carrier_confirmed: bool | None
    makers_opinion_needed: bool | None
    customer_refuses_goods: bool | None
    checklist: dict[str, bool | None]
    serial_sold: str
    serial_seen: str
    note: str
    disposition: str
    signed_name: str
    signed_at: datetime


class Inspections(Shape):
    """A case's inspections, the newest first."""

    data: list[InspectionDocument]


class FindingsSaid(Said):
    """What was found. `quantity`: how many pieces were examined, all of the case's if it is left out; where it is fewer, the
    rest is let go of. `in_stock` only counts for goods that no stock is kept of."""

    quantity: Pieces | None = None
    finding: Finding | None = None
    within_rules: bool | None = None
    carrier_confirmed: bool | None = None
    makers_opinion_needed: bool | None = None
    customer_refuses_goods: bool | None = None
    in_stock: bool | None = None
    checklist: Checklist = Field(default_factory=dict)
    serial_sold: Short = ""
    serial_seen: Short = ""
    note: Note = ""


class DispositionSaid(Said):
    """Where goods go that the store keeps."""

    disposition: Place
