"""Claims on carriers as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from avdet.core.lifecycles import CARRIER_CLAIM
from avdet.records.cases.models import Evidence
from avdet.records.remedies.models import CarrierClaim
from avdet.web.api.documents.plain import columns, money

Plain = dict[str, Any]
_COLUMNS: Final = ("carrier", "reference", "state", "revision", "opened_at", "answered_at", "ended_at")
_EVENT: Final = ("kind", "from_state", "to_state", "actor", "facts", "at")


def carrier_claim_summary(claim: CarrierClaim) -> Plain:
    """A claim in a list, with its case and order at hand."""
    return {
        "id": claim.pk,
        "case": claim.case.number,
        "order": claim.case.order.number,
        **columns(claim, _COLUMNS),
        "asked": money(claim.asked_minor, claim.currency),
        "recovered": money(claim.recovered_minor, claim.currency),
        "moves": CARRIER_CLAIM.moves(claim.state),
    }


def carrier_claim_document(claim: CarrierClaim, evidence: Iterable[Evidence]) -> Plain:
    """A whole claim, with what was handed in for its case."""
    return {
        **carrier_claim_summary(claim),
        "note": claim.note,
        "reports": [each.pk for each in evidence if each.kind == "carrier_report"],
        "events": [columns(event, _EVENT) for event in claim.events.all()],
    }
