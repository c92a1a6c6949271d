"""Cases and their evidence as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from typing import Any, Final

from avdet.core.facts import BY_NAME
from avdet.core.lifecycles import CASE, GOODS
from avdet.records.cases.models import Case, CaseEvent, Evidence
from avdet.web.api.documents.plain import columns

Plain = dict[str, Any]
_COLUMNS: Final = (
    "number", "quantity", "reason", "answers", "state", "goods", "revision", "waits_for", "due_at", "outcome", "overridden",
    "policy_fingerprint", "filed_at", "decided_at", "arrived_at", "found_at", "ended_at",
)  # fmt: skip
_EVENT: Final = ("number", "kind", "axis", "from_state", "to_state", "actor", "source", "facts", "at", "chain")
_EVIDENCE: Final = ("kind", "side", "media_type", "size", "width", "height", "sha256", "uploaded_by", "uploaded_at")


def case_summary(case: Case) -> Plain:
    """A case in a list, with its order and line at hand."""
    return {
        **columns(case, _COLUMNS),
        "order": case.order.number,
        "position": case.order_line.position,
        "sku": case.order_line.sku,
        "policy_version": case.policy_version.number,
        "moves": CASE.moves(case.state),
        "goods_moves": GOODS.moves(case.goods),
    }


def case_document(case: Case) -> Plain:
    """A whole case: with the decision that holds, as the contract has it."""
    return {**case_summary(case), "decided_at_point": case.decided_at_point, "decision": case.decision}


def case_event_document(event: CaseEvent) -> Plain:
    """One link of a case's history; who it was stays within the store."""
    return columns(event, _EVENT)


def evidence_document(evidence: Evidence, cases: list[str]) -> Plain:
    """One piece, and the cases that it was handed in for."""
    return {"id": evidence.pk, **columns(evidence, _EVIDENCE), "cases": cases}


def questions(facts: tuple[str, ...], language: str) -> list[Plain]:
    """Facts that can still change an answer, and how to ask for them."""
    return [{"fact": name, "question": BY_NAME[name].asked(language)} for name in facts]
