"""Why each clause did or did not apply: the answer to *why not otherwise?*"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from avdet.core import conditions as c
from avdet.core.compile import Faults, build, faults_source
from avdet.core.decide import Engine, Point
from avdet.core.facts import Facts, Value
from avdet.core.resolve import fallen, speaks

Status = Literal["in_force", "set_aside", "not_met", "unknown", "waits"]
"""`waits`: it applies, and speaks only `once` the outcome is another than it is."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One branch of a clause and what became of it.

    `part`: the part of its condition that fails, or that is still open, in infix form; `facts`: the facts in it.
    `by`: the clauses that set it aside.
    """

    clause: str
    case: int
    status: Status
    part: str = ""
    facts: tuple[tuple[str, Value | None], ...] = ()
    by: tuple[str, ...] = ()


class Tracer:
    """The trace of one decision point. The verdicts come from generated code; their words only when they are read."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.parts = tuple(_parts(branch.condition) for branch in point.branches)

    @cached_property
    def faults(self) -> Faults:
        """Generated code for the verdicts; the reasons in words do without it."""
        found: Faults = build(faults_source(self.parts), "faults")
        return found

    def verdicts(self, facts: Facts) -> tuple[int, ...] | int:
        """For each branch 0 where it applies, else the number of the first part that fails; -1: a fact is unknown."""
        return self.faults(facts)

    def reasons(self, facts: Facts) -> Iterator[Reason]:
        """The trace in full, in the policy's order."""
        states = [self._state(parts, facts) for parts in self.parts]
        applies = sum(1 << i for i, (status, _) in enumerate(states) if status == "in_force")
        open_ = any(status == "unknown" for status, _ in states)
        outcome = None if open_ else fallen(self.point.in_force(applies))
        for i, (branch, (status, part)) in enumerate(zip(self.point.branches, states, strict=True)):
            over = applies & self.point.defeaters[i] if status == "in_force" else 0
            by = tuple(dict.fromkeys(b.clause.id for j, b in enumerate(self.point.branches) if over >> j & 1))
            named = tuple((name, facts[name]) for name in c.facts_of(part))
            waits = status == "in_force" and not speaks(branch, outcome)
            shown: Status = "set_aside" if by else "waits" if waits else status
            yield Reason(branch.clause.id, branch.number, shown, _words(part), named, by)

    def _state(self, parts: tuple[c.Condition, ...], facts: Facts) -> tuple[Status, c.Condition]:
        open_part: c.Condition | None = None
        for part in parts:
            left = c.simplify(part, facts)
            if left == c.NEVER:
                return "not_met", part
            if left != c.ALWAYS and open_part is None:
                open_part = part
        return ("unknown", open_part) if open_part is not None else ("in_force", c.ALWAYS)


def trace(engine: Engine, point: str, facts: Facts) -> tuple[Reason, ...]:
    """Why each clause did or did not apply at a decision point."""
    return tuple(Tracer(engine.point(point)).reasons(facts))


def _parts(condition: c.Condition) -> tuple[c.Condition, ...]:
    return condition.parts if isinstance(condition, c.All) else (condition,)


def _words(part: c.Condition) -> str:
    return "" if part == c.ALWAYS else c.show(part)
