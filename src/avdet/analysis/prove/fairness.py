"""Two claims that differ in one thing, of which the better one fares worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from avdet.analysis.findings import Finding
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import Truth, all_of, no
from avdet.analysis.prove.terms import RANKS, Terms
from avdet.analysis.prove.witness import Witness, WitnessError
from avdet.analysis.prove.words import listed, told
from avdet.core.facts import Value

IN_FAVOUR: Final = {
    "documents": True, "carrier_report": True, "service_report": True, "six_photos": True, "box_kept": True,
    "accessories_complete": True, "gift_included": True, "arranged": True, "payer_documents_checked": True,
    "form_complete": True, "recipient_details": True, "within_rules": True, "carrier_confirmed": True,
    "box_marked": False, "misuse": False,
}  # fmt: skip
"""Fact → the value of it that can only speak for the customer."""
_MOST: Final = 3


def evidence_that_harms(inquiry: Inquiry) -> Iterator[Finding]:
    """Claims that would fare better if they had less to show. A claim left to a person is not compared: nobody knows how."""
    for fact, better in IN_FAVOUR.items():
        if fact not in inquiry.terms.point.facts:
            continue
        without, shown = inquiry.terms.given({fact: not better}), inquiry.terms.given({fact: better})
        goals: list[Truth] = [inquiry.claims.equals(fact, not better), no(without.gap), shown.worse_than(without)]
        for _ in range(_MOST):
            witness = inquiry.witness(*goals)
            if witness is None:
                break
            changed = _changed(inquiry, witness, fact, better)
            _expect_worse(changed, witness)
            yield _harmful(inquiry, fact, better=better, before=witness, after=changed)
            goals.append(no(_same_outcome_clauses(inquiry, shown, changed)))


def _changed(inquiry: Inquiry, witness: Witness, fact: str, value: Value) -> Witness:
    values = {**witness.claim.values, fact: value}
    return inquiry.claim_put(replace(witness.claim, values=values))


def rank(witness: Witness) -> int:
    """How well the claim fares: the place of its outcome in `RANKS`."""
    return RANKS.index(witness.settled.decision.outcome)


def _expect_worse(worse: Witness, better: Witness) -> None:
    if rank(worse) >= rank(better):
        raise WitnessError(f"the solver claims that {worse.question} fares worse than {better.question}")


def _harmful(inquiry: Inquiry, fact: str, *, better: bool, before: Witness, after: Witness) -> Finding:
    clauses = inquiry.clauses_in_force(after.mask, "outcome")
    outcomes = f"{before.settled.decision.outcome} into {after.settled.decision.outcome}"
    return inquiry.finding(
        "evidence_harms", "error", clauses, f"{fact} being {str(better).lower()} turns {outcomes}: {told(after)}",
        cure=f"let {listed(clauses)} not speak against it", witness=after,
    )  # fmt: skip


def _same_outcome_clauses(inquiry: Inquiry, terms: Terms, witness: Witness) -> Truth:
    """The claims whose outcome comes from the same clauses."""
    return all_of(terms.clause_in_force(clause, "outcome") for clause in inquiry.clauses_in_force(witness.mask, "outcome"))


# ---- a defect beside a change of mind --------------------------------------------------------------------------------


def defects_slighted(inquiry: Inquiry) -> Iterator[Finding]:
    """Goods in the customer's hands that may go back because they displease, but not because they are broken.

    It is a note: nothing contradicts itself, and terms that give faults a shorter time than the law gives regret are common.
    Compared are claims with the same facts and times, with no misuse, and where the experts have looked, the fault confirmed.
    """
    if inquiry.point not in ("claim", "inspection") or "reason" not in inquiry.claims.choices:
        return
    defect, withdrawal = inquiry.terms.given({"reason": "defect"}), inquiry.terms.given({"reason": "withdrawal"})
    goals = [withdrawal.ranks[2], defect.worse_than(withdrawal), inquiry.claims.equals("reason", "defect")]
    goals += _plain_fault(inquiry)
    for _ in range(_MOST):
        witness = inquiry.witness(*goals)
        if witness is None:
            return
        other = _changed(inquiry, witness, "reason", "withdrawal")
        _expect_worse(witness, other)
        yield _slighted(inquiry, witness, other)
        goals.append(no(_alike(inquiry, defect, witness)))


def _plain_fault(inquiry: Inquiry) -> Iterator[Truth]:
    claims = inquiry.claims
    yield claims.flags["delivered"]
    if "misuse" in claims.flags:
        yield no(claims.flags["misuse"])
    if "finding" in claims.choices:
        yield claims.equals("finding", "confirmed")


def _alike(inquiry: Inquiry, defect: Terms, witness: Witness) -> Truth:
    if witness.settled.decision.finding == "gap":
        return defect.gap
    return _same_outcome_clauses(inquiry, defect, witness)


def _slighted(inquiry: Inquiry, witness: Witness, other: Witness) -> Finding:
    silent = witness.settled.decision.finding == "gap"
    near = [row.clause for row in witness.settled.decision.because if row.finding] if silent else []
    force = [clause for each in (witness, other) for clause in inquiry.clauses_in_force(each.mask, "outcome")]
    known = [clause for clause in dict.fromkeys((*near, *force)) if clause in inquiry.edition.by_id]
    fates = f"{witness.settled.decision.outcome}, a change of mind {other.settled.decision.outcome}"
    return inquiry.finding(
        "defect_slighted", "note", known, f"a confirmed fault is answered {fates}: {told(witness)}",
        cure="let the right for a fault last and reach at least as far as the right to change one's mind", witness=witness,
    )  # fmt: skip


