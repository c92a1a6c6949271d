"""The same clause tree as Ibis expressions: the portable form, for DuckDB here and for any other engine that Ibis speaks to.

A table of facts (yes-or-no as boolean, lists as text, figures as integers, unknown as NULL) gains, for each row, whether every
fact that its reason needs is known, which conditions hold as the bits of integers, and the outcome. Nothing is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, Final

import duckdb
import ibis as _ibis
import numpy as np
import pyarrow as _pyarrow

from avdet.analysis.columns import Columns
from avdet.analysis.columns.cells import Column, FactColumns
from avdet.analysis.columns.facts import facts_row, needs
from avdet.analysis.columns.words import Numbers
from avdet.core import conditions as c
from avdet.core.decide import Decision, Engine
from avdet.core.facts import BY_NAME, Value
from avdet.core.point import Point
from avdet.core.policy import Period

ibis: Any = _ibis  # both are typed in part only, and say of many of their names that they do not exist
pa: Any = _pyarrow

WORD: Final = 62
"""Conditions to an integer: a signed 64-bit one holds that many bits in every engine."""
TYPES: Final = {"bool": "boolean", "enum": "string", "int": "int64"}


def claims_table(point: Point, name: str = "claims") -> Any:
    """The table that a decision point reads: one column for each fact that it turns on."""
    return ibis.table({fact: TYPES[BY_NAME[fact].kind] for fact in point.facts}, name=name)


def expression(condition: c.Condition, table: Any) -> Any:
    """A condition as an Ibis boolean; NULL where it is open."""
    if isinstance(condition, c.Atom):
        return _atom(condition, table)
    if isinstance(condition, c.Not):
        return ~expression(condition.part, table)
    if not condition.parts:
        return ibis.literal(isinstance(condition, c.All))
    parts = [expression(part, table) for part in condition.parts]
    return reduce(and_ if isinstance(condition, c.All) else or_, parts)


def _atom(atom: c.Atom, table: Any) -> Any:
    have = table[atom.fact]
    if atom.op == "known":
        return have.notnull()
    values = [_operand(operand, table) for operand in c.operands(atom)]
    if atom.op == "in":
        return reduce(or_, [have == value for value in values])
    if atom.op == "between":
        return (have >= values[0]) & (have <= values[1])
    if BY_NAME[atom.fact].kind == "bool":
        return have if (atom.op == "==") == (values[0] is True) else ~have
    other = values[0]
    return {"==": have == other, "!=": have != other, "<": have < other, "<=": have <= other,
            ">": have > other, ">=": have >= other}[atom.op]  # fmt: skip


def _operand(operand: c.Operand, table: Any) -> Any:
    if isinstance(operand, c.FactRef):
        return table[operand.name]
    value: Value = operand.value if isinstance(operand, c.Parameter) else operand
    return value


def decided(point: Point, table: Any) -> Any:
    """Whether every fact that the row's reason needs is known."""
    return reduce(or_, [_known(need, reasons, table) for need, reasons in needs(point).items()])


def _known(need: Sequence[str], reasons: frozenset[str], table: Any) -> Any:
    parts = [table[name].notnull() for name in need]
    if reasons:
        parts.append(table["reason"].isin(sorted(reasons)).fill_null(False))
    return reduce(and_, parts, ibis.literal(True))


def judged(point: Point, table: Any) -> Any:
    """The table with `decided`, the conditions that hold as `mask_0`, `mask_1` …, and `outcome` (NULL where not decided)."""
    holds = {f"holds_{i}": expression(condition, table).fill_null(False) for i, condition in enumerate(point.conditions)}
    step = table.mutate(decided=decided(point, table), **holds)
    force = {f"force_{i}": _in_force(point, i, step) for i in range(len(point.branches))}
    step = step.mutate(**force)
    return step.mutate(**dict(_masks(point, step)), outcome=outcome(point, step)).drop(*holds, *force)


def _in_force(point: Point, branch: int, table: Any) -> Any:
    over = [table[f"holds_{i}"] for i in range(len(point.branches)) if point.defeaters[branch] >> i & 1]
    return table[f"holds_{branch}"] & ~reduce(or_, over) if over else table[f"holds_{branch}"]


