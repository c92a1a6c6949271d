"""One decision point under study: the terms, the law beside them, and the search for claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from avdet.analysis.findings import Finding, Level
from avdet.analysis.prove.claims import Claim, Claims
from avdet.analysis.prove.logic import TRUE, Model, Truth, number, true_in
from avdet.analysis.prove.terms import Terms, speaking, terms_at
from avdet.analysis.prove.witness import Witness, WitnessError, replayed, without_answers
from avdet.core.calendar import Calendar
from avdet.core.decide import Engine
from avdet.core.policy import Clause, Edition


def plainest(claims: Claims, goals: Sequence[Truth]) -> Model | None:
    """The model of the goals that is as usual as can be, with the first reason, the youngest events, the smallest figures."""
    search = claims.search
    if not search.possible(*goals):
        return None
    model, kept = search.simplest(goals, claims.wishes)
    holding = [*goals, *kept]
    for name, figure in (*claims.choices.items(), *claims.ages.items(), *claims.figures.items()):
        if not any(claims.wish_of.get(name) is wish for wish in kept) and number(model, figure):
            model, bound = search.smallest(holding, figure, model)
            holding.append(bound)
    return model


def agree(model: Model, terms: Terms, mask: int, witness: Witness) -> None:
    """Raise `WitnessError` unless exactly the branches that apply in the model apply where the claim was decided."""
    for i, applies in enumerate(terms.applies):
        if true_in(model, applies) != bool(mask >> i & 1):
            branch = terms.branches[i]
            raise WitnessError(f"{branch.clause.id} case {branch.number} at {terms.point.name}: {witness.question}")


class Inquiry:
    """An edition at a decision point. Every claim found is put to `decide`, and the two must agree in every branch."""

    def __init__(self, point: str, edition: Edition, calendar: Calendar, law: Edition | None = None) -> None:
        self.point, self.edition, self.calendar, self.law_edition = point, edition, calendar, law
        others = [Engine(law).point(point)] if law is not None else []
        self.terms, beside = terms_at(point, edition, calendar, others)
        self.law: Terms | None = beside[0] if beside and beside[0].branches else None
        self.claims = self.terms.claims
        self.search = self.claims.search
        self.masks: set[int] = set()

    def possible(self, *goals: Truth) -> Model | None:
        """Any model of the goals, or `None`: a proof that no claim is like that."""
        return self.search.find(*goals)

    def any_witness(self, *goals: Truth) -> Witness | None:
        """Some claim that meets the goals, as it comes."""
        model = self.search.find(*goals)
        return None if model is None else self.witness_of(model)

    def witness(self, *goals: Truth) -> Witness | None:
        """The plainest claim that meets the goals."""
        model = plainest(self.claims, goals)
        return None if model is None else self.witness_of(model)

    def witness_of(self, model: Model) -> Witness:
        """The claim of a model, put to `decide`; `WitnessError` where solver and engine differ."""
        found = self.claim_put(self.claims.read(model))
        agree(model, self.terms, found.mask, found)
        if self.law is not None:
            agree(model, self.law, found.law_mask(), found)
        return found

    def claim_put(self, claim: Claim) -> Witness:
        """A claim of these terms, put to `decide`."""
        found = replayed(claim, self.edition, self.calendar.tz, self.law_edition)
        self.masks.add(found.mask)
        return found

    def clauses_in_force(self, mask: int, effect: str | None = None) -> tuple[str, ...]:
        """The clauses in force where those branches apply; with an effect, those that set it."""
        return tuple(dict.fromkeys(branch.clause.id for branch in speaking(self.terms.point, mask)
                                   if effect is None or any(e == effect for e, _ in branch.then.rows())))  # fmt: skip

    def finding(self, kind: str, level: Level, clauses: Sequence[str], message: str, *, cure: str, witness: Witness) -> Finding:
        """A finding with its witness, in the form the reader sees."""
        (shown,) = without_answers(witness, law=level == "law")
        answer = shown.answered()
        decided: dict[str, Any] = shown.decided() | {"outcome": answer.outcome}
        return Finding(kind, level, tuple(clauses), message, cure, self.point, self.line(clauses), shown.question, decided)

    def reason_of(self, witness: Witness) -> Truth:
        """The claims with the witness's reason; all of them where there is none."""
        reason = witness.claim.values.get("reason")
        return TRUE if reason is None else self.claims.equals("reason", reason)

    def line(self, clauses: Sequence[str]) -> int:
        """Where the first of the clauses stands in the file."""
        by_id: dict[str, Clause] = self.edition.by_id
        return next((by_id[clause].line for clause in clauses if clause in by_id), 0)
