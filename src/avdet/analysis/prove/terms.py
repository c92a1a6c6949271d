"""A policy at one decision point as formulas: which branches apply, which are in force, and what the answer then is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from avdet.analysis.prove.claims import Claims
from avdet.analysis.prove.logic import TRUE, Truth, all_of, any_of, at_most, no, none_of, two_of
from avdet.analysis.prove.rules import require_sense
from avdet.analysis.prove.time import Frame, Use
from avdet.core import conditions as c
from avdet.core.calendar import Calendar
from avdet.core.decide import SCALARS, Engine, Point
from avdet.core.facts import Facts
from avdet.core.policy import Branch, Edition, Period, Values
from avdet.core.resolve import GRANTED, speaks
from avdet.core.vocabulary import OUTCOMES

RANKS: Final = ("deny", "review", "evidence", "approve")
"""Outcomes, the worst for the customer first; a gap and a conflict are both `review`."""
Set = tuple[str, object]
"""A value that a branch sets: (effect, value); a deadline's value is (unit, length, event)."""


def values_set(then: Values) -> Iterator[Set]:
    """Every value of a branch, each comparable with those of other branches."""
    for effect, value in then.rows():
        yield effect, (value.unit, value.length, value.after) if isinstance(value, Period) else value


def speaking(point: Point, mask: int) -> list[Branch]:
    """The branches in force that add their values, where exactly the conditions in `mask` hold."""
    force = point.in_force(mask)
    outcomes = {branch.then.outcome for branch in force if branch.then.outcome}
    outcome = outcomes.pop() if len(outcomes) == 1 else None
    return [branch for branch in force if speaks(branch, outcome)]


def is_scalar(effect: str) -> bool:
    """Whether branches in force must agree on it."""
    return effect in SCALARS or effect.startswith("deadlines.")


class Terms:
    """One edition at one decision point, over the letters of `claims`. `force`: the branches that add their values."""

    def __init__(self, point: Point, claims: Claims, calendar: Calendar, applies: Sequence[Truth] | None = None) -> None:
        self.point, self.claims, self.calendar = point, claims, calendar
        self.branches: tuple[Branch, ...] = point.branches
        self.applies = list(applies or (self._named(claims.holds(branch.condition, calendar)) for branch in self.branches))
        force = [self._named(all_of([applies, self._undefeated(i)])) for i, applies in enumerate(self.applies)]
        self.force = [self._named(all_of([each, self._its_turn(i, force)])) for i, each in enumerate(force)]
        self.setters: dict[Set, list[int]] = {}
        for i, branch in enumerate(self.branches):
            for value in dict.fromkeys(values_set(branch.then)):
                self.setters.setdefault(value, []).append(i)
        self.present = {value: self._named(any_of(self.force[i] for i in setters)) for value, setters in self.setters.items()}
        self.disputed = self._named(any_of(self.dispute(effect) for effect in self.effects()))

    def _named(self, truth: Truth) -> Truth:
        return self.claims.search.name(truth)

    def _undefeated(self, i: int) -> Truth:
        over = self.point.defeaters[i]
        return none_of(self.applies[j] for j in range(len(self.applies)) if over >> j & 1)

    def _its_turn(self, i: int, force: Sequence[Truth]) -> Truth:
        """A branch that speaks `once` the outcome has fallen one way waits for it; all others do not."""
        once = self.branches[i].once
        if not once:
            return TRUE
        by_word = {word: any_of(each for each, branch in zip(force, self.branches, strict=True) if branch.then.outcome == word)
                   for word in OUTCOMES}  # fmt: skip
        wanted = GRANTED if once == "granted" else ("deny",)
        return any_of(all_of([by_word[word], none_of(truth for other, truth in by_word.items() if other != word)])
                      for word in wanted)  # fmt: skip

    def effects(self) -> tuple[str, ...]:
        """The values that can be disputed: set differently somewhere."""
        return tuple(dict.fromkeys(effect for effect, _ in self.setters if is_scalar(effect)))

    def dispute(self, effect: str) -> Truth:
        """Branches in force set the effect differently."""
        return two_of([truth for (e, _), truth in self.present.items() if e == effect])

    def sets(self, effect: str, value: object) -> Truth:
        """A branch in force sets the effect to that value."""
        return self.present.get((effect, value), any_of(()))

    def charges(self, way: str) -> Truth:
        """The customer bears a carriage, as `Decision.charges` has it."""
        if way != "outbound_shipping":
            return self.sets(way, "customer")
        return any_of([self.sets(way, "customer"), all_of([self.outcome("approve"), no(self.sets(way, "store"))])])

    def unset(self, effect: str) -> Truth:
        """Nothing in force sets the effect."""
        return none_of(truth for (e, _), truth in self.present.items() if e == effect)

    @cached_property
    def silent(self) -> Truth:
        """Nothing in force gives an outcome."""
        return self.unset("outcome")

    @cached_property
    def gap(self) -> Truth:
        """The terms give no outcome, and no value is disputed."""
        return self._named(all_of([no(self.disputed), self.silent]))

    def outcome(self, word: str) -> Truth:
        """The answer's outcome is that word."""
        if word == "review":
            return any_of([self.disputed, self.silent, self.sets("outcome", "review")])
        return all_of([no(self.disputed), self.sets("outcome", word)])

    @cached_property
    def ranks(self) -> tuple[Truth, ...]:
        """For each rank, whether the outcome is of it or better."""
        exact = [self.outcome(word) for word in RANKS]
        return tuple(self._named(any_of(exact[rank:])) for rank in range(len(RANKS)))

    def worse_than(self, other: Terms) -> Truth:
        """The outcome ranks below the other's."""
        return any_of(all_of([other.ranks[rank], no(self.ranks[rank])]) for rank in range(1, len(RANKS)))

    @cached_property
    def declared(self) -> tuple[Truth, ...]:
        """For each open place that the terms name, whether the claim lies in it."""
        return tuple(self._named(self.claims.holds(gap.when, self.calendar)) for gap in self.point.gaps)

    def given(self, facts: Facts) -> Terms:
        """The same terms once a few facts are put in, whatever the claim says of them."""
        partial = _Partial(facts)
        applies = [self._named(self.claims.holds(c.simplify(branch.condition, partial), self.calendar))
                   if any(name in facts for name in c.facts_of(branch.condition)) else applies
                   for branch, applies in zip(self.branches, self.applies, strict=True)]  # fmt: skip
        return Terms(self.point, self.claims, self.calendar, applies)

    def clause_in_force(self, clause: str, effect: str | None = None) -> Truth:
        """A branch of the clause is in force; with an effect, one that sets it."""
        return any_of(self.force[i] for i, branch in enumerate(self.branches) if branch.clause.id == clause
                      and (effect is None or any(e == effect for e, _ in branch.then.rows())))  # fmt: skip


