"""Claims that no clause answers, and claims over which clauses disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from avdet.analysis.findings import Finding
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import Truth, all_of, any_of, no, none_of
from avdet.analysis.prove.terms import is_scalar, speaking, values_set
from avdet.analysis.prove.witness import Witness, WitnessError
from avdet.analysis.prove.words import listed, told
from avdet.core import conditions as c
from avdet.core.policy import Gap, Policy

MOST: Final = 12
"""Findings of one kind at one decision point; after so many, the first are what to mend."""
_MOST_PER_REASON: Final = 3


def open_gaps(inquiry: Inquiry) -> Iterator[Finding]:
    """Claims without an outcome that no `gaps:` entry names: one for each reason and set of clauses in scope."""
    scopes = {scope: inquiry.search.name(inquiry.claims.holds(scope, inquiry.calendar)) for scope in _scopes(inquiry)}
    goals = [inquiry.terms.gap, none_of(inquiry.terms.declared)]
    found: dict[object, int] = {}
    while sum(found.values()) < MOST and (witness := inquiry.witness(*goals)):
        _expect(witness, "gap")
        yield _open_gap(inquiry, witness)
        reason = witness.claim.values.get("reason")
        found[reason] = found.get(reason, 0) + 1
        facts = witness.settled.facts
        alike = [truth if c.simplify(scope, facts) == c.ALWAYS else no(truth) for scope, truth in scopes.items()]
        goals.append(no(all_of([inquiry.reason_of(witness), *(alike if found[reason] < _MOST_PER_REASON else [])])))


def _scopes(inquiry: Inquiry) -> list[c.Condition]:
    return list(dict.fromkeys(branch.scope for branch in inquiry.terms.branches if branch.scope != c.ALWAYS))


def _open_gap(inquiry: Inquiry, witness: Witness) -> Finding:
    near = inquiry.clauses_in_force(witness.mask)
    return inquiry.finding(
        "gap", "error", near, f"no clause gives this claim an outcome: {told(witness)}",
        cure="let a clause speak of it, or name it under `gaps:` as a place where a person decides", witness=witness,
    )  # fmt: skip


def named_gaps(policy: Policy, inquiries: Sequence[Inquiry]) -> Iterator[Finding]:
    """The places that the terms themselves leave open, each with a claim that lies in it."""
    for gap in policy.gaps:
        speaking = [inquiry for inquiry in inquiries if inquiry.point in gap.at]
        found = next(((each, witness) for each in speaking if (witness := _in_gap(each, gap))), None)
        if found is None:
            message = f"the open place named beside {gap.about} is answered by a clause everywhere"
            point = speaking[0].point if speaking else ""
            yield Finding("idle_gap", "note", (gap.about,), message, "take it out of `gaps:`", point, gap.line)
            continue
        inquiry, witness = found
        _expect(witness, "gap")
        yield inquiry.finding("gap", "note", (gap.about,), f"left to a person, as the terms say: {told(witness)}",
                              cure="nothing, if it is meant", witness=witness)  # fmt: skip


def _in_gap(inquiry: Inquiry, gap: Gap) -> Witness | None:
    declared = inquiry.terms.declared[inquiry.terms.point.gaps.index(gap)]
    return inquiry.witness(inquiry.terms.gap, declared)


def conflicts(inquiry: Inquiry) -> Iterator[Finding]:
    """Branches in force together that set a value differently: one finding for each pair of clauses and value."""
    for effect in inquiry.terms.effects():
        goals, found = [inquiry.terms.dispute(effect)], 0
        while found < MOST and (witness := inquiry.witness(*goals)):
            _expect(witness, "conflict")
            pair = _pair(inquiry, witness, effect)
            yield _conflict(inquiry, witness, effect, pair)
            found += 1
            goals.append(no(all_of(_setting(inquiry, clause, (effect, value)) for clause, value in pair)))


def _pair(inquiry: Inquiry, witness: Witness, effect: str) -> list[tuple[str, object]]:
    """The first two (clause, value) that disagree."""
    said = [(branch.clause.id, value) for branch in speaking(inquiry.terms.point, witness.mask)
            for e, value in values_set(branch.then) if e == effect and is_scalar(e)]  # fmt: skip
    other = next(each for each in said if each[1] != said[0][1])
    return [said[0], other]


def _setting(inquiry: Inquiry, clause: str, value: tuple[str, object]) -> Truth:
    return any_of(inquiry.terms.force[i] for i in inquiry.terms.setters[value] if inquiry.terms.branches[i].clause.id == clause)


def _conflict(inquiry: Inquiry, witness: Witness, effect: str, pair: list[tuple[str, object]]) -> Finding:
    clauses = tuple(dict.fromkeys(clause for clause, _ in pair))
    said = " but ".join(f"{clause} sets {effect} to {_worded(value)}" for clause, value in pair)
    return inquiry.finding("conflict", "error", clauses, f"{said}: {told(witness)}",
                           cure=f"make one of {listed(clauses)} an exception to the other" if len(clauses) > 1
                           else f"let {clauses[0]} set it once", witness=witness)  # fmt: skip


def _worded(value: object) -> str:
    if isinstance(value, tuple):
        unit, length, after = value
        return f"{length} {unit} after {after}"
    return str(value)


def _expect(witness: Witness, finding: str) -> None:
    if witness.settled.decision.finding != finding:
        raise WitnessError(f"the solver claims a {finding}, decide answers {witness.decided()}: {witness.question}")
