"""Small pieces of the published pages: codes that keep their direction, the calendar of a period, the store's accent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from avdet.analysis.publish.words import phrase
from avdet.core.calendar import Calendar
from avdet.words.dates import SHORT_WEEKDAYS, WEEKDAYS, month_day, parts
from avdet.words.digits import digits
from avdet.words.strip import Cell, Strip

ACCENTS: Final = (
    ("#0b5d57", "#6cc7bd"), ("#3b3f8f", "#a8adf2"), ("#8f3218", "#f0a58c"),
    ("#7a2a5c", "#e3a0cb"), ("#4a5a12", "#bcca79"), ("#1c4e80", "#8fbde8"),
)  # fmt: skip
"""(on light paper, on dark paper): each legible as text on both its papers."""

_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-./:@+_][A-Za-z0-9]+)*(?: [A-Za-z][A-Za-z0-9]*)*")


def accent(store: str) -> tuple[str, str]:
    """A store's own colour, always the same."""
    return ACCENTS[sha256(store.encode()).digest()[0] % len(ACCENTS)]


def isolated(text: str, language: str) -> Any:
    """Text as safe HTML; in Persian, Latin words and codes are isolated so that they do not pull the line about."""
    from markupsafe import Markup, escape

    if language != "fa":
        return escape(text)
    found, at = Markup(""), 0
    for match in _LATIN.finditer(text):
        found += escape(text[at : match.start()]) + Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(match.group())
        at = match.end()
    return found + escape(text[at:])


# ---- the calendar of a period ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the drawn weeks. `kind` is start, counted, last, closed or out; `says` tells it to a screen reader."""

    number: str
    kind: str
    count: str
    says: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """A strip as weeks: `head` holds (short, full) weekday names, each row the month it begins in and its seven days."""

    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[DayCell, ...]], ...]
    closings: tuple[str, ...]


def weeks(strip: Strip, calendar: Calendar, language: str) -> Weeks:
    """A strip drawn in weeks that begin after the store's weekend."""
    first = next((n for n in range(1, 8) if n not in calendar.weekend and (n - 1 or 7) in calendar.weekend), 1)
    begin = strip.start - timedelta(days=(strip.start.isoweekday() - first) % 7)
    end = strip.cells[-1].day
    by_day = {cell.day: cell for cell in strip.cells}
    rows: list[tuple[str, tuple[DayCell, ...]]] = []
    said: set[str] = set()
    while begin <= end:
        days = [begin + timedelta(days=n) for n in range(7)]
        month = _month([day for day in days if strip.start <= day <= end], language, first_row=not rows)
        rows.append(("" if month in said else month, tuple(_cell(day, strip, by_day, language) for day in days)))
        said.add(month)
        begin += timedelta(days=7)
    order = [(first - 1 + n) % 7 for n in range(7)]
    return Weeks(tuple((SHORT_WEEKDAYS[language][n], WEEKDAYS[language][n]) for n in order), tuple(rows),
                 tuple(_closing(why, days, language) for why, days in strip.closings.items()))  # fmt: skip


def _month(days: list[date], language: str, *, first_row: bool) -> str:
    """The month that a row is marked with: the one that begins in it; in the first row, the one it begins in."""
    named = [parts(day, language) for day in days]
    return next((month for _, month, number in named if number == 1 and not first_row), named[0][1])


def _cell(day: date, strip: Strip, by_day: dict[date, Cell], language: str) -> DayCell:
    number = digits(str(parts(day, language)[2]), language)
    cell = by_day.get(day)
    if cell is None:
        begins = day == strip.start
        return DayCell(number, "start", "", phrase("start_day", language)) if begins else DayCell("", "out", "", "")
    if not cell.count:
        return DayCell(number, "closed", "", f"{cell.closed} ({phrase('closed', language)})")
    count = digits(str(cell.count), language)
    if day == strip.cells[-1].day:
        return DayCell(number, "last", count, phrase("last_day", language))
    return DayCell(number, "counted", count, "")


def _closing(why: str, days: list[date], language: str) -> str:
    """`Nowruz: 21 March – 24 March`."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    comma = "، " if language == "fa" else ", "
    said = (month_day(run[0], language) + (f" – {month_day(run[-1], language)}" if len(run) > 1 else "") for run in runs)
    return f"{why}: {comma.join(said)}"
