"""Remedies as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from typing import Any, Final

from avdet.records.remedies.actions import Worth
from avdet.records.remedies.models import Remedy
from avdet.web.api.documents.plain import columns, money
from avdet.workflows.remedies.remedy_sums import Offer

Plain = dict[str, Any]
_COLUMNS: Final = (
    "kind", "state", "quantity", "carrier", "tracking_number", "chosen_by", "chosen_at", "sent_at", "ended_at",
)  # fmt: skip


def _sums(sums: Worth | Remedy, currency: str) -> Plain:
    names = ("goods", "outbound", "deducted", "amount", "difference")
    return {name: money(getattr(sums, f"{name}_minor"), currency) for name in names}


def offer_document(offer: Offer, currency: str) -> Plain:
    """A remedy that may be chosen."""
    return {"kind": offer.kind, "clauses": list(offer.clauses), **_sums(offer.worth, currency)}


def remedy_document(remedy: Remedy, case: str) -> Plain:
    """A remedy of the case of this number, with its product and order at hand."""
    return {
        "id": remedy.pk,
        "case": case,
        "sku": remedy.product.sku if remedy.product is not None else None,
        "order": remedy.order.number if remedy.order is not None else None,
        **columns(remedy, _COLUMNS),
        **_sums(remedy, remedy.currency),
    }
