"""Carriage and custody as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from typing import Any

from avdet.records.cases.models import Case
from avdet.records.remedies.models import Carriage, Custody
from avdet.web.api.documents.plain import columns, money
from avdet.workflows.goods.carriage import bearer

Plain = dict[str, Any]


def carriage_document(case: Case, way: str, kept: Carriage | None) -> Plain:
    """One way of a case's goods, whether somebody has said what it cost or not."""
    if kept is None:
        unknown: Plain = {"paid_by": None, "amount": None, "clauses": [], "receipt": False, "settled": "", "recorded_at": None}
        return {"way": way, "borne_by": bearer(case, way), **unknown}
    known = columns(kept, ("way", "borne_by", "paid_by", "clauses", "receipt", "settled", "recorded_at"))
    return {**known, "amount": money(kept.amount_minor, kept.currency)}


def custody_document(case: Case, custody: Custody) -> Plain:
    """The latest custody of a case's goods."""
    asked = not custody.ended and case.waits_for == Case.WaitsFor.STORE
    known = columns(custody, ("started_at", "ends_at", "clauses", "ended", "ended_at"))
    return {"case": case.number, "asked": asked, **known}
