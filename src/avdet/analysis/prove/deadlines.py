"""Deadlines that can never start to run, and rights that never end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from avdet.analysis.findings import Finding
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import FALSE, Truth, all_of, any_of, at_most, no
from avdet.analysis.prove.witness import WitnessError
from avdet.analysis.prove.words import listed, told
from avdet.core.policy import Period
from avdet.core.vocabulary import REASONS

_OVER_ONCE_DELIVERED: Final = ("paid", "invoiced", "handed_to_carrier", "refused", "first_attempt", "last_attempt")
_NEVER_ONCE_REFUSED: Final = ("paid", "invoiced", "handed_to_carrier", "delivered", "first_attempt", "last_attempt")
_NEVER_ONCE_CANCELLED: Final = ("handed_to_carrier", "delivered", "refused", "first_attempt", "last_attempt", "goods_received",
                                "found", "custody_started")  # fmt: skip


def deadlines_without_start(inquiry: Inquiry) -> Iterator[Finding]:
    """A deadline in an answer that leaves something to do, from an event that has not happened and no longer can.

    Where the customer has the goods it is an error: a time that should end never does. Where they were refused or the order
    was cancelled it is a note: the answer shows a deadline without a date.
    """
    found: set[tuple[str, str, str]] = set()
    for i, branch in enumerate(inquiry.terms.branches):
        for name, period in branch.then.deadlines:
            key = (branch.clause.id, name, period.after)
            if key not in found and (finding := _without_start(inquiry, i, name, period)):
                found.add(key)
                yield finding


def _without_start(inquiry: Inquiry, i: int, name: str, period: Period) -> Finding | None:
    terms, flags = inquiry.terms, inquiry.claims.flags
    due = any_of([terms.outcome("approve"), terms.outcome("evidence")])
    witness = inquiry.witness(terms.force[i], due, no(flags[period.after]), _past(inquiry, period.after))
    if witness is None:
        return None
    if period.after in witness.settled.when.events:
        raise WitnessError(f"{period.after} has happened in {witness.question}")
    clause = terms.branches[i].clause.id
    return inquiry.finding(
        "no_start", "error" if "delivered" in witness.claim.ages else "note", (clause,),
        f"{clause} sets {name} {_length(period)} after {period.after}, which has not happened and no longer can: "
        f"{told(witness)}",
        cure=f"let {name} run from another event, or only once {period.after} has happened", witness=witness,
    )  # fmt: skip


def _past(inquiry: Inquiry, event: str) -> Truth:
    """The claim is one in which the event can no longer happen."""
    flags, point = inquiry.claims.flags, inquiry.point
    cases: list[Truth] = []
    for other, never in (("delivered", _OVER_ONCE_DELIVERED), ("refused", _NEVER_ONCE_REFUSED)):
        if other in flags and event in never:
            cases.append(flags[other])
    if point == "cancellation" and event in _NEVER_ONCE_CANCELLED:
        sent = flags.get("handed_to_carrier", FALSE)
        cases.append(all_of([inquiry.terms.outcome("approve"), no(sent), no(flags.get("delivered", FALSE))]))
    return any_of(cases)


def _length(period: Period) -> str:
    return f"{period.length} {period.unit}"


def endless_rights(inquiry: Inquiry) -> Iterator[Finding]:
    """For each reason, a claim that is granted when every period in the terms has passed since delivery, and the goods came."""
    if inquiry.point != "claim" or "reason" not in inquiry.claims.choices:
        return
    claims = inquiry.claims
    beyond = no(at_most(claims.ages["delivered"], claims.time.below(claims.time.longest)))
    for reason in REASONS:
        if reason == "not_received":
            continue
        granted = [inquiry.terms.outcome("approve"), claims.flags["delivered"], claims.equals("reason", reason)]
        witness = inquiry.witness(*granted, beyond)
        if witness is not None:
            clauses = inquiry.clauses_in_force(witness.mask, "outcome")
            yield inquiry.finding(
                "endless", "note", clauses, f"{listed(clauses)} name{'s' if len(clauses) == 1 else ''} no period: "
                f"granted however long after delivery: {told(witness)}",
                cure="give it `within:`, if it is meant to end", witness=witness,
            )  # fmt: skip
