"""The calendar strip of a deadline: which days counted, which did not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from avdet.core.calendar import Calendar
from avdet.words.catalogue import say
from avdet.words.holidays import holiday

LONGEST: Final = 45
"""Days; a longer period is not drawn."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `count` is its number in the period, or 0 where it does not count; `closed` says why the store is."""

    day: date
    count: int
    closed: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of a period, the first of them the one after the event."""

    labels: tuple[str, ...]
    start: date
    cells: tuple[Cell, ...]

    @property
    def closings(self) -> dict[str, list[date]]:
        """Why the store was closed → on which of the days that did not count."""
        found: dict[str, list[date]] = {}
        for cell in self.cells:
            if cell.closed and not cell.count:
                found.setdefault(cell.closed, []).append(cell.day)
        return found


def strips(deadlines: Mapping[str, Mapping[str, Any]], calendar: Calendar, language: str) -> tuple[Strip, ...]:
    """A strip for each period of days that has begun; deadlines that share a period share its strip."""
    found: dict[tuple[date, date, str], list[str]] = {}
    for name, deadline in deadlines.items():
        if deadline["unit"] not in ("hours", "months") and "at" in deadline:
            start, end = (calendar.local(datetime.fromisoformat(str(deadline[key]))) for key in ("since", "at"))
            found.setdefault((start, end, deadline["unit"]), []).append(say(language, "deadline", name))
    return tuple(Strip(tuple(labels), start, _cells(start, end, unit, calendar, language))
                 for (start, end, unit), labels in found.items() if 0 < (end - start).days <= LONGEST)  # fmt: skip


def _cells(start: date, end: date, unit: str, calendar: Calendar, language: str) -> tuple[Cell, ...]:
    cells, count = [], 0
    for ahead in range(1, (end - start).days + 1):
        day = start + timedelta(days=ahead)
        why = calendar.why_closed(day)
        counts = unit != "working_days" or not why
        count += counts
        cells.append(Cell(day, count if counts else 0, holiday(why, language) if why else ""))
    return tuple(cells)
