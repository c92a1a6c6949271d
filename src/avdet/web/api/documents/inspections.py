"""Inspections as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from typing import Any, Final

from avdet.records.inspections.models import Inspection
from avdet.web.api.documents.plain import columns

_COLUMNS: Final = (
    "quantity", "finding", "within_rules", "carrier_confirmed", "makers_opinion_needed", "customer_refuses_goods", "checklist",
    "serial_sold", "serial_seen", "note", "disposition", "signed_name", "signed_at",
)  # fmt: skip


def inspection_document(inspection: Inspection, case: str) -> dict[str, Any]:
    """An inspection of the case of this number, with its parcel at hand."""
    parcel = inspection.parcel.code if inspection.parcel is not None else None
    return {"id": inspection.pk, "case": case, "parcel": parcel, **columns(inspection, _COLUMNS)}
