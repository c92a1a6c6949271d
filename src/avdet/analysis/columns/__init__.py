"""Decides claims by the column: rule bitsets in numpy, compiled from the same clause tree as `decide`.

Every conjunction of the rules is one bit. A code column holds the cells of a few facts, packed into a byte; its table gives,
for each code, a word in which a bit is set unless the code falsifies the conjunction. The tables' words ANDed are *all*
conjunctions that hold of a row, and a small number is looked up for each distinct word: the answer. A row in which a fact
that its reason needs is unknown is not judged here: rows alike in every code are put through `decide` once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from avdet.analysis.columns.bits import Bits, Program, Truth, run
from avdet.analysis.columns.cells import Cells, Column, FactColumns, cut, key_of
from avdet.analysis.columns.codes import CodeColumn, packing, pruning, side_by_side
from avdet.analysis.columns.facts import facts_row, needs
from avdet.analysis.columns.words import UNSEEN, Numbers, WordBook, Words, serials
from avdet.core import conditions as c
from avdet.core.decide import Decision, Engine, decide
from avdet.core.facts import Facts, Given, Value

BLOCK: Final = 1 << 14
"""Rows that are judged at a time: their words stay in the processor's cache."""
OPEN: Final = -1
"""The number of a word in which a needed fact is unknown."""


