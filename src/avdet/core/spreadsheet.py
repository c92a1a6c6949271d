"""Cells that a spreadsheet takes for text, never for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK: Final = "\ufeff"
"""What makes a spreadsheet read UTF-8 as such."""


def cell(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet would take it for a formula.

    >>> cell("=1+1"), cell("Fetra"), cell("-5")
    ("'=1+1", 'Fetra', "'-5")
    """
    return f"'{text}" if text.startswith(_STARTS) else text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str | int | None]], *, mark: bool = False) -> Iterator[str]:
    """A table as CSV, line by line. Whole numbers stay numbers; texts are made safe. `mark` puts a byte order mark first.

    >>> list(csv_lines(["name", "amount"], [("=x", -5)]))
    ['name,amount\\r\\n', "'=x,-5\\r\\n"]
    """
    paper = io.StringIO()
    writer = csv.writer(paper)
    yield (BYTE_ORDER_MARK if mark else "") + _line(writer, paper, head)
    for row in rows:
        yield _line(writer, paper, ["" if each is None else each if isinstance(each, int) else cell(each) for each in row])


def _line(writer: object, paper: io.StringIO, cells: Sequence[str | int]) -> str:
    paper.seek(0)
    paper.truncate()
    writer.writerow(cells)  # type: ignore[attr-defined]
    return paper.getvalue()