class _Partial(dict[str, "bool | int | str | None"]):
    """Facts of which only a few are known."""

    def __missing__(self, _: str) -> None:
        return None


def conditions(point: Point, calendar: Calendar) -> list[tuple[c.Condition, Calendar]]:
    """The conditions of an edition at a point, with the calendar they are counted by."""
    return [(condition, calendar) for condition in point.conditions]


def periods(point: Point, calendar: Calendar) -> list[Use]:
    """The deadlines that an edition sets at a point."""
    return [Use(calendar, period.after, period.unit, period.length) for branch in point.branches
            for _, period in branch.then.deadlines]  # fmt: skip


def ends_first(claims: Claims, mine: Use, other: Use) -> Truth:
    """Both periods have started, and the first ends earlier: for each age of its event, up to which age of the other's."""
    started = [claims.flags[use.event] for use in (mine, other)]
    moments = zip(claims.at, claims.time.frames, strict=True)
    return all_of([*started, any_of(all_of([at, _earlier(claims, frame, mine, other)]) for at, frame in moments)])


def _earlier(claims: Claims, frame: Frame, mine: Use, other: Use) -> Truth:
    ours, theirs = ([use.calendar.end(frame.instant(use.event, age), use.unit, use.length) for age in claims.time.ages]
                    for use in (mine, other))  # fmt: skip
    later = [sum(their > end for their in theirs) - 1 for end in ours]
    return any_of(all_of([claims.ages[mine.event] == i, at_most(claims.ages[other.event], last)])
                  for i, last in enumerate(later))  # fmt: skip


def terms_at(name: str, edition: Edition, calendar: Calendar, others: Iterable[Point] = ()) -> tuple[Terms, list[Terms]]:
    """The edition at a decision point, and other policies (the law) there, over the same claims and the same calendar."""
    here = Engine(edition).point(name)
    every = [here, *others]
    found = together(name, [(point, calendar) for point in every], [point.edition for point in every], calendar)
    return found[0], found[1:]


def together(name: str, points: Sequence[tuple[Point, Calendar]], editions: Sequence[Edition],
             calendar: Calendar) -> list[Terms]:  # fmt: skip
    """Several policies at one decision point, each counting by its calendar, over the same claims.

    Orders are placed while all of `editions` are in force; the moments of the claims are those of `calendar`.
    """
    claims = Claims(name, editions, calendar, [pair for each in points for pair in conditions(*each)],
                    [use for each in points for use in periods(*each)])  # fmt: skip
    require_sense(claims)
    return [Terms(point, claims, counted) for point, counted in points]
