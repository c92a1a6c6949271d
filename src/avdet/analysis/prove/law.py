"""Claims that the law grants and the store does not, in outcome, in carriage and in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from avdet.analysis.findings import Finding
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import Truth, all_of, any_of, at_most, no
from avdet.analysis.prove.terms import Terms, ends_first, speaking
from avdet.analysis.prove.time import Use
from avdet.analysis.prove.witness import Witness, WitnessError
from avdet.analysis.prove.words import listed, told
from avdet.core.policy import Period
from avdet.core.vocabulary import CARRIAGES

_MOST: Final = 12
_NAMED: Final = {
    "return_shipping": "return carriage", "redelivery_shipping": "second delivery", "outbound_shipping": "first delivery"
}  # fmt: skip


def below_law(inquiry: Inquiry) -> Iterator[Finding]:
    """Everything in which the store's terms fall short of the law at this point; nothing without a law."""
    if inquiry.law is None:
        return
    law, terms = inquiry.law, inquiry.terms
    granted = law.outcome("approve")
    yield from _apart(inquiry, [granted, no(terms.ranks[3])], "outcome", _denied)
    for way in CARRIAGES:
        laid = [granted, no(law.dispute(way)), law.sets(way, "store")]
        yield from _apart(inquiry, [*laid, no(terms.disputed), terms.charges(way)], way, partial(_charged, way))
    yield from _shorter_periods(inquiry)


Ids = tuple[str, ...]
Told = Callable[[Witness, Ids, Ids], str]


def _apart(inquiry: Inquiry, goals: list[Truth], effect: str, tell: Told) -> Iterator[Finding]:
    """One finding for each pairing of store clauses and law clauses."""
    assert inquiry.law is not None
    for _ in range(_MOST):
        witness = inquiry.witness(*goals)
        if witness is None:
            return
        ours, theirs = inquiry.clauses_in_force(witness.mask, effect), _law_clauses(inquiry, witness, effect)
        _expect(witness, effect)
        yield _finding(inquiry, f"below_law_{effect}", ours or _open(witness), theirs, tell(witness, ours, theirs), witness)
        mine = [inquiry.terms.clause_in_force(clause, effect) for clause in ours] or [inquiry.terms.unset(effect)]
        goals = [*goals, no(all_of([*mine, any_of(inquiry.law.clause_in_force(c, effect) for c in theirs)]))]


def _finding(inquiry: Inquiry, kind: str, ours: Ids, theirs: Ids, message: str, witness: Witness) -> Finding:
    cure = f"grant it as {listed(theirs)} does, or let the law bind (`law_binds: true`)"
    return inquiry.finding(kind, "law", (*ours, *theirs), message, cure=cure, witness=witness)


def _open(witness: Witness) -> tuple[str, ...]:
    """The clauses beside which the terms are silent."""
    return tuple(row.clause for row in witness.settled.decision.because if row.finding and row.clause != "GAP")


def _law_clauses(inquiry: Inquiry, witness: Witness, effect: str) -> tuple[str, ...]:
    assert inquiry.law is not None
    force = speaking(inquiry.law.point, witness.law_mask())
    return tuple(dict.fromkeys(b.clause.id for b in force if any(e == effect for e, _ in b.then.rows())))


def _denied(witness: Witness, ours: Ids, theirs: Ids) -> str:
    answer = witness.settled.decision.outcome
    who = f"{listed(ours)} answer{'s' if len(ours) == 1 else ''}" if ours else "the terms leave it open:"
    return f"{listed(theirs)} grant{'s' if len(theirs) == 1 else ''}, {who} {answer}: {told(witness)}"


def _charged(way: str, witness: Witness, ours: Ids, theirs: Ids) -> str:
    who = f"{listed(ours)} on the customer" if ours else "and the terms do not"
    return f"{listed(theirs)} puts the {_NAMED[way]} on the seller, {who}: {told(witness)}"


def _expect(witness: Witness, effect: str) -> None:
    store, law = witness.settled.decision, witness.settled.law
    short = law is not None and law.outcome == "approve"
    if effect == "outcome":
        short = short and store.outcome != "approve"
    else:
        short = short and store.charges(effect) and getattr(law, effect) == "store"
    if not short:
        raise WitnessError(f"the solver claims that {witness.question} falls short of the law, and it does not")


