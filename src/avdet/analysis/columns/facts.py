"""Columns of facts: from claims one by one and back, and which facts a reason needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from avdet.analysis.columns.cells import Column, FactColumns
from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, UNKNOWN, Facts, Given, Value
from avdet.core.point import Point
from avdet.core.vocabulary import REASONS


def needs(point: Point) -> dict[tuple[str, ...], frozenset[str]]:
    """The facts that must be known for a row to be judged outright → the reasons that need just these.

    No reasons at all where nothing at the point turns on the reason.
    """
    if "reason" not in point.facts:
        return {_needed(point, None): frozenset()}
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for reason in REASONS:
        need = _needed(point, reason)
        found[need] = found.get(need, frozenset()) | {reason}
    return found


def _needed(point: Point, reason: str | None) -> tuple[str, ...]:
    given = Given("reason", reason)
    left = (c.simplify(condition, given) if reason else condition for condition in point.conditions)
    return tuple(sorted({name for each in left for name in c.facts_of(each) if not BY_NAME[name].always}))


def facts_row(columns: FactColumns, names: Sequence[str], row: int) -> Facts:
    """One row's facts as `decide` takes them; what is not in `names` is unknown."""
    facts: Facts = dict(UNKNOWN)
    facts.update(_row(columns, names, row))
    return facts


def _row(columns: FactColumns, names: Sequence[str], row: int) -> Iterator[tuple[str, Value | None]]:
    for name in names:
        value, fact = int(columns[name][row]), BY_NAME[name]
        if fact.kind == "int":
            yield name, value
        elif value < 0:
            yield name, None
        else:
            yield name, bool(value) if fact.kind == "bool" else fact.values[value]


def columns_of(rows: Sequence[Facts], names: Sequence[str]) -> dict[str, Column]:
    """Claims one by one, as the columns of their facts."""
    return {name: _column(name, [facts[name] for facts in rows]) for name in names}


def _column(name: str, values: list[Value | None]) -> Column:
    fact = BY_NAME[name]
    if fact.kind == "int":
        return np.array(values, dtype=np.int64)
    if fact.kind == "bool":
        return np.array([-1 if value is None else int(value) for value in values], dtype=np.int8)
    return np.array([-1 if value is None else fact.values.index(str(value)) for value in values], dtype=np.int16)
