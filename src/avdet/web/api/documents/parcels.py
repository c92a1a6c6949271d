"""Parcels as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from typing import Any, Final

from avdet.core.lifecycles import PARCEL
from avdet.records.parcels.models import Parcel
from avdet.web.api.documents.plain import columns
from avdet.workflows.goods.return_ways import Way

Plain = dict[str, Any]
_COLUMNS: Final = (
    "code", "state", "revision", "way", "paid_by", "carrier", "tracking_number", "return_code", "note", "announced_at",
    "sent_at", "arrived_at",
)  # fmt: skip


def parcel_document(parcel: Parcel) -> Plain:
    """A parcel with its order, items and their cases at hand."""
    items = [{"case": item.case.number, "announced": item.announced, "arrived": item.arrived} for item in parcel.items.all()]
    order = parcel.order.number if parcel.order is not None else None
    return {**columns(parcel, _COLUMNS), "order": order, "items": items, "moves": PARCEL.moves(parcel.state)}


def way_document(way: Way) -> Plain:
    """One way back."""
    return {"way": way.key, "carrier": way.carrier, "note": way.note, "clauses": list(way.clauses)}
