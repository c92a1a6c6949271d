"""Which unknown facts can still change the answer, and what is already certain without them.

The answer to a partly known claim is what all its completions agree on. To find it, the conditions that are still open
are unfolded into a reduced decision diagram: a fact stands in the diagram exactly when some completion's answer turns on
it, so a fact that cannot matter is never asked for, and an answer that is certain is given at once.

A diagram may double with every fact. Where it would grow beyond `MAX_WORK`, every fact that the open conditions mention is
asked for: each answer makes the rest smaller, and what comes out in the end is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, POSITION, Facts, Given, Value
from avdet.core.point import Point
from avdet.core.resolve import Because, Decision

MAX_WORK: Final = 100_000
"""Conditions and comparisons looked at, in drawing the diagram and again in ranking its facts: some tenths of a second."""

Open = tuple[tuple[int, c.Condition], ...]
"""(bit, what is left of its condition), for the conditions that known facts do not settle."""


@dataclass(eq=False, slots=True)
class Leaf:
    """An answer that is certain; `decisions` are the ways in which it comes about, alike in essence."""

    decisions: dict[int, Decision] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Fork:
    """The answer turns on `fact`."""

    fact: str
    branches: tuple[Leaf | Fork, ...]


Diagram = Leaf | Fork


class TooLargeError(Exception):
    """The diagram takes more than `MAX_WORK`."""


class Diagrams:
    """Reduced diagrams of one decision point, sharing equal parts."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.leaves: dict[object, Leaf] = {}
        self.forks: dict[tuple[object, ...], Fork] = {}
        self.seen: dict[tuple[int, Open], Diagram] = {}
        self.kinds: dict[str, tuple[Value, ...]] = {}
        self.work = 0

    def spend(self, work: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise TooLargeError

    def unfold(self, mask: int, left: Open) -> Diagram:
        """The diagram of the answer when `mask` holds already and `left` is open."""
        key = (mask, left)
        if key not in self.seen:
            self.seen[key] = self._unfold(mask, left)
        return self.seen[key]

    def _unfold(self, mask: int, left: Open) -> Diagram:
        if not left:
            return self._leaf(mask)
        atoms = [atom for _, condition in left for atom in c.atoms(condition)]
        self.spend(len(atoms))
        fact = min((name for atom in atoms for name in c.facts_of(atom)), key=POSITION.__getitem__)
        found = {value: self.unfold(*put(mask, left, fact, value)) for value in cells(fact, left)}
        branches = tuple(self._spread(fact, found))
        if all(branch is branches[0] for branch in branches):
            return branches[0]
        return self.forks.setdefault((fact, *branches), Fork(fact, branches))

    def _spread(self, fact: str, found: dict[Value, Diagram]) -> Iterator[Diagram]:
        """The branches for every value that the point names, whatever is still open: so equal forks are one and the same."""
        if BY_NAME[fact].kind != "enum":
            yield from found.values()
            return
        *_, other = found.values()
        for value in self.named(fact):
            yield found.get(value, other)

    def named(self, fact: str) -> tuple[Value, ...]:
        """The kinds of values of a fact that the whole point tells apart."""
        if fact not in self.kinds:
            self.kinds[fact] = cells(fact, tuple(enumerate(self.point.conditions)))
        return self.kinds[fact]

    def _leaf(self, mask: int) -> Leaf:
        self.spend(len(self.point.conditions))
        decision = self.point.resolve(mask)
        leaf = self.leaves.setdefault(decision.essence, Leaf())
        leaf.decisions[mask] = decision
        return leaf


def opened(point: Point, facts: Facts) -> tuple[int, Open]:
    """What is certain of each condition, and what is left of the others."""
    return _sort(0, ((bit, c.simplify(condition, facts)) for bit, condition in enumerate(point.conditions)))


def put(mask: int, left: Open, fact: str, value: Value) -> tuple[int, Open]:
    """The same once a fact has been given a value."""
    given = Given(fact, value)
    return _sort(mask, ((bit, c.simplify(condition, given) if fact in c.facts_of(condition) else condition)
                        for bit, condition in left))  # fmt: skip


def _sort(mask: int, conditions: Iterator[tuple[int, c.Condition]]) -> tuple[int, Open]:
    left = []
    for bit, condition in conditions:
        if condition == c.ALWAYS:
            mask |= 1 << bit
        elif condition != c.NEVER:
            left.append((bit, condition))
    return mask, tuple(left)


def cells(fact: str, left: Open) -> tuple[Value, ...]:
    """Values of a fact, one of each kind that the open conditions can tell apart."""
    declared = BY_NAME[fact]
    if declared.kind == "bool":
        return (True, False)
    used = {value for _, condition in left for atom in c.atoms(condition) if atom.fact == fact
            for value in _literals(atom)}  # fmt: skip
    if declared.kind == "enum":
        other = next((value for value in declared.values if value not in used), None)
        return (*(value for value in declared.values if value in used), *(() if other is None else (other,)))
    cuts = {int(value) + step for value in used for step in (-1, 0, 1)} | {declared.low}
    return tuple(sorted(cut for cut in cuts if declared.low <= cut <= declared.high))


def _literals(atom: c.Atom) -> Iterator[Value]:
    for operand in c.operands(atom):
        if not isinstance(operand, c.FactRef):
            yield operand.value if isinstance(operand, c.Parameter) else operand


def support(diagrams: Diagrams, diagram: Diagram) -> set[str]:
    """The facts on which a diagram's answer turns."""
    found: set[str] = set()
    seen: set[int] = set()
    todo = [diagram]
    while todo:
        here = todo.pop()
        if isinstance(here, Fork) and id(here) not in seen:
            seen.add(id(here))
            found.add(here.fact)
            todo.extend(here.branches)
    diagrams.spend(len(seen))
    return found


def settle(point: Point, facts: Facts) -> Decision:
    """The decision on a partly known claim: the certain answer, or `ask` with the facts that can still change it."""
    mask, left = opened(point, facts)
    diagrams = Diagrams(point)
    matter: set[str] | None = None
    try:
        diagram = diagrams.unfold(mask, left)
        if isinstance(diagram, Leaf):
            return _agreed(list(diagram.decisions.values()))
        matter = support(diagrams, diagram)
        diagrams.work = 0
        return Decision(outcome="ask", ask=_ranked(diagrams, mask, left, matter))
    except TooLargeError:
        every = {name for _, condition in left for name in c.facts_of(condition)} if matter is None else matter
        return Decision(outcome="ask", ask=tuple(sorted(every, key=lambda fact: (fact != "reason", POSITION[fact]))))


def _ranked(diagrams: Diagrams, mask: int, left: Open, matter: set[str]) -> tuple[str, ...]:
    """The most decisive first: the fact whose answer leaves, on average, the fewest others to ask."""

    def remaining(fact: str) -> float:
        after = [support(diagrams, diagrams.unfold(*put(mask, left, fact, value))) for value in cells(fact, left)]
        return sum(map(len, after)) / len(after)

    return tuple(sorted(matter, key=lambda fact: (fact != "reason", remaining(fact), POSITION[fact])))


def _agreed(decisions: list[Decision]) -> Decision:
    """One decision for completions that agree in essence: what is common to all, and a clause for every value."""
    first = decisions[0]
    if len(decisions) == 1:
        return first
    deadlines = tuple(d for d in first.deadlines if all(d in other.deadlines for other in decisions))
    common = [same for row in first.because if (same := _common(row, decisions))]
    kept = {(row.effect, row.value) for row in common}
    wanted = {f"deadlines.{name}" for name, _ in deadlines}
    extra = dict.fromkeys(row for other in decisions for row in other.because
                          if (row.effect, row.value) not in kept and not row.effect.startswith("deadlines."))  # fmt: skip
    rows: list[Because] = [row for row in common if not row.effect.startswith("deadlines.") or row.effect in wanted]
    return replace(first, deadlines=deadlines, because=(*rows, *extra))


def _common(row: Because, decisions: list[Decision]) -> Because | None:
    """What every decision says of a clause and a value, where they all rest it on that clause: `says` only if all say it."""
    of_each = [[its for its in decision.because if (its.clause, its.effect, its.value) == (row.clause, row.effect, row.value)]
               for decision in decisions]  # fmt: skip
    if not all(of_each):
        return None
    same = all(row in rows for rows in of_each)
    found = all(its.finding == row.finding for rows in of_each for its in rows)
    return row if same else replace(row, finding=row.finding if found else "", says="")
