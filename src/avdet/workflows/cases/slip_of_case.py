"""The decision slip of a case: what was decided then, in words of today's reader. Nothing is decided anew for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from avdet.contract.answer import SILENT
from avdet.core.policy import Edition
from avdet.records.cases.models import Case
from avdet.records.stores.terms import Terms, calendar_in_force, terms_of
from avdet.words.slip import About, Slip, slip


@dataclass(frozen=True, slots=True)
class CaseSlip:
    """The slip, and clause → its text in the reader's language, of the version of the terms that decided.

    `because` are the decision's reasons, their texts in that language too.
    """

    slip: Slip
    texts: Mapping[str, str]
    because: Sequence[Mapping[str, Any]]


def slip_of_case(case: Case, language: str) -> CaseSlip:
    """The slip of a case's latest decision. One statement at most beside the case, its order, store and policy version."""
    terms = _terms(case)
    edition, day = terms.edition, terms.calendar.local(case.filed_at)
    texts = {clause.id: clause.text.get(language) or next(iter(clause.text.values()), "") for clause in edition.clauses}
    decision = {**case.decision, "because": [_said(row, texts, edition, language) for row in case.decision["because"]]}
    about = About(case.decided_at_point, case.order.number, case.reason, day)
    drawn = slip(
        decision, about, calendar=terms.calendar, in_force_from=edition.in_force_from, name=case.store.name_in(language),
        language=language,
    )  # fmt: skip
    return CaseSlip(drawn, texts, decision["because"])


def _terms(case: Case) -> Terms:
    """The terms of the version that decided, counted by the store's calendar as it stood then."""
    at = case.found_at if case.decided_at_point != "claim" and case.found_at else case.filed_at
    return terms_of(case.store, case.policy_version, calendar_in_force(case.store, at))


def _said(row: Mapping[str, Any], texts: Mapping[str, str], edition: Edition, language: str) -> dict[str, Any]:
    """A reason with its text in the reader's language."""
    text = texts.get(row["clause"], row.get("text", ""))
    if row.get("finding") == "gap":
        named = next((gap.text for gap in edition.policy.gaps if gap.about == row["clause"]), None)
        text = (named or SILENT).get(language, "")
    return {**row, "text": text}