# ---- periods to report that end before the law's ---------------------------------------------------------------------


def _shorter_periods(inquiry: Inquiry) -> Iterator[Finding]:
    """Both grant the claim; the store's `report_by` ends first."""
    assert inquiry.law is not None
    for mine in _report_by(inquiry.terms):
        for other in _report_by(inquiry.law):
            both = [inquiry.terms.sets("deadlines.report_by", _key(mine)), inquiry.law.sets("deadlines.report_by", _key(other))]
            granted = [inquiry.terms.outcome("approve"), inquiry.law.outcome("approve")]
            uses = [Use(inquiry.calendar, p.after, p.unit, p.length) for p in (mine, other)]
            witness = inquiry.witness(*both, *granted, ends_first(inquiry.claims, *uses))
            if witness is not None:
                yield _shorter(inquiry, witness, mine, other)


def _report_by(terms: Terms) -> list[Period]:
    found = {_key(period): period for branch in terms.branches for name, period in branch.then.deadlines if name == "report_by"}
    return list(found.values())


def _key(period: Period) -> tuple[str, int, str]:
    return (period.unit, period.length, period.after)


def _shorter(inquiry: Inquiry, witness: Witness, mine: Period, other: Period) -> Finding:
    assert inquiry.law is not None
    ours, theirs = _setting(inquiry.terms, witness.mask, mine), _setting(inquiry.law, witness.law_mask(), other)
    ends = [inquiry.calendar.end(witness.settled.when.events[p.after], p.unit, p.length) for p in (mine, other)]
    if not ends[0] < ends[1]:
        raise WitnessError(f"the solver claims that {mine} ends before {other} in {witness.question}")
    first, last = (end.date() for end in ends)
    verb = "ends" if len(ours) == 1 else "end"
    message = f"{listed(ours)} {verb} the time to report on {first}, {listed(theirs)} on {last}: {told(witness)}"
    return _finding(inquiry, "below_law_report_by", ours, theirs, message, witness)


def _setting(terms: Terms, mask: int, period: Period) -> tuple[str, ...]:
    """The clauses in force that set `report_by` to that period."""
    return tuple(dict.fromkeys(branch.clause.id for branch in speaking(terms.point, mask) for name, p in branch.then.deadlines
                               if name == "report_by" and _key(p) == _key(period)))  # fmt: skip


# ---- periods that start before the customer can have the goods -------------------------------------------------------

_BEFORE_DELIVERY: Final = ("placed", "paid", "invoiced", "handed_to_carrier", "first_attempt")


def early_starts(inquiry: Inquiry) -> Iterator[Finding]:
    """A time to report that runs while the goods are still on their way; with the claim that has lost the most by it."""
    if inquiry.point != "claim":
        return
    terms, claims = inquiry.terms, inquiry.claims
    for period in _report_by(terms):
        if period.after not in _BEFORE_DELIVERY:
            continue
        use = Use(inquiry.calendar, period.after, period.unit, period.length)
        running = [terms.sets("deadlines.report_by", _key(period)), claims.flags["delivered"], claims.flags[period.after],
                   no(at_most(claims.ages[period.after], 0))]  # fmt: skip
        just_delivered = at_most(claims.ages["delivered"], 0)
        witness = inquiry.witness(*running, just_delivered, no(claims.within(use))) or inquiry.witness(*running, just_delivered)
        if witness is not None:
            yield _early(inquiry, witness, period)


def _early(inquiry: Inquiry, witness: Witness, period: Period) -> Finding:
    ours = _setting(inquiry.terms, witness.mask, period)
    law = [b.clause.id for b in inquiry.law.branches for name, p in b.then.deadlines
           if name == "report_by" and p.after == "delivered"] if inquiry.law else []  # fmt: skip
    theirs = tuple(dict.fromkeys(law))[:1]
    lost = witness.settled.decision.outcome == "deny"
    said = "the goods come today and the time is already over" if lost else "part of the time is gone when the goods come"
    return inquiry.finding(
        "early_start", "law" if theirs else "note", (*ours, *theirs),
        f"the time to report of {listed(ours)} runs from {period.after}, before the customer has the goods; {said}: "
        f"{told(witness)}",
        cure="let it run from delivered" + (f", as {theirs[0]} does" if theirs else ""), witness=witness,
    )  # fmt: skip
