"""Tables as spreadsheets write and read them: cells that are never taken for a formula, letters and figures of any country."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from avdet.core.errors import AvdetError

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")
"""An amount is no formula, though it begins with a minus."""
BYTE_ORDER_MARK: Final = "\ufeff"
"""What makes a spreadsheet read UTF-8 as such."""


def cell(text: str) -> str:
    """The text, behind an apostrophe if a spreadsheet would take it for a formula.

    >>> cell("=1+1"), cell("Fetra"), cell("-5.20"), cell("-5+1")
    ("'=1+1", 'Fetra', '-5.20', "'-5+1")
    """
    return f"'{text}" if text.startswith(_STARTS) and not _NUMBER.fullmatch(text) else text


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


# ---- reading what a spreadsheet has saved ----------------------------------------------------------------------------

CODE_PAGES: Final = {"tr": "cp1254", "fa": "cp1256"}
"""Language → the code page in which a spreadsheet there saves what is not Unicode."""
_PERSIAN: Final = str.maketrans("يك", "یک")
"""That code page has only the Arabic forms of these letters."""
_DIGITS: Final = str.maketrans(
    {chr(base + digit): str(digit) for base in (0x06F0, 0x0660) for digit in range(10)}
    | {"٫": ".", "٬": "", "\u00a0": "", "\u202f": "", "\u2009": "", " ": "", "'": "", "’": "", "−": "-"}
    | dict.fromkeys("\u200e\u200f\u2066\u2067\u2068\u2069")
)
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:[.,]\d+)?")


def plain(text: str) -> str:
    """What `cell` was given.

    >>> plain("'=1+1"), plain("'tis"), plain(cell("-5"))
    ('=1+1', "'tis", '-5')
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text


def decoded(raw: bytes, language: str) -> str:
    """The text of a file in UTF-8 or UTF-16, with or without a mark, or else in the code page of `language`.

    >>> decoded("Çay".encode("cp1254"), "tr"), decoded("\\ufeffچای".encode(), "fa"), decoded("چاي".encode("cp1256"), "fa")
    ('Çay', 'چای', 'چای')
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        spelling = "utf-16"
    else:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            spelling = CODE_PAGES.get(language, "cp1252")
    try:
        return raw.decode(spelling).translate(_PERSIAN if spelling == "cp1256" else {})
    except UnicodeDecodeError as fault:
        at = fault.start + 1
        raise AvdetError(
            "the letters cannot be read", where=f"byte {at}", cure="save it as CSV in UTF-8", code="file.letters",
            at=(("byte", at),),
        ) from None  # fmt: skip


LONGEST_CELL: Final = 131_072
"""A longer one is a quotation mark that was never closed."""


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the number of each, the heading being 1; commas, semicolons or tabs between the cells.

    >>> list(read_rows("sku;name\\r\\nA;'=x\\r\\n"))
    [(1, ['sku', 'name']), (2, ['A', '=x'])]
    """
    head = text[: text.find("\n") + 1] or text
    between = max((",", ";", "\t"), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(len(each) > LONGEST_CELL for each in cells):
                raise csv.Error("a cell that has no end")
            if any(cells):
                yield number, [plain(each.strip()) for each in cells]
    except csv.Error:
        at = number + 1
        raise AvdetError(
            "the row cannot be read", where=f"row {at}", cure="check its quotation marks", code="file.row", at=(("row", at),)
        ) from None


def figure(text: str, places: int) -> int:
    """A number as people write it, in any digits and with any grouping, times 10**`places`.

    >>> figure("1.299,50", 2), figure("۴۵٬۰۰۰", 0), figure("1,299.5", 2), figure("18", 2)
    (129950, 45000, 129950, 1800)
    """
    bare = text.translate(_DIGITS)
    if not _GROUPED.fullmatch(bare) or len(bare) > 24:
        raise ValueError(text)
    whole, rest = _parted(bare)
    if len(rest) > places:
        raise ValueError(text)
    return int(whole + rest.ljust(places, "0"))


def _parted(bare: str) -> tuple[str, str]:
    """The digits before the decimal mark and those after it. One mark with three digits after it parts thousands."""
    marks = [at for at, sign in enumerate(bare) if sign in ".,"]
    thousands = not marks or (bare.count(bare[marks[-1]]) == len(marks) and (len(marks) > 1 or len(bare) - marks[-1] == 4))
    before, after = (bare, "") if thousands else (bare[: marks[-1]], bare[marks[-1] + 1 :])
    return before.replace(".", "").replace(",", ""), after
