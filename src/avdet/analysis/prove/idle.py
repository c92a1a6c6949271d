"""Clauses that can never apply, that are always set aside, and that change no answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from avdet.analysis.findings import Finding
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import Truth, all_of, any_of, no, none_of, same
from avdet.analysis.prove.terms import Set, Terms, speaking
from avdet.analysis.prove.witness import Witness
from avdet.analysis.prove.words import listed, told
from avdet.core.policy import Edition

Case = tuple[str, int]
"""A case of a clause: the clause's id and the case's number."""


def idle_clauses(edition: Edition, inquiries: Sequence[Inquiry]) -> Iterator[Finding]:
    """A clause or case is idle only if it is so at every decision point at which it speaks."""
    cases = {(b.clause.id, b.number) for inquiry in inquiries for b in inquiry.terms.branches}
    forced = {case for inquiry in inquiries for case in _reached(inquiry, inquiry.terms.force)}
    rest = cases - forced
    applied = {case for inquiry in inquiries for case in _reached(inquiry, inquiry.terms.applies, rest)} & rest
    for clause in edition.clauses:
        own = {case for case in cases if case[0] == clause.id}
        if own and not own & forced:
            yield _whole(clause.id, inquiries, applied=bool(own & applied))
        else:
            yield from (_one_case(case, inquiries, applied=case in applied) for case in sorted(own & rest))
            if own:
                yield from _restated(clause.id, inquiries)


def _reached(inquiry: Inquiry, truths: Sequence[Truth], wanted: set[Case] | None = None) -> Iterator[Case]:
    """The cases for which some claim makes the truth hold; each model found settles as many as it can."""
    cases = [(branch.clause.id, branch.number) for branch in inquiry.terms.branches]
    left = {i for i, case in enumerate(cases) if wanted is None or case in wanted}
    point = inquiry.terms.point
    while left and (witness := inquiry.any_witness(any_of(truths[i] for i in left))):
        heard = {id(branch) for branch in speaking(point, witness.mask)} if truths is inquiry.terms.force else None
        met = {i for i in left if witness.mask >> i & 1 and (heard is None or id(point.branches[i]) in heard)}
        assert met
        yield from (cases[i] for i in met)
        left -= met


def _whole(clause: str, inquiries: Sequence[Inquiry], *, applied: bool) -> Finding:
    if applied:
        inquiry, witness = _where_set_aside(clause, None, inquiries)
        over = _exceptions_met(inquiry, clause, witness)
        return inquiry.finding("overridden", "error", (clause, *over), f"{clause} is always set aside, here by {listed(over)}",
                               cure="take the clause out, or narrow its exceptions", witness=witness)  # fmt: skip
    inquiry, message = _speaking(clause, inquiries), f"{clause} can never apply: its conditions exclude each other"
    return Finding("dead_clause", "error", (clause,), message, "correct its `when`, or take it out", inquiry.point,
                   inquiry.line([clause]))  # fmt: skip


def _one_case(case: Case, inquiries: Sequence[Inquiry], *, applied: bool) -> Finding:
    clause, number = case
    if applied:
        inquiry, witness = _where_set_aside(clause, number, inquiries)
        over = _exceptions_met(inquiry, clause, witness)
        message = f"case {number + 1} of {clause} is always set aside, here by {listed(over)}: {told(witness)}"
        return inquiry.finding("overridden", "note", (clause, *over), message,
                               cure="take the case out, or narrow the exceptions", witness=witness)  # fmt: skip
    inquiry = _speaking(clause, inquiries)
    return Finding("dead_case", "error", (clause,), f"case {number + 1} of {clause} can never apply",
                   "an earlier case, or the clause's scope, leaves nothing for it", inquiry.point,
                   inquiry.line([clause]))  # fmt: skip


def _speaking(clause: str, inquiries: Sequence[Inquiry]) -> Inquiry:
    return next(inquiry for inquiry in inquiries if any(b.clause.id == clause for b in inquiry.terms.branches))


def _where_set_aside(clause: str, number: int | None, inquiries: Sequence[Inquiry]) -> tuple[Inquiry, Witness]:
    for inquiry in inquiries:
        applies = any_of(truth for truth, b in zip(inquiry.terms.applies, inquiry.terms.branches, strict=True)
                         if b.clause.id == clause and number in (None, b.number))  # fmt: skip
        witness = inquiry.witness(applies)
        if witness is not None:
            return inquiry, witness
    raise AssertionError(clause)


def _exceptions_met(inquiry: Inquiry, clause: str, witness: Witness) -> tuple[str, ...]:
    point = inquiry.terms.point
    over = 0
    for i, branch in enumerate(point.branches):
        if branch.clause.id == clause and witness.mask >> i & 1:
            over |= point.defeaters[i] & witness.mask
    return tuple(dict.fromkeys(branch.clause.id for i, branch in enumerate(point.branches) if over >> i & 1))


# ---- clauses without which every answer is the same ------------------------------------------------------------------


def _restated(clause: str, inquiries: Sequence[Inquiry]) -> Iterator[Finding]:
    speaking = [inquiry for inquiry in inquiries if any(b.clause.id == clause for b in inquiry.terms.branches)]
    if any(_changes(inquiry, clause) for inquiry in speaking):
        return
    found = ((each, each.witness(each.terms.clause_in_force(clause))) for each in speaking)
    inquiry, witness = next((each, witness) for each, witness in found if witness is not None)
    others = _same_values(inquiry, clause, witness)
    said = f"{listed(others)} already say{'s' if len(others) == 1 else ''} all that it sets" if others else "it sets nothing"
    message = f"without {clause} every answer is the same; here {said}: {told(witness)}"
    yield inquiry.finding("idle_clause", "note", (clause, *others), message,
                          cure="keep it for the reader, or take it out", witness=witness)  # fmt: skip


def _changes(inquiry: Inquiry, clause: str) -> bool:
    """Whether some claim at this point is answered otherwise once the clause is taken out."""
    point = inquiry.terms.point
    own = sum(1 << i for i, branch in enumerate(point.branches) if branch.clause.id == clause)

    def differs(mask: int) -> bool:
        left, whole = point.resolve(mask & ~own), point.resolve(mask)
        return bool(mask & own) and (left.essence, left.finding) != (whole.essence, whole.finding)

    if any(differs(mask) for mask in inquiry.masks):
        return True
    for truth in _differences(inquiry.terms, own):
        witness = inquiry.any_witness(truth, no(inquiry.terms.disputed))
        if witness is not None and differs(witness.mask):
            return True
    return False


def _differences(terms: Terms, own: int) -> Iterator[Truth]:
    """For each value that the clause, or a clause it sets aside, can set: it is set with the clause and not without, or not."""
    over = terms.point.defeaters
    touched = [i for i in range(len(terms.applies)) if own >> i & 1 or over[i] & own]
    without = {i: _force_without(terms, i, own) for i in touched}
    for value, setters in terms.setters.items():
        if any(i in without for i in setters):
            left = any_of(without.get(i, terms.force[i]) for i in setters)
            differs = no(same(terms.present[value], left))
            yield differs if not value[0].startswith("deadlines.") else all_of([differs, _due(terms)])


def _force_without(terms: Terms, i: int, own: int) -> Truth:
    if own >> i & 1:
        return any_of(())
    over = terms.point.defeaters[i] & ~own
    return all_of([terms.applies[i], none_of(terms.applies[j] for j in range(len(terms.applies)) if over >> j & 1)])


def _due(terms: Terms) -> Truth:
    """There is something left to do by a deadline."""
    return any_of([terms.outcome("approve"), terms.outcome("evidence")])


def _same_values(inquiry: Inquiry, clause: str, witness: Witness) -> tuple[str, ...]:
    """The other clauses in force that set what this one sets."""
    force = speaking(inquiry.terms.point, witness.mask)
    own: set[Set] = {row for branch in force if branch.clause.id == clause for row in branch.then.rows()}
    return tuple(dict.fromkeys(b.clause.id for b in force if b.clause.id != clause and own & set(b.then.rows())))
