"""What the experts put their name to. An inspection is written once; a later one stands beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from avdet.records.cases.models import Case
from avdet.records.inspections.models import Inspection
from avdet.records.people.models import User


def sign(case: Case, *, by: User, now: datetime, **found: Any) -> Inspection:
    """Writes down what was found, with the name that the expert bears today."""
    made: Inspection = Inspection.objects.create(
        case=case, signed_by=by, signed_name=str(by.name or by.pk)[:120], signed_at=now, **found
    )
    return made


def set_disposition(inspection: Inspection, disposition: str) -> None:
    """Where the goods went after it."""
    inspection.disposition = disposition
    inspection.save(update_fields=["disposition"])