def _masks(point: Point, table: Any) -> Iterator[tuple[str, Any]]:
    for word, start in enumerate(range(0, max(1, len(point.conditions)), WORD)):
        bits = [ibis.ifelse(table[f"holds_{i}"], ibis.literal(1 << (i - start), "int64"), ibis.literal(0, "int64"))
                for i in range(start, min(start + WORD, len(point.conditions)))]  # fmt: skip
        yield f"mask_{word}", reduce(lambda left, right: left + right, bits, ibis.literal(0, "int64"))


def outcome(point: Point, table: Any) -> Any:
    """The outcome as one CASE over the branches in force (`force_0` …)."""
    by_effect: dict[str, dict[object, list[Any]]] = {}
    for i, branch in enumerate(point.branches):
        for effect, value in branch.then.rows():
            if effect not in ("remedies", "requires"):
                meant = (value.unit, value.length, value.after) if isinstance(value, Period) else value
                by_effect.setdefault(effect, {}).setdefault(meant, []).append(table[f"force_{i}"])
    said = {effect: {value: reduce(or_, force) for value, force in values.items()} for effect, values in by_effect.items()}
    disputed = [left & right for values in said.values() for left, right in _pairs(list(values.values()))]
    cases = [(~table["decided"], ibis.null("string"))]
    cases += [(reduce(or_, disputed), ibis.literal("review"))] if disputed else []
    cases += [(held, ibis.literal(value)) for value, held in said.get("outcome", {}).items()]
    return ibis.cases(*cases, else_="review")


def _pairs(values: list[Any]) -> Iterator[tuple[Any, Any]]:
    for i, left in enumerate(values):
        yield from ((left, right) for right in values[i + 1 :])


# ---- on DuckDB -------------------------------------------------------------------------------------------------------


class DuckColumns:
    """The counterpart of `Columns` with DuckDB as the engine; rows with an unknown fact go the same way as there."""

    def __init__(self, engine: Engine, point: str, *, threads: int = 1) -> None:
        self.columns = Columns(engine, point)
        self.point = self.columns.point
        found = judged(self.point, claims_table(self.point)) if self.point.facts else None
        self.sql = "" if found is None else str(ibis.to_sql(_answer(found), dialect="duckdb"))
        self.connection = duckdb.connect(config={"threads": threads, "enable_external_access": False})

    @property
    def facts(self) -> tuple[str, ...]:
        return self.point.facts

    @property
    def decisions(self) -> list[Decision]:
        """Answers by number."""
        return self.columns.decisions

    def judge(self, columns: FactColumns, rows: int) -> Numbers:
        """The number of every row's answer."""
        if not self.sql:
            return self.columns.judge(columns, rows)
        self.connection.register("claims", arrow_facts(columns, self.facts))
        answer: Any = self.connection.sql(self.sql).to_arrow_table()
        self.connection.unregister("claims")
        masks = [answer[name].to_numpy() for name in answer.column_names if name != "decided"]
        numbers = self._numbered(masks)
        open_rows = np.flatnonzero(~answer["decided"].to_numpy())
        if open_rows.size:
            codes = [column[open_rows] for column in self.columns.pack(columns, rows)]
            numbers[open_rows] = self.columns.settle(codes, lambda row: facts_row(columns, self.facts, int(open_rows[row])))
        return numbers

    def _numbered(self, masks: list[Column]) -> Numbers:
        if len(masks) == 1:
            distinct, place = np.unique(masks[0], return_inverse=True)
            whole = distinct.tolist()
        else:
            distinct, place = np.unique(np.column_stack(masks), axis=0, return_inverse=True)
            whole = [sum(int(part) << (WORD * i) for i, part in enumerate(row)) for row in distinct.tolist()]
        return np.array([self.columns.number_of(mask) for mask in whole], dtype=np.int32)[place.reshape(-1)]


def _answer(found: Any) -> Any:
    return found.select("decided", *(name for name in found.columns if name.startswith("mask_")))


def arrow_facts(columns: FactColumns, names: Sequence[str]) -> Any:
    """Columns of facts as an Arrow table, unknown as null."""
    return pa.table({name: _arrow(name, columns[name]) for name in names})


def _arrow(name: str, column: Column) -> Any:
    fact = BY_NAME[name]
    if fact.kind == "int":
        return pa.array(column)
    if fact.kind == "bool":
        return pa.array(column == 1, mask=column < 0)
    return pa.DictionaryArray.from_arrays(pa.array(column, mask=column < 0), pa.array(fact.values)).cast(pa.string())
