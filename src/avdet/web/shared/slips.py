"""The decision slip and its calendar strips as a page draws them: lines gathered under their labels, days laid out in weeks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from avdet.words.dates import SHORT_WEEKDAYS, WEEKDAYS, month_day, parts
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.words.slip import Line, Slip
from avdet.words.strip import Cell, Strip

FIRST_DAY: Final = {"fa": 5, "tr": 0, "en": 0}
"""The weekday that a week begins with on the reader's calendar, as `date.weekday()` counts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A clause at the edge of a line; `target` is the id of the panel that holds its text, empty where none is known."""

    clause: str
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One value and its marks."""

    value: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A label and the values that stand under it."""

    label: str
    lines: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class DrawnSlip:
    """A slip ready to be drawn; `clauses` are the panels its marks open."""

    language: str
    result: str
    sentence: str
    about: tuple[str, ...]
    groups: tuple[Group, ...]
    strips: tuple[Strip, ...]
    foot: tuple[str, ...]
    staff: tuple[Drawn, ...]
    clauses: tuple[Mark, ...]
    trace: tuple[tuple[str, str], ...]


def drawn_slip(slip: Slip, texts: Mapping[str, str], trace: Iterable[tuple[str, str]], name: str) -> DrawnSlip:
    """Lay a slip out. `texts`: clause → its text in the reader's language; `name` begins the ids of its panels."""
    marks = {clause: Mark(clause, f"{name}-{_id(clause)}", text) for clause, text in texts.items() if text}
    groups = tuple(_groups(slip.lines, marks))
    used = dict.fromkeys(mark for group in groups for line in group.lines for mark in line.marks if mark.target)
    return DrawnSlip(
        language=slip.language, result=slip.result, sentence=slip.sentence, about=slip.about, groups=groups,
        strips=slip.strips, foot=slip.foot, staff=tuple(_drawn(line, {}) for line in slip.staff), clauses=tuple(used),
        trace=tuple(dict.fromkeys(trace)),
    )  # fmt: skip


def _groups(lines: Sequence[Line], marks: Mapping[str, Mark]) -> Iterator[Group]:
    label, held = "", list[Drawn]()
    for line in lines:
        if line.label and held:
            yield Group(label, tuple(held))
            held = []
        label = line.label or label
        held.append(_drawn(line, marks))
    if held:
        yield Group(label, tuple(held))


def _drawn(line: Line, marks: Mapping[str, Mark]) -> Drawn:
    return Drawn(line.value, tuple(marks.get(clause) or Mark(clause) for clause in line.clauses))


def _id(clause: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", clause)


# ---- the calendar strip ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """One square. `kind` is out, start, counted, closed or last; `month` is said where it begins; `says` is read aloud."""

    kind: str = "out"
    number: str = ""
    count: str = ""
    month: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class DrawnStrip:
    """A strip in weeks; `closings` say which days did not count, and why."""

    label: str
    span: str
    head: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Day, ...], ...]
    closings: tuple[str, ...]


def drawn_strip(strip: Strip, language: str) -> DrawnStrip:
    """Lay a strip out in the weeks of the reader's calendar, from the event's day to the last that counts."""
    first = FIRST_DAY[language]
    begin = strip.start - timedelta(days=(strip.start.weekday() - first) % 7)
    end = strip.cells[-1].day
    squares = {strip.start: _start(strip.start, language)} | {cell.day: _square(cell, end, language) for cell in strip.cells}
    weeks = range((end - begin).days // 7 + 1)
    order = [(first + n) % 7 for n in range(7)]
    return DrawnStrip(
        label=" · ".join(strip.labels), span=f"{month_day(strip.start, language)} – {month_day(end, language)}",
        head=tuple((SHORT_WEEKDAYS[language][n], WEEKDAYS[language][n]) for n in order),
        weeks=tuple(tuple(squares.get(begin + timedelta(days=7 * week + n), Day()) for n in range(7)) for week in weeks),
        closings=tuple(_closing(why, days, language) for why, days in strip.closings.items()),
    )  # fmt: skip


def _start(day: date, language: str) -> Day:
    return Day("start", _number(day, language), "", _month(day, language), phrase(language, "shared.slip.start"))


def _square(cell: Cell, end: date, language: str) -> Day:
    month = _month(cell.day, language) if parts(cell.day, language)[2] == 1 else ""
    if not cell.count:
        return Day("closed", _number(cell.day, language), "", month, phrase(language, "shared.slip.closed", why=cell.closed))
    count = digits(str(cell.count), language)
    if cell.day == end:
        return Day("last", _number(cell.day, language), count, month, phrase(language, "shared.slip.last"))
    return Day("counted", _number(cell.day, language), count, month)


def _number(day: date, language: str) -> str:
    return digits(str(parts(day, language)[2]), language)


def _month(day: date, language: str) -> str:
    """A month's name, as much of it as a square has room for; the span above has it whole."""
    name = parts(day, language)[1]
    return name if language == "fa" else name[:3]


def _closing(why: str, days: Sequence[date], language: str) -> str:
    """`Nowruz: 21 March – 24 March`: days that follow each other are said as one stretch."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    said = (month_day(run[0], language) + (f" – {month_day(run[-1], language)}" if len(run) > 1 else "") for run in runs)
    return f"{why}: " + ("، " if language == "fa" else ", ").join(said)