class Columns:
    """One edition at one decision point, for whole columns of facts.

    `numbers` gives every row the number of its answer; `decisions[number]` is that answer, a `Decision` as `decide` gives it.
    """

    def __init__(self, engine: Engine, point: str) -> None:
        self.engine, self.point = engine, engine.point(point)
        self.decisions: list[Decision] = []
        self._by_mask: dict[int, int] = {}
        self._by_decision: dict[Decision, int] = {}
        self.cells = cut(self.point.conditions)
        self.bits = Bits(self.cells)
        self.programs: tuple[Program, ...] = tuple(self.bits.program(condition) for condition in self.point.conditions)
        self.decided = self._decided()
        self.code_columns = packing(list(self.cells.values()) or [Cells("", (None,), lookup=(0,))])
        self.width = _power(-(-len(self.bits.places) // 64))
        self.book = WordBook(self.width)
        self.open_book = WordBook(1)
        self._serial_books: list[WordBook] = []

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts whose columns are needed."""
        return self.point.facts

    @cached_property
    def tables(self) -> tuple[Words, ...]:
        """For each code column the word of every code: a bit is 0 where the code falsifies its conjunction."""
        return tuple(self._table(column) for column in self.code_columns)

    def _table(self, column: CodeColumn) -> Words:
        words = np.zeros((column.size, self.width), dtype=np.uint64)
        for conjunction, bit in self.bits.places.items():
            held = np.ones(column.size, dtype=bool)
            for key, mask in conjunction:
                cell = column.cell(key)
                if cell is not None:
                    held &= np.array([mask >> i & 1 for i in range(self.cells[key].count)], dtype=bool)[cell]
            words[:, bit // 64] |= held.astype(np.uint64) << np.uint64(bit % 64)
        return words[:, 0].copy() if self.width == 1 else words

    def _decided(self) -> tuple[int, ...]:
        """Bits of which one holds exactly where every fact that the row's reason needs is known."""
        return tuple(self._known(need, reasons) for need, reasons in needs(self.point).items())

    def _known(self, need: tuple[str, ...], reasons: frozenset[str]) -> int:
        allowed = {name: (1 << self.cells[name].count) - 2 for name in need}
        if reasons:
            cells = self.cells["reason"]
            allowed["reason"] = sum(1 << i for i, sample in enumerate(cells.samples) if sample in reasons)
        return self.bits.place(tuple(sorted(allowed.items())))

    # ---- from facts to numbers ----

    def judge(self, columns: FactColumns, rows: int) -> Numbers:
        """The number of every row's answer, straight from its facts."""
        return self.numbers(self.pack(columns, rows), lambda row: facts_row(columns, self.facts, row))

    def pack(self, columns: FactColumns, rows: int) -> list[Column]:
        """The code columns of these facts: `rows` codes each."""
        if not self.cells:
            return [np.zeros(rows, dtype=np.uint8)]
        codes: list[Column] = [np.empty(rows, dtype=column.dtype) for column in self.code_columns]
        for start in range(0, rows, BLOCK):
            block = {name: columns[name][start : start + BLOCK] for name in self.facts}
            for code, column in zip(codes, self.code_columns, strict=True):
                code[start : start + BLOCK] = column.pack(block)
        return codes

    def numbers(self, codes: Sequence[Column], facts_at: Callable[[int], Facts]) -> Numbers:
        """The number of every row's answer. `facts_at(row)` gives one row's facts, for the few that go through `decide`."""
        found = np.empty(len(codes[0]), dtype=np.int32)
        for start in range(0, len(found), BLOCK):
            block = [column[start : start + BLOCK] for column in codes]
            found[start : start + BLOCK] = self._block(block, lambda row, start=start: facts_at(start + row))  # type: ignore[misc]
        return found

    def _block(self, codes: list[Column], facts_at: Callable[[int], Facts]) -> Numbers:
        words = self.words(codes)
        numbers = self.book.find(words)
        lowest = int(numbers.min(initial=0))
        if lowest == UNSEEN:
            self._enter(words[numbers == UNSEEN])
            numbers = self.book.find(words)
            lowest = int(numbers.min())
        if lowest == OPEN:
            rows = np.flatnonzero(numbers == OPEN)
            numbers[rows] = self.settle([column[rows] for column in codes], lambda row: facts_at(int(rows[row])))
        return numbers

    def words(self, codes: Sequence[Column]) -> Words:
        """All conjunctions that hold of each row, as the bits of a word."""
        shape = len(codes[0]) if self.width == 1 else (len(codes[0]), self.width)
        words: Words = np.empty(shape, dtype=np.uint64)
        np.take(self.tables[0], codes[0], axis=0, out=words, mode="clip")
        if len(codes) > 1:
            more = np.empty_like(words)
            for table, column in zip(self.tables[1:], codes[1:], strict=True):
                np.take(table, column, axis=0, out=more, mode="clip")
                np.bitwise_and(words, more, out=words)
        return words

    def _enter(self, words: Words) -> None:
        """Work out the answers of words that were not met before."""
        fresh, counts = np.unique(words, axis=0, return_counts=True)
        fresh = fresh[np.argsort(-counts, kind="stable")]
        bits = self._unpacked(fresh)
        masks = _masks([run(program, bits) for program in self.programs], len(fresh))
        known = np.logical_or.reduce([bits[bit] for bit in self.decided])
        numbers = [self.number_of(mask) if ok else OPEN for mask, ok in zip(masks, known.tolist(), strict=True)]
        self.book.add(fresh, np.array(numbers, dtype=np.int32))

    def _unpacked(self, words: Words) -> Truth:
        by_word = words.reshape(len(words), self.width)
        rows = [by_word[:, bit // 64] >> np.uint64(bit % 64) & np.uint64(1) for bit in range(len(self.bits.places))]
        return np.array(rows, dtype=bool).reshape(len(rows), len(words))

    def number_of(self, mask: int) -> int:
        """The number of the answer when exactly the conditions in `mask` hold."""
        if mask not in self._by_mask:
            self._by_mask[mask] = self._numbered(self.point.resolve(mask))
        return self._by_mask[mask]

    def _numbered(self, decision: Decision) -> int:
        if decision not in self._by_decision:
            self._by_decision[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._by_decision[decision]

    def settle(self, codes: list[Column], facts_at: Callable[[int], Facts]) -> Numbers:
        """Rows with an unknown fact: those alike in all that matters to their reason share one call of `decide`."""
        key, *others = side_by_side(self._pruned(codes))
        for step, other in enumerate(others):
            mine, next_ = serials(self._serial_book(2 * step), key), serials(self._serial_book(2 * step + 1), other)
            key = mine << np.uint64(32) | next_
        book = self.open_book
        numbers = book.find(key)
        if (numbers == UNSEEN).any():
            missing = np.flatnonzero(numbers == UNSEEN)
            fresh, first = np.unique(key[missing], return_index=True)
            answers = [self._numbered(decide(self.engine, self.point.name, facts_at(int(row)))) for row in missing[first]]
            book.add(fresh, np.array(answers, dtype=np.int32))
            numbers = book.find(key)
        return numbers

    def _pruned(self, codes: list[Column]) -> list[Column]:
        """The codes with every fact in cell 0 that does not matter to the row's reason."""
        if "reason" not in self.cells:
            return codes
        at = next(i for i, column in enumerate(self.code_columns) if column.cell("reason") is not None)
        reasons = self._reason_cells[codes[at]]
        pruned = [column.copy() for column in codes]
        for reason in np.unique(reasons).tolist():
            rows = np.flatnonzero(reasons == reason)
            for column, table in zip(pruned, self._prunings[reason], strict=True):
                column[rows] = table[column[rows]]
        return pruned

    @cached_property
    def _reason_cells(self) -> Column:
        """The reason's cell for each code of the column that holds it."""
        return next(cell for column in self.code_columns if (cell := column.cell("reason")) is not None)

    @cached_property
    def _prunings(self) -> list[list[Column]]:
        """For each cell of the reason and each code column: code → the code without what does not matter to that reason."""
        matters = [self._matters(reason) for reason in self.cells["reason"].samples]
        return [[pruning(column, kept) for column in self.code_columns] for kept in matters]

    def _matters(self, reason: Value | None) -> frozenset[str]:
        given = Given("reason", reason)
        left = [c.simplify(condition, given) for condition in self.point.conditions]
        return frozenset(key_of(atom) for condition in left for atom in c.atoms(condition)) | {"reason"}

    def _serial_book(self, place: int) -> WordBook:
        while len(self._serial_books) <= place:
            self._serial_books.append(WordBook(1))
        return self._serial_books[place]


def _power(count: int) -> int:
    return 1 << max(0, count - 1).bit_length()


def _masks(held: Sequence[Truth], count: int) -> list[int]:
    """The conditions that hold, as the bits of one integer for each word."""
    masks = [0] * count
    for bit, truth in enumerate(held):
        for row in np.flatnonzero(truth).tolist():
            masks[row] |= 1 << bit
    return masks


def decide_columns(engine: Engine, point: str, columns: FactColumns, rows: int) -> list[Decision]:
    """The answer to every row, as `decide` gives it one by one."""
    here = Columns(engine, point)
    return [here.decisions[number] for number in here.judge(columns, rows).tolist()]
