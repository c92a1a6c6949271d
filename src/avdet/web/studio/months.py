"""A month of the store's calendar, laid out as the reader's own has it: Solar Hijri in Persian, Gregorian otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from avdet.core import jalali
from avdet.core.calendar import Calendar
from avdet.words.dates import SHORT_WEEKDAYS, WEEKDAYS, parts
from avdet.words.digits import digits
from avdet.words.holidays import holiday

_FIRST: Final = {"fa": 5, "tr": 0, "en": 0}
"""The weekday a week begins with, as `date.weekday()` counts."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `why` is the reader's name of what closes it; `own` is `closed` or `open` where the store decided so itself."""

    day: date
    number: str
    why: str
    own: str
    known: bool


@dataclass(frozen=True, slots=True)
class Month:
    """`key` names it in addresses: `2026-11`, or `1405-08` in Persian. A week has seven entries, `None` outside the month."""

    key: str
    title: str
    head: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Day | None, ...], ...]
    before: str
    after: str


def month_of(key: str, today: date, language: str) -> tuple[int, int]:
    """(year, month) in the reader's calendar; today's where the key names none."""
    year, _, month = key.partition("-")
    if year.isdecimal() and month.isdecimal() and len(key) <= 7 and 1 <= int(month) <= 12:
        sound = 1300 <= int(year) <= 1500 if language == "fa" else 1900 <= int(year) <= 2100
        if sound:
            return int(year), int(month)
    if language == "fa":
        return jalali.from_gregorian(today)[:2]
    return today.year, today.month


def drawn_month(year: int, month: int, calendar: Calendar, own: dict[date, str], language: str) -> Month:
    """A month in weeks. `own`: the days on which the store decided for itself."""
    first, last = _ends(year, month, language)
    begin = first - timedelta(days=(first.weekday() - _FIRST[language]) % 7)
    weeks = []
    while begin <= last:
        days = [begin + timedelta(days=ahead) for ahead in range(7)]
        weeks.append(tuple(_day(day, calendar, own, language) if first <= day <= last else None for day in days))
        begin += timedelta(days=7)
    order = [(_FIRST[language] + ahead) % 7 for ahead in range(7)]
    head = tuple((SHORT_WEEKDAYS[language][weekday], WEEKDAYS[language][weekday]) for weekday in order)
    named, name, _ = parts(first, language)
    before, after = _key(year, month - 1), _key(year, month + 1)
    return Month(_key(year, month), f"{name} {digits(str(named), language)}", head, tuple(weeks), before, after)


def _ends(year: int, month: int, language: str) -> tuple[date, date]:
    if language == "fa":
        return jalali.to_gregorian(year, month, 1), jalali.to_gregorian(year, month, jalali.month_length(year, month))
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _key(year: int, month: int) -> str:
    """
    >>> _key(2026, 13), _key(2026, 0)
    ('2027-01', '2025-12')
    """
    years, month = divmod(month - 1, 12)
    return f"{year + years}-{month + 1:02}"


def _day(day: date, calendar: Calendar, own: dict[date, str], language: str) -> Day:
    why = calendar.why_closed(day)
    known = calendar.first <= day <= calendar.last
    return Day(
        day, digits(str(parts(day, language)[2]), language), holiday(why, language) if why else "", own.get(day, ""), known
    )
