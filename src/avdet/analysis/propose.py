"""Boundary claims found by proof, as cases for a policy's author to look at: `avdet policy test --propose`.

For each case of a clause, the plainest claim that it answers; then the last instant at which it is still answered so and the
first at which it no longer is; then each single fact that, said otherwise, changes the answer. What is expected of each is
what the policy answers today: the author's part is to say whether that is what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from avdet.analysis.prove.claims import thresholds
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.witness import Witness, cited, put
from avdet.contract.answer import Settled
from avdet.core import conditions as c
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME, Value
from avdet.core.policy import Branch, Edition
from avdet.core.vocabulary import CARRIAGES, CLAIM_EVENTS, TRAITS
from avdet.policies import calendar_of

_INSTANT: Final = timedelta(microseconds=1)
_FLIPPED: Final = (*TRAITS, *(fact.name for fact in BY_NAME.values() if fact.known_by != "record" and fact.name != "reason"))
"""Facts that are tried the other way: what the product is, and what was said of it."""


def propose(edition: Edition) -> list[dict[str, Any]]:
    """Scenario documents `{id, says, input, expect, covers}`, each question once."""
    found: dict[bytes, dict[str, Any]] = {}
    for point in edition.points():
        proposals = Proposals(Inquiry(point, edition, calendar_of(edition.policy)))
        for scenario in proposals.all():
            found.setdefault(msgspec.json.encode(scenario["input"]), scenario)
    return list(found.values())


class Proposals:
    """The boundary claims of one decision point."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry, self.count = inquiry, 0

    def all(self) -> Iterator[dict[str, Any]]:
        for i, branch in enumerate(self.inquiry.terms.branches):
            witness = self.inquiry.witness(self.inquiry.terms.force[i])
            if witness is not None:
                yield self._scenario(witness, branch, "the plainest claim that it answers")
                yield from self._last_instants(witness, branch)
                yield from self._other_facts(witness, branch)

    def _scenario(self, witness: Witness, branch: Branch, says: str) -> dict[str, Any]:
        self.count += 1
        name = f"{branch.clause.id}-{self.inquiry.point}-{self.count}".lower()
        return {"id": name, "says": f"{branch.clause.id}: {says}.", "input": witness.question,
                "expect": _expected(witness.settled), "covers": [branch.clause.id]}  # fmt: skip

    # ---- time ----

    def _last_instants(self, witness: Witness, branch: Branch) -> Iterator[dict[str, Any]]:
        """For each period in the condition, reports in its last instant and in the first one after it."""
        for atom in c.atoms(branch.condition):
            fact = BY_NAME[atom.fact]
            start = witness.settled.when.events.get(fact.event)
            if start is None or fact.event not in CLAIM_EVENTS or self.inquiry.point not in ("claim", "inspection"):
                continue
            for length in sorted({n for n in thresholds(atom) if n >= 0}):
                end = self.inquiry.calendar.end(start, fact.unit, length)
                words = f"{length} {fact.unit} after {fact.event}"
                yield from self._reported(witness, branch, end, f"reported in the last instant of {words}")
                yield from self._reported(witness, branch, end + _INSTANT, f"reported one instant later than {words}")

    def _reported(self, witness: Witness, branch: Branch, at: datetime, says: str) -> Iterator[dict[str, Any]]:
        """The same claim made at another time; nothing if that is before something it speaks of."""
        question = {**witness.question, "claim": {**witness.question["claim"], "reported_at": at.isoformat()}}
        question["now"] = max(at, datetime.fromisoformat(witness.question["now"])).isoformat()
        if "inspection" in question:
            question["inspection"] = {key: question["now"] if key.endswith("_at") else said
                                      for key, said in question["inspection"].items()}  # fmt: skip
        try:
            moved = put(witness.claim, question, witness.edition)
        except AvdetError:
            return
        yield self._scenario(moved, branch, says)

    # ---- facts ----

    def _other_facts(self, witness: Witness, branch: Branch) -> Iterator[dict[str, Any]]:
        """The claims that differ in one fact and are answered otherwise."""
        turns_on = set(c.facts_of(branch.condition))
        for name in _FLIPPED:
            for value in _others(name, witness.claim.values.get(name)) if name in turns_on else ():
                values = {**witness.claim.values, name: value}
                try:
                    changed = self.inquiry.claim_put(replace(witness.claim, values=values))
                except AvdetError:
                    continue
                if changed.settled.decision.essence != witness.settled.decision.essence:
                    yield self._scenario(changed, branch, f"the same with {name} {str(value).lower()}")


def _others(name: str, value: Value | None) -> list[Value]:
    """The other values of a fact that the claim states."""
    if value is None or BY_NAME[name].kind == "int":
        return []
    every: tuple[Value, ...] = BY_NAME[name].values or (True, False)
    return [other for other in every if other != value]


def _expected(settled: Settled) -> dict[str, Any]:
    """What the policy answers today: outcome and clauses, and where it grants, remedies, payers and what is required."""
    decision = settled.decision
    found: dict[str, Any] = {"outcome": decision.outcome, "clauses": cited(settled)}
    if decision.finding == "gap" and found["clauses"] == ["GAP"]:
        del found["clauses"]
    if decision.outcome in ("approve", "evidence"):
        lists = {"remedies_exactly": list(decision.remedies), "requires_exactly": list(decision.requires)}
        found |= {key: items for key, items in lists.items() if items}
        found |= {way: payer for way, payer in zip(CARRIAGES, decision.carriages, strict=True) if payer}
        found |= {"deadlines": due} if (due := _report_by(settled)) else {}
    return found


def _report_by(settled: Settled) -> dict[str, str]:
    """The last instant to report, where it has one."""
    period = dict(settled.decision.deadlines).get("report_by")
    start = settled.when.events.get(period.after) if period else None
    if period is None or start is None:
        return {}
    return {"report_by": settled.calendar.end(start, period.unit, period.length).isoformat()}
