"""From a condition to conjunctions: each says which cells every fact may be in, and takes one bit of a rule's word.

An alternative is expanded into several conjunctions. A condition that would need too many is put together from the bits of its
parts instead, so that a deep tree costs bits and not an explosion of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.columns.cells import Cells, key_of
from avdet.core import conditions as c

Conjunction = tuple[tuple[str, int], ...]
"""(key, the cells it may be in, as bits), sorted by key; a key that may be in any cell is left out."""
Truth = NDArray[np.bool_]

MAX_DIRECT: Final = 8
"""Alternatives up to which a condition is written out; beyond, it is put together from its parts."""
MAX_EXPANDED: Final = 256


@dataclass(frozen=True, slots=True)
class Both:
    """Holds where all of its parts do; `parts` are bits or further programs."""

    parts: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds where one of its parts does."""

    parts: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Unless:
    """Holds where its part does not."""

    part: Program


Program = int | Both | Either | Unless
"""How a condition follows from the bits of a word: a bit's number, or programs joined."""


def run(program: Program, bits: Truth) -> Truth:
    """Whether a program holds for each word; `bits[i]` is bit i of every word."""
    if isinstance(program, int):
        held: Truth = bits[program]
        return held
    if isinstance(program, Unless):
        return ~run(program.part, bits)
    start = np.full(bits.shape[1], isinstance(program, Both))
    for part in program.parts:
        start = start & run(part, bits) if isinstance(program, Both) else start | run(part, bits)
    return start


@dataclass
class Bits:
    """The conjunctions of one decision point, each once; its bit is its place."""

    cells: Mapping[str, Cells]
    places: dict[Conjunction, int] = field(default_factory=dict)

    def place(self, conjunction: Conjunction) -> int:
        """The bit of a conjunction."""
        return self.places.setdefault(conjunction, len(self.places))

    def program(self, condition: c.Condition) -> Program:
        """How a condition follows from bits; takes the bits that it needs."""
        found = self.expand(condition, True, MAX_DIRECT)
        if found is not None:
            return _joined(Either, [self.place(conjunction) for conjunction in found])
        if isinstance(condition, c.Not):
            return Unless(self.program(condition.part))
        assert not isinstance(condition, c.Atom)
        if isinstance(condition, c.Any):
            return _joined(Either, [self.program(part) for part in condition.parts])
        return self._less(condition)

    def _less(self, condition: c.All) -> Program:
        """`plain and not x` as `plain` less `plain and x`: an earlier case's bits are then shared by the later cases."""
        negated = [part for part in condition.parts if isinstance(part, c.Not) and isinstance(part.part, (c.All, c.Any))]
        plain = [part for part in condition.parts if part not in negated]
        if not negated or not plain:
            return _joined(Both, [self.program(part) for part in condition.parts])
        kept = self.program(c.conjoin(plain)) if self.fits(plain) else _joined(Both, [self.program(part) for part in plain])
        return Both((kept, *(Unless(self._within(plain, part.part)) for part in negated)))

    def _within(self, plain: list[c.Condition], part: c.Condition) -> Program:
        whole = [*plain, part]
        return self.program(c.conjoin(whole)) if self.fits(whole) else self.program(part)

    def fits(self, parts: list[c.Condition]) -> bool:
        return self.expand(c.All(tuple(parts)), True, MAX_DIRECT) is not None

    # ---- alternatives written out ----

    def expand(self, condition: c.Condition, wanted: bool, limit: int = MAX_EXPANDED) -> list[Conjunction] | None:
        """The conjunctions whose union is the condition (or its contrary); `None` if that takes more than `limit`."""
        found = self._expand(condition, wanted)
        if found is None:
            return None
        merged = _merged(found, self.cells)
        return merged if len(merged) <= limit else None

    def _expand(self, condition: c.Condition, wanted: bool) -> list[Conjunction] | None:
        if isinstance(condition, c.Atom):
            return self._atom(condition, wanted)
        if isinstance(condition, c.Not):
            return self._expand(condition.part, not wanted)
        parts = [self.expand(part, wanted) for part in condition.parts]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if isinstance(condition, c.All) is not wanted:
            return [conjunction for part in known for conjunction in part]
        return self._product(known)

    def _product(self, parts: list[list[Conjunction]]) -> list[Conjunction] | None:
        found: list[Conjunction] = [()]
        for part in parts:
            met = [_meet(left, right) for left, right in product(found, part)]
            found = _merged([each for each in met if each is not None], self.cells)
            if len(found) > MAX_EXPANDED:
                return None
        return found

    def _atom(self, atom: c.Atom, wanted: bool) -> list[Conjunction]:
        key = key_of(atom)
        allowed = self.cells[key].where(atom, holds=wanted)
        return _conjunctions({key: allowed}, self.cells) if allowed else []


def _joined(how: type[Both] | type[Either], parts: list[Program]) -> Program:
    return parts[0] if len(parts) == 1 else how(tuple(parts))


def _conjunctions(allowed: Mapping[str, int], cells: Mapping[str, Cells]) -> list[Conjunction]:
    every = {key: (1 << cells[key].count) - 1 for key in allowed}
    return [tuple(sorted((key, mask) for key, mask in allowed.items() if mask != every[key]))]


def _meet(left: Conjunction, right: Conjunction) -> Conjunction | None:
    """Both at once; `None` where no row can be in both."""
    found = dict(left)
    for key, mask in right:
        found[key] = found.get(key, mask) & mask
        if not found[key]:
            return None
    return tuple(sorted(found.items()))


def _merged(conjunctions: list[Conjunction], cells: Mapping[str, Cells]) -> list[Conjunction]:
    """Fewer conjunctions of the same union: one inside another goes, two that differ in one fact become one."""
    found = list(dict.fromkeys(conjunctions))
    if len(found) > MAX_EXPANDED:
        return found
    at = 0
    while at < len(found):
        for other in range(at):
            one = _union(found[other], found[at], cells)
            if one is not None:
                del found[at], found[other]
                found.append(one)
                at = 0
                break
        else:
            at += 1
    return found


def _union(left: Conjunction, right: Conjunction, cells: Mapping[str, Cells]) -> Conjunction | None:
    """The two as one conjunction, where that is exact."""
    if _inside(left, right):
        return right
    if _inside(right, left):
        return left
    a, b = dict(left), dict(right)
    if a.keys() != b.keys():
        return None
    differ = [key for key in a if a[key] != b[key]]
    if len(differ) != 1:
        return None
    return _conjunctions(a | {differ[0]: a[differ[0]] | b[differ[0]]}, cells)[0]


def _inside(inner: Conjunction, outer: Conjunction) -> bool:
    have = dict(inner)
    return all(key in have and not have[key] & ~mask for key, mask in outer)
