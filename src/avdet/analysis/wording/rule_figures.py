"""The figures that a clause's rule turns on, with their units: what its text may state, and what it must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, Value
from avdet.core.policy import Clause, Edition, Gap, Period
from avdet.words.digits import PLACES
from avdet.words.figures import Figure

_NAMED: Final = {"seven_day_test": (7, "days"), "minor": (18, "years"), "six_photos": (6, "")}
"""Facts and requirements that carry a figure in their name."""

_UNSPOKEN: Final = frozenset({"remind_at"})
"""Deadlines for the store's own staff, which the terms need not name."""

_ANY: Final = "*"
"""The unit of a figure that a policy lists under `states`: whatever its text says."""


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """`spoken`: the text must name it, as it is a period that the clause itself sets."""

    count: int
    unit: str = ""
    spoken: bool = False

    def __str__(self) -> str:
        return f"{self.count:,} {self.unit.replace('_', ' ')}".strip()

    def allows(self, said: Figure) -> bool:
        """Whether a text that says `said` states this rule. Hours and days are never the same length of time here:

        hours run by the clock, days end with the day. A figure without a unit is judged by its number alone.
        """
        forms = dict(_forms(self.count, self.unit))
        if self.unit == _ANY:
            return said.count == self.count
        if not said.unit:
            return said.count in forms.values()
        return forms.get(said.unit) == said.count


def _forms(count: int, unit: str) -> Iterator[tuple[str, int]]:
    """The same length of time in every unit that says exactly the same."""
    yield unit, count
    if unit == "days" and count and count % 7 == 0:
        yield "weeks", count // 7
    if unit == "months" and count and count % 12 == 0:
        yield "years", count // 12
    if unit == "working_days":
        yield "working_hours", count * 24


def rule_figures(clause: Clause, edition: Edition) -> tuple[RuleFigure, ...]:
    """Every figure that a clause's text may state: its own, and those of the clauses that it is an exception to."""
    found = list(_own(clause, edition.policy.currency))
    targets = {*clause.exception_to, *(target for case in clause.cases for target in case.exception_to)}
    for target in targets & edition.by_id.keys():
        found += [RuleFigure(f.count, f.unit) for f in _own(edition.by_id[target], edition.policy.currency)]
    spoken = {(figure.count, figure.unit) for figure in found if figure.spoken}
    return tuple(dict.fromkeys(f for f in found if f.spoken or (f.count, f.unit) not in spoken))


def gap_figures(gap: Gap, edition: Edition) -> tuple[RuleFigure, ...]:
    """Every figure that the text of a declared gap may state."""
    about = edition.by_id.get(gap.about)
    own = tuple(_of_condition(gap.when, edition.policy.currency))
    return own + (rule_figures(about, edition) if about else ())


def _own(clause: Clause, currency: str) -> Iterator[RuleFigure]:
    yield from (RuleFigure(count, _ANY) for count in clause.states)
    yield from _of_condition(clause.when, currency)
    for case in clause.cases:
        if case.then.outcome == "approve" and not (case.exception_to or clause.exception_to):
            yield from (_of_period(period, True) for period in _limits(case.when))
        yield from _of_condition(case.when, currency)
        yield from (RuleFigure(*_NAMED[name]) for name in case.then.requires if name in _NAMED)
        yield from (_of_period(period, name not in _UNSPOKEN) for name, period in case.then.deadlines)


def _of_period(period: Period, spoken: bool) -> RuleFigure:
    unit = "days" if period.unit == "rolled_days" else period.unit
    return RuleFigure(period.length, unit, spoken and period.length > 0)


def _limits(condition: c.Condition) -> Iterator[Period]:
    """The periods that a case must keep to, as `within` puts them into its condition. An exception, or a clause that

    only adds to what another grants, may repeat the general rule's period without naming it.
    """
    for part in condition.parts if isinstance(condition, c.All) else (condition,):
        if isinstance(part, c.Atom) and part.op == "<=" and isinstance(part.value, int | c.Parameter):
            fact = BY_NAME[part.fact]
            if fact.event and not isinstance(part.value, bool):
                yield Period(fact.unit, part.value, fact.event)


def _of_condition(condition: c.Condition, currency: str) -> Iterator[RuleFigure]:
    for atom in c.atoms(condition):
        if atom.fact in _NAMED:
            yield RuleFigure(*_NAMED[atom.fact])
        for operand in c.operands(atom):
            value = operand.value if isinstance(operand, c.Parameter) else operand
            if atom.op != "known" and BY_NAME[atom.fact].kind == "int" and not isinstance(value, c.FactRef):
                yield from _of_number(atom, value, currency)


def _of_number(atom: c.Atom, value: Value, currency: str) -> Iterator[RuleFigure]:
    fact, count = BY_NAME[atom.fact], int(value)
    if fact.unit == "minor units":
        yield RuleFigure(count)
        yield RuleFigure(count // 10 ** PLACES[currency])
        return
    unit = "days" if fact.unit == "rolled_days" else fact.unit
    time = bool(fact.event)
    yield RuleFigure(count, unit if time else "")
    if fact.name == "local_minute":
        yield RuleFigure(count, "clock")
        yield RuleFigure(count // 60)
    beside = {"<": count - 1, ">": count + 1}.get(atom.op)
    if beside is not None:
        yield RuleFigure(beside, unit if time else "")
