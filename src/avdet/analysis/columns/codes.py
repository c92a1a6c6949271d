"""Codes: the cells of a few facts packed into one byte, and bytes set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.columns.cells import Cells, Column, FactColumns
from avdet.analysis.columns.words import Words

_BYTE: Final = 256


@dataclass(frozen=True)
class CodeColumn:
    """The facts packed into one code: code = the sum of each one's cell times its stride."""

    cells: tuple[Cells, ...]
    strides: tuple[int, ...]
    size: int

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        return np.uint8 if self.size <= _BYTE else np.uint16

    def pack(self, columns: FactColumns) -> Column:
        """The codes of all rows."""
        code: Column = self.cells[0].encode(columns).astype(self.dtype)
        for cells, stride in zip(self.cells[1:], self.strides[1:], strict=True):
            if cells.count == 1:  # says nothing, and in a full byte its stride would not fit one
                continue
            code = code + cells.encode(columns).astype(self.dtype) * np.array(stride, dtype=self.dtype)
        return code

    def cell(self, key: str) -> NDArray[np.int64] | None:
        """The cell that every code stands for in one fact; `None` if the fact is not packed here."""
        for cells, stride in zip(self.cells, self.strides, strict=True):
            if cells.key == key:
                return np.arange(self.size) // stride % cells.count
        return None


def packing(cells: Sequence[Cells]) -> tuple[CodeColumn, ...]:
    """Facts shared out over as few bytes as can be, the ones with most cells first."""
    bins: list[list[Cells]] = []
    for each in sorted(cells, key=lambda cell: -cell.count):
        found = next((found for found in bins if _size(found) * each.count <= _BYTE), None)
        if found is None:
            bins.append([each])
        else:
            found.append(each)
    return tuple(_code_column(found) for found in bins)


def _size(cells: Sequence[Cells]) -> int:
    return prod(each.count for each in cells)


def _code_column(cells: Sequence[Cells]) -> CodeColumn:
    strides = tuple(_size(cells[:i]) for i in range(len(cells)))
    return CodeColumn(tuple(cells), strides, _size(cells))


def pruning(column: CodeColumn, kept: frozenset[str]) -> Column:
    """Code → the code with every fact that is not kept in cell 0."""
    codes = np.arange(column.size)
    for cells, stride in zip(column.cells, column.strides, strict=True):
        if cells.key not in kept:
            codes -= codes // stride % cells.count * stride
    return codes.astype(column.dtype)


def side_by_side(codes: Sequence[Column]) -> list[Words]:
    """Code columns side by side in as many integers as it takes."""
    found: list[Words] = []
    room = 0
    for column in codes:
        if column.itemsize > room:
            found.append(np.zeros(len(column), dtype=np.uint64))
            room = 8
        found[-1] = found[-1] << np.uint64(8 * column.itemsize) | column.astype(np.uint64)
        room -= column.itemsize
    return found
