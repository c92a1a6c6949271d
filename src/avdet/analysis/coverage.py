"""What of a policy a list of cases exercises: its clauses, their cases, and each comparison both ways.

Nothing here proves anything: it counts what was run. A comparison that was never seen to fail, or never to hold, is one
that nobody would notice being wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from avdet.analysis.cases import CaseFile
from avdet.contract.answer import Settled, settle_by
from avdet.contract.question import read_question
from avdet.core import conditions as c
from avdet.core.errors import AvdetError
from avdet.core.facts import Facts
from avdet.core.policy import Branch, Edition

Case = tuple[str, int]
"""A case of a clause: the clause's id and the case's position in it."""
Comparison = tuple[str, str]
"""A comparison of a clause, in infix form."""


@dataclass
class Coverage:
    """What was exercised. A clause is *cited* where it put a value into an answer; a case *applied* where it held.

    `held` and `failed`: the comparisons seen to hold and seen to fail. `refused`: questions that could not be asked.
    """

    clauses: tuple[str, ...]
    cases: tuple[Case, ...]
    comparisons: tuple[Comparison, ...]
    asked: int = 0
    refused: int = 0
    cited: set[str] = field(default_factory=set)
    applied: set[Case] = field(default_factory=set)
    held: set[Comparison] = field(default_factory=set)
    failed: set[Comparison] = field(default_factory=set)

    @property
    def clauses_missed(self) -> list[str]:
        """Clauses that decide and that no answer cites."""
        return [clause for clause in self.clauses if clause not in self.cited]

    @property
    def cases_missed(self) -> list[Case]:
        """Cases that no question reached."""
        return [case for case in self.cases if case not in self.applied]

    @property
    def one_sided(self) -> list[tuple[str, str, bool]]:
        """(clause, comparison, what was never seen of it) for each comparison seen one way only, or not at all."""
        return [(*each, way) for each in self.comparisons for way, seen in ((True, self.held), (False, self.failed))
                if each not in seen]  # fmt: skip

    def share(self) -> dict[str, tuple[int, int]]:
        """What is counted → (exercised, of how many)."""
        return {
            "clauses": (len(self.clauses) - len(self.clauses_missed), len(self.clauses)),
            "cases": (len(self.cases) - len(self.cases_missed), len(self.cases)),
            "comparisons": (2 * len(self.comparisons) - len(self.one_sided), 2 * len(self.comparisons)),
        }


def coverage(edition: Edition, cases: Iterable[CaseFile]) -> Coverage:
    """Ask every case's question of the edition and note what it exercises. Questions that cannot be asked are counted only."""
    found = _nothing_yet(edition)
    for case in cases:
        try:
            question = read_question(msgspec.json.encode(case.question))
            settled = settle_by(edition.policy, question, edition)
        except AvdetError:
            found.refused += 1
            continue
        found.asked += 1
        _note(found, settled, question.at)
    return found


def _nothing_yet(edition: Edition) -> Coverage:
    branches = [branch for point in edition.points() for branch in edition.branches(point)]
    comparisons = ((b.clause.id, c.show(atom)) for b in branches for atom in c.atoms(b.condition))
    return Coverage(
        tuple(dict.fromkeys(branch.clause.id for branch in branches)),
        tuple(dict.fromkeys((branch.clause.id, branch.number) for branch in branches)),
        tuple(dict.fromkeys(comparisons)),
    )


def _note(found: Coverage, settled: Settled, point: str) -> None:
    found.cited |= {row.clause for row in settled.decision.because if not row.finding}
    for branch in settled.engine.point(point).branches:
        _note_branch(found, branch, settled.facts)


def _note_branch(found: Coverage, branch: Branch, facts: Facts) -> None:
    if c.simplify(branch.condition, facts) == c.ALWAYS:
        found.applied.add((branch.clause.id, branch.number))
    for atom in c.atoms(branch.condition):
        value = c.holds(atom, facts)
        if value is not None:
            (found.held if value else found.failed).add((branch.clause.id, c.show(atom)))
