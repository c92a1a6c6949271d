"""Gregorian ↔ Jalali (Solar Hijri) dates, by the break-year table of Borkowski as used by jalaali-js."""

from __future__ import annotations

from datetime import date
from typing import Final

_BREAKS: Final = (
    -61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394, 2456, 3178,
)  # fmt: skip


def _new_year(year: int) -> tuple[int, int]:
    """(years since the last leap year, day of March on which Jalali `year` begins)."""
    if not _BREAKS[0] <= year < _BREAKS[-1]:
        raise ValueError(f"Jalali year {year} is out of range")
    gregorian, leaps, start, jump = year + 621, -14, _BREAKS[0], 0
    for end in _BREAKS[1:]:
        jump = end - start
        if year < end:
            break
        leaps += jump // 33 * 8 + jump % 33 // 4
        start = end
    n = year - start
    leaps += n // 33 * 8 + (n % 33 + 3) // 4
    if jump % 33 == 4 and jump - n == 4:
        leaps += 1
    march = 20 + leaps - (gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150)
    if jump - n < 6:
        n = n - jump + (jump + 4) // 33 * 33
    leap = ((n + 1) % 33 - 1) % 4
    return leap, march


def is_leap(year: int) -> bool:
    """Whether Jalali `year` has 366 days.

    >>> is_leap(1403), is_leap(1404)
    (True, False)
    """
    return _new_year(year)[0] == 0


def month_length(year: int, month: int) -> int:
    """Days in a Jalali month: 31, 30 or 29."""
    if month <= 6:
        return 31
    return 30 if month <= 11 or is_leap(year) else 29


def to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali one; `ValueError` if there is no such day.

    >>> to_gregorian(1405, 1, 1)
    datetime.date(2026, 3, 21)
    """
    if not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        raise ValueError(f"there is no Jalali day {year}-{month}-{day}")
    start = date(year + 621, 3, _new_year(year)[1]).toordinal()
    return date.fromordinal(start + (month - 1) * 31 - month // 7 * (month - 7) + day - 1)


def from_gregorian(day: date) -> tuple[int, int, int]:
    """(year, month, day) of a Gregorian date in the Jalali calendar.

    >>> from_gregorian(date(2026, 3, 20))
    (1404, 12, 29)
    """
    year = day.year - 621
    passed = day.toordinal() - date(day.year, 3, _new_year(year)[1]).toordinal()
    if passed < 0:
        year -= 1
        passed = day.toordinal() - date(year + 621, 3, _new_year(year)[1]).toordinal()
    if passed < 186:
        return year, passed // 31 + 1, passed % 31 + 1
    return year, (passed - 186) // 30 + 7, (passed - 186) % 30 + 1
