"""Dates as people type them: in their own calendar, with their own digits, in the order they are used to."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from avdet.core import jalali
from avdet.words.digits import digits

_PARTS: Final = re.compile(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})\s*")
_JALALI_BEFORE: Final = 1700
"""A year below this is counted by the Solar Hijri calendar: 1405 is this century, and no shop opened in 1405 A.D."""


def read_day(text: str) -> date | None:
    """The day that somebody typed, year first or last; `None` for what is no day.

    >>> read_day("۱۴۰۵/۹/۱"), read_day("22.11.2026"), read_day("2026-11-22")
    (datetime.date(2026, 11, 22), datetime.date(2026, 11, 22), datetime.date(2026, 11, 22))
    """
    match = _PARTS.fullmatch(digits(text[:40], "en").replace("\u200f", "").replace("\u200e", ""))
    if match is None:
        return None
    first, month, last = (int(part) for part in match.groups())
    year, day = (first, last) if first > last else (last, first)
    try:
        return jalali.to_gregorian(year, month, day) if year < _JALALI_BEFORE else date(year, month, day)
    except ValueError:
        return None


def typed_day(day: date, language: str) -> str:
    """A day as a reader would type it, for a box that is filled in already.

    >>> typed_day(date(2026, 11, 22), "fa"), typed_day(date(2026, 11, 22), "tr"), typed_day(date(2026, 11, 22), "en")
    ('۱۴۰۵/۰۹/۰۱', '22.11.2026', '2026-11-22')
    """
    if language == "fa":
        year, month, number = jalali.from_gregorian(day)
        return digits(f"{year}/{month:02}/{number:02}", "fa")
    return f"{day:%d.%m.%Y}" if language == "tr" else day.isoformat()
