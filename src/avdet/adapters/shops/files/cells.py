"""One row's cells by name: texts without formulas, figures of any country, dates of both calendars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from avdet.core.errors import AvdetError, Steps
from avdet.core.jalali import to_gregorian
from avdet.core.spreadsheet import cell as safe
from avdet.core.spreadsheet import figure, plain
from avdet.ports.amounts import currency_of, exponent
from avdet.ports.shops import FieldNote
from avdet.words.digits import digits
from avdet.words.faults import coded

_LONGEST: Final = 2_000
_MOST: Final = 1_000_000_000
_NUMBER: Final = re.compile(r"[+-]?[\d\s().,-]+")
_DATE: Final = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_JALALI_YEARS: Final = range(1300, 1500)


class Cells:
    """A row of a file, found `at` some steps (`("row", 7)`, or a document and its line). Errors name file, row and column."""

    def __init__(self, file: str, at: Steps, cells: list[str], columns: Mapping[str, int], notes: list[FieldNote]) -> None:
        self.file, self.at, self.notes = file, at, notes
        self._cells, self._columns = cells, columns

    def text(self, name: str) -> str:
        """A text. One that a spreadsheet would take for a formula stands behind an apostrophe afterwards."""
        place = self._columns.get(name)
        said = plain(self._cells[place].strip()) if place is not None and place < len(self._cells) else ""
        kept = said if not said or _NUMBER.fullmatch(said) else safe(said)
        if kept != said:
            self.note(name, said, kept, "it begins like a formula")
        if "\x00" in kept or len(kept) > _LONGEST:
            raise self.error(name, "cell.text", longest=_LONGEST)
        return kept

    def count(self, name: str) -> int:
        """A whole number, which may be below zero; empty is 0."""
        said = self.text(name)
        try:
            number = figure(said, 0) if said else 0
        except ValueError:
            raise self.error(name, "cell.not_whole", said=said[:60]) from None
        if abs(number) > _MOST:
            raise self.error(name, "cell.too_many", said=said[:60], most=_MOST)
        return number

    def money(self, name: str, unit: str) -> int:
        """An amount in minor units, with a decimal point or comma and any grouping; empty is 0."""
        said = self.text(name)
        if not said:
            return 0
        factor = 10 if unit.strip().upper() == "IRT" else 1
        try:
            amount = figure(said, exponent(currency_of(unit))) * factor
        except ValueError:
            raise self.error(name, "cell.not_amount", said=said[:60], unit=unit) from None
        if not 0 <= amount < 10**15:
            raise self.error(name, "cell.below_zero", said=said[:60], unit=unit)
        return amount

    def moment(self, name: str, zone: tzinfo) -> datetime | None:
        """A time, in the shop's zone where it has no offset: ISO, 18.03.2026 14:20, 18/03/2026, or ۱۴۰۴/۱۲/۲۷."""
        said = digits(self.text(name), "en")
        if not said:
            return None
        try:
            moment = _moment(said)
        except (ValueError, AvdetError):
            raise self.error(name, "cell.not_date", said=said[:60], example="2026-03-18 14:20") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def note(self, name: str, said: str, became: str, why: str) -> None:
        """Tell what became of a cell."""
        row = ", ".join(f"{step} {number}" for step, number in self.at)
        self.notes.append(FieldNote(f"{row}, {name}", said[:120], became[:120], why))

    def error(self, column: str, fault: str, **values: Any) -> AvdetError:
        """An error at a cell, by its code."""
        return coded(AvdetError, fault, at=(("file", self.file), *self.at, ("column", column)), **values)


def _moment(said: str) -> datetime:
    match = _DATE.fullmatch(said)
    if match is None:
        return datetime.fromisoformat(said)
    first, middle, last, *clock = (int(part or 0) for part in match.groups())
    year, month, day = (first, middle, last) if first > 31 else (last, middle, first)
    if year in _JALALI_YEARS:
        found = to_gregorian(year, month, day)
        year, month, day = found.year, found.month, found.day
    hour, minute, second = clock
    return datetime(year, month, day, hour, minute, second)
