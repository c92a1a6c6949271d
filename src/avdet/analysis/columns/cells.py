"""Cells: the kinds of value that a policy can tell apart in one fact, so that a column of it shrinks to small codes.

Integers are cut at the thresholds that the policy uses, the values of a list are grouped by what is said of them, and a fact
that may be unknown has a cell for that. Comparing two facts with each other counts as one yes-or-no fact of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, Facts, Value

Column = NDArray[Any]
FactColumns = Mapping[str, Column]
"""Fact → its column: yes-or-no as int8 (-1 unknown), lists as the value's position (-1 unknown), figures as int64."""

MAX_CELLS: Final = 1 << 16
UNKNOWN_CELL: Final = ("unknown",)


@dataclass(frozen=True)
class Cells:
    """The cells of one fact, or of one comparison of two facts (`pair`).

    `lookup` gives the cell of a column's value where it is no figure (position 0 is unknown); `cuts` are the figures at
    which a new cell begins. `samples` holds one value of each cell, `None` for unknown.
    """

    key: str
    samples: tuple[Value | None, ...]
    cuts: tuple[int, ...] = ()
    lookup: tuple[int, ...] = ()
    pair: c.Atom | None = None

    @property
    def count(self) -> int:
        return len(self.samples)

    def encode(self, columns: FactColumns) -> Column:
        """The cell of every row."""
        if self.pair is not None:
            return compare(self.pair, columns).astype(np.uint8)
        column = columns[self.key]
        if self.lookup:
            cells: Column = np.take(np.array(self.lookup, dtype=np.uint8), column + 1, mode="clip")
            return cells
        if len(self.cuts) > 16:
            above: Column = np.searchsorted(np.array(self.cuts), column, side="right").astype(np.uint16)
            return above
        found = np.zeros(len(column), dtype=np.uint8)
        for cut in self.cuts:
            found += (column >= cut).view(np.uint8)
        return found

    def where(self, atom: c.Atom, *, holds: bool) -> int:
        """The cells, as bits, in which a comparison holds; or those in which it fails (neither, where it is unknown)."""
        if self.pair is not None:
            return 0b10 if holds else 0b01
        given = (c.holds(atom, {self.key: sample}) for sample in self.samples)
        return sum(1 << i for i, truth in enumerate(given) if truth is holds)


def key_of(atom: c.Atom) -> str:
    """What a comparison is cut by: its fact, or the comparison itself where it sets two facts against each other."""
    return c.show(atom) if is_pair(atom) else atom.fact


def is_pair(atom: c.Atom) -> bool:
    return any(isinstance(operand, c.FactRef) for operand in c.operands(atom))


def compare(atom: c.Atom, columns: FactColumns) -> Column:
    """A comparison of figures with each other, row by row."""
    left = columns[atom.fact]
    rights = [columns[o.name] if isinstance(o, c.FactRef) else np.int64(int(_plain(o))) for o in c.operands(atom)]
    if atom.op == "between":
        return (left >= rights[0]) & (left <= rights[1])
    if atom.op == "in":
        among: Column = np.logical_or.reduce([left == right for right in rights])
        return among
    compared = {"==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
                ">": np.greater, ">=": np.greater_equal}[atom.op]  # fmt: skip
    found: Column = compared(left, rights[0])
    return found


def _plain(operand: c.Operand) -> Value:
    assert not isinstance(operand, c.FactRef)
    return operand.value if isinstance(operand, c.Parameter) else operand


def cut(conditions: Iterable[c.Condition]) -> dict[str, Cells]:
    """The cells of everything that conditions turn on, by key."""
    by_key: dict[str, list[c.Atom]] = {}
    for condition in conditions:
        for atom in c.atoms(condition):
            by_key.setdefault(key_of(atom), []).append(atom)
    return {key: _cells(key, atoms) for key, atoms in by_key.items()}


def _cells(key: str, atoms: list[c.Atom]) -> Cells:
    if is_pair(atoms[0]):
        return Cells(key, (False, True), pair=atoms[0])
    fact = BY_NAME[key]
    if fact.kind == "int":
        return _figures(key, atoms)
    values: tuple[Value, ...] = (False, True) if fact.kind == "bool" else fact.values
    return _grouped(key, atoms, values, may_be_unknown=not fact.always)


def _truths(key: str, atoms: list[c.Atom], value: Value | None) -> tuple[bool | None, ...]:
    given: Facts = {key: value}
    return tuple(c.holds(atom, given) for atom in atoms)


def _figures(key: str, atoms: list[c.Atom]) -> Cells:
    """Neighbouring figures of which the same is said share a cell. Figures are always known."""
    fact = BY_NAME[key]
    assert fact.always
    named = {int(_plain(operand)) for atom in atoms for operand in c.operands(atom) if atom.op != "known"}
    starts = [fact.low, *sorted(figure for value in named for figure in (value, value + 1) if figure > fact.low)]
    kept: list[int] = []
    last: tuple[bool | None, ...] | None = None
    for start in starts:
        said = _truths(key, atoms, start)
        if said != last:
            kept.append(start)
        last = said
    assert len(kept) <= MAX_CELLS
    return Cells(key, tuple(kept), cuts=tuple(kept[1:]))


def _grouped(key: str, atoms: list[c.Atom], values: tuple[Value, ...], *, may_be_unknown: bool) -> Cells:
    """Values of which the same is said share a cell; unknown is cell 0, kept apart from all, where there is such a thing."""
    seen: dict[object, int] = {UNKNOWN_CELL: 0} if may_be_unknown else {}
    samples: list[Value | None] = [None] if may_be_unknown else []
    lookup = [0]
    for value in values:
        said = _truths(key, atoms, value)
        if said not in seen:
            seen[said] = len(samples)
            samples.append(value)
        lookup.append(seen[said])
    return Cells(key, tuple(samples), lookup=tuple(lookup))
