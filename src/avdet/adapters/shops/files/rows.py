"""The rows of a CSV file, streamed: whatever spelling and separator it was saved in, in bounded memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import CODE_PAGES
from avdet.words.faults import coded

_CHUNK: Final = 1 << 20
_LONGEST_ROW: Final = 1_000_000
_ARABIC_FORMS: Final = str.maketrans("يك", "یک")


def spelling(path: Path, language: str) -> str:
    """The encoding: UTF-8 or UTF-16 where the bytes say so, else the code page of `language`."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while head:
                decoder.decode(head)
                head = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return CODE_PAGES.get(language, "cp1252")
    return "utf-8-sig"


def rows(path: Path, language: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each row that is not empty; the heading is row 1. Raises AvdetError where the file breaks off."""
    encoding = spelling(path, language)
    forms = _ARABIC_FORMS if encoding == "cp1256" else None
    number = 0
    csv.field_size_limit(_LONGEST_ROW)
    with path.open(encoding=encoding, newline="") as file:
        try:
            head = file.readline(_LONGEST_ROW)
            file.seek(0)
            between = max((",", ";", "\t"), key=head.count)
            for number, cells in enumerate(csv.reader(file, delimiter=between), 1):
                if any(cells):
                    yield number, [cell.translate(forms) for cell in cells] if forms else cells
        except UnicodeDecodeError:
            raise coded(AvdetError, "file.letters", at=(("file", path.name), ("row", number + 1))) from None
        except csv.Error:
            raise coded(AvdetError, "file.row", at=(("file", path.name), ("row", number + 1))) from None
