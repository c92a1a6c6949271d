"""What is read of inspections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from avdet.records.cases.models import Case
from avdet.records.inspections.models import Inspection
from avdet.records.stores.models import Store


def inspections_of(case: Case) -> list[Inspection]:
    """A case's inspections, the newest first: it is the one that counts."""
    return list(Inspection.objects.filter(case=case).select_related("parcel").order_by("-pk"))


def newest_of(case: Case) -> Inspection | None:
    """The inspection that counts."""
    return Inspection.objects.filter(case=case).order_by("-pk").first()


def newest_of_each(cases: Iterable[Case]) -> dict[int, Inspection]:
    """Case id → the inspection that counts, but for its note; cases that were never examined are left out. One statement."""
    return {row.case_id: row for row in Inspection.objects.filter(case__in=cases).defer("note").order_by("pk")}


def found_lately(store: Store, most: int = 200) -> list[tuple[datetime, datetime]]:
    """(arrived, found) of the goods that were examined last."""
    rows = Inspection.objects.filter(case__store=store, case__arrived_at__isnull=False).order_by("-pk")
    return [(arrived, found) for arrived, found in rows.values_list("case__arrived_at", "signed_at")[:most] if arrived]
