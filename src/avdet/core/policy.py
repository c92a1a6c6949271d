"""What a policy is once it has been read: clauses of a general rule and its exceptions, dated and fingerprinted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any as Anything

from avdet.core.calendar import Calendar
from avdet.core.conditions import ALWAYS, Atom, Condition, Not, Parameter, conjoin
from avdet.core.facts import Value, elapsed_name
from avdet.core.vocabulary import CARRIAGES

Texts = Mapping[str, str]
"""Language → text."""


@dataclass(frozen=True, slots=True)
class Period:
    """`count` units after an event; see `calendar.Calendar.end`."""

    unit: str
    count: int | Parameter
    after: str

    @property
    def length(self) -> int:
        return int(self.count.value) if isinstance(self.count, Parameter) else self.count

    @property
    def in_time(self) -> Condition:
        """The comparison that holds while the period lasts, or before it has begun to run."""
        return Atom(elapsed_name(self.after, self.unit), "<=", self.count)


@dataclass(frozen=True, slots=True)
class Values:
    """What a clause sets. Scalars must agree among the clauses in force; lists unite."""

    outcome: str | None = None
    remedies: tuple[str, ...] = ()
    return_shipping: str | None = None
    redelivery_shipping: str | None = None
    outbound_shipping: str | None = None
    requires: tuple[str, ...] = ()
    deadlines: tuple[tuple[str, Period], ...] = ()

    def rows(self) -> Iterator[tuple[str, str | Period]]:
        """(effect, value) of each value; deadlines as `deadlines.<name>`."""
        for effect in ("outcome", *CARRIAGES):
            value = getattr(self, effect)
            if value:
                yield effect, value
        yield from (("remedies", remedy) for remedy in self.remedies)
        yield from (("requires", requirement) for requirement in self.requires)
        yield from ((f"deadlines.{name}", period) for name, period in self.deadlines)


NOTHING = Values()


@dataclass(frozen=True, slots=True)
class Case:
    """One branch of a clause: of a clause's cases at one decision point, the first whose condition holds speaks.

    `once`: `granted` or `denied` where its values count only if the outcome, settled by other cases, is that.
    """

    at: tuple[str, ...]
    when: Condition
    then: Values
    exception_to: tuple[str, ...] = ()
    once: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a store's terms. One without cases decides nothing: `carried_by` names what keeps it instead."""

    id: str
    source: str
    when: Condition
    cases: tuple[Case, ...]
    text: Texts
    exception_to: tuple[str, ...] = ()
    carried_by: str = ""
    states: tuple[int, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0
    note: str = ""

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that the terms leave open, named as such: there a person decides."""

    about: str
    at: tuple[str, ...]
    when: Condition
    text: Texts
    line: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A case of a clause at one decision point. `condition` is the whole of it: in scope, this case, no earlier one."""

    clause: Clause
    number: int
    scope: Condition
    case: Condition
    condition: Condition
    then: Values
    exception_to: frozenset[str]
    once: str = ""


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """How a store counts: the country's holidays, its own weekend, and its own additions to both."""

    country: str
    zone: str
    weekend: tuple[str, ...]
    half_days: str
    months: str
    add: tuple[tuple[date, str], ...] = ()
    remove: tuple[date, ...] = ()


@dataclass(frozen=True, eq=False)
class Edition:
    """A policy as one version of it stands: what decides every order placed while that version is in force."""

    policy: Policy = field(repr=False)
    version: str
    in_force_from: date
    clauses: tuple[Clause, ...] = field(repr=False)
    fingerprint: str

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def branches(self, point: str) -> tuple[Branch, ...]:
        """The branches that may apply at a decision point, in the policy's order."""
        return tuple(branch for clause in self.clauses for branch in _branches(clause, point))

    def points(self) -> tuple[str, ...]:
        """The decision points at which this edition speaks, in the policy's order."""
        return tuple(dict.fromkeys(point for clause in self.clauses for case in clause.cases for point in case.at))

    def gaps(self, point: str) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.policy.gaps if point in gap.at)


def _branches(clause: Clause, point: str) -> Iterator[Branch]:
    earlier: list[Condition] = []
    for number, case in enumerate(clause.cases):
        if point not in case.at:
            continue
        condition = conjoin([clause.when, *(Not(part) for part in earlier), case.when])
        yield Branch(clause, number, clause.when, case.when, condition, case.then,
                     frozenset(clause.exception_to) | frozenset(case.exception_to), case.once)  # fmt: skip
        if case.when == ALWAYS:
            return
        earlier.append(case.when)


@dataclass(frozen=True, eq=False)
class Policy:
    """A store's terms, or a country's law, in all their versions. `document` is what was read, for the fingerprint.

    `counted`: the calendar that it is counted by in place of its own, where one is kept beside it.
    """

    store: str
    names: Texts
    languages: tuple[str, ...]
    currency: str
    law: str
    law_binds: bool
    calendar: CalendarSpec
    parameters: Mapping[str, Value]
    editions: tuple[Edition, ...]
    gaps: tuple[Gap, ...]
    document: Mapping[str, Anything] = field(repr=False)
    file: str = ""
    counted: Calendar | None = field(default=None, repr=False)

    @property
    def newest(self) -> Edition:
        return self.editions[-1]

    def edition_on(self, day: date) -> Edition | None:
        """The version in force on a date; `None` before the first."""
        for edition in reversed(self.editions):
            if edition.in_force_from <= day:
                return edition
        return None
