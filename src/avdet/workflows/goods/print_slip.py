"""What stands on a return slip: whose parcel it is, what lies in it, what is asked of whoever packs it and by which clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avdet.records.cases.deadlines import TO_SEND
from avdet.records.cases.models import Case
from avdet.records.cases.queries import open_deadline_of
from avdet.records.parcels.models import Parcel
from avdet.workflows.goods.return_ways import ASKED_FOR, Way, demands, return_address, ways_for

PACKING: Final = (
    "original_packaging", "original_box", "box_unmarked", "outer_box", "accessories", "warranty_card", "gift_back", "invoice",
    "order_number", "signed_fault_note", "carrier_report", "service_report", "documents", "remove_passwords", "six_photos",
    "insurance_form", "insurance_advised", "express_post_only", "courier_collection", "bring_in_person", "postal_receipt",
    "postal_receipt_photo",
)  # fmt: skip
"""Demands that whoever packs and sends a parcel can meet, in the order in which they are met."""
DONE_BY_IT: Final = frozenset({"order_number", "express_post_only", "courier_collection", "bring_in_person"})
"""What the slip itself sees to: it bears the order's number, and names the way."""
BEFORE: Final = frozenset({"box_unmarked", "outer_box"})
"""What makes the warning about the original box stand out."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing to do, and the clauses that ask it."""

    requirement: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """The slip of one parcel. `send_by` is the last instant, where the terms set one; `address` is as the carrier reads it."""

    parcel: Parcel
    cases: Sequence[tuple[Case, int]]
    way: Way
    address: str
    demands: Sequence[Demand]
    send_by: datetime | None
    keep_box_clean: bool
    fault_note: tuple[str, ...]


def slip_of_parcel(parcel: Parcel, language: str) -> ReturnSlip:
    """The slip of an announced parcel. Two statements for a parcel that is at hand with its items."""
    held = [(item.case, item.announced) for item in parcel.items.all()]
    cases = [case for case, _ in held]
    asked = demands(cases)
    other = {name for way, name in ASKED_FOR.items() if way != parcel.way}
    found = [Demand(name, asked[name]) for name in PACKING if name in asked and name not in other]
    deadline = open_deadline_of(cases, *TO_SEND)
    return ReturnSlip(
        parcel, held, _way(parcel, cases, language), return_address(parcel.store, language), found,
        deadline.due_at if deadline else None, not BEFORE.isdisjoint(asked), asked.get("signed_fault_note", ()),
    )  # fmt: skip


def _way(parcel: Parcel, cases: list[Case], language: str) -> Way:
    """The way it was announced with, as it is offered now; one that the store has closed since holds for what was announced."""
    open_now = ways_for(parcel.order, cases, language) if parcel.order is not None else []
    return next((way for way in open_now if way.key == parcel.way), Way(parcel.way, parcel.carrier))
