"""Dates and periods in words: weekdays and months, Jalali dates in Persian, Gregorian ones in Turkish and English."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from avdet.core import jalali
from avdet.words.digits import digits, number

WEEKDAYS: Final = {
    "tr": ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
"""Language → weekday names from Monday, as `date.weekday()` counts."""

SHORT_WEEKDAYS: Final = {
    "tr": ("Pt", "Sa", "Ça", "Pe", "Cu", "Ct", "Pz"),
    "fa": ("د", "س", "چ", "پ", "ج", "ش", "ی"),
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}

_GREGORIAN: Final = {
    "tr": ("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
           "Aralık"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}  # fmt: skip
_JALALI: Final = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")

_UNITS: Final = {
    "hours": {"tr": ("saat", "saat"), "fa": ("ساعت", "ساعت"), "en": ("hour", "hours")},
    "days": {"tr": ("gün", "gün"), "fa": ("روز", "روز"), "en": ("day", "days")},
    "working_days": {"tr": ("iş günü", "iş günü"), "fa": ("روز کاری", "روز کاری"),
                     "en": ("working day", "working days")},
    "rolled_days": {"tr": ("gün", "gün"), "fa": ("روز", "روز"), "en": ("day", "days")},
    "months": {"tr": ("ay", "ay"), "fa": ("ماه", "ماه"), "en": ("month", "months")},
}  # fmt: skip


def parts(day: date, language: str) -> tuple[int, str, int]:
    """(year, name of the month, day of the month) in the reader's calendar.

    >>> parts(date(2026, 3, 21), "fa"), parts(date(2026, 3, 21), "tr")
    ((1405, 'فروردین', 1), (2026, 'Mart', 21))
    """
    if language == "fa":
        year, month, number_ = jalali.from_gregorian(day)
        return year, _JALALI[month - 1], number_
    return day.year, _GREGORIAN[language][day.month - 1], day.day


def weekday(day: date, language: str) -> str:
    """The weekday's name.

    >>> weekday(date(2026, 4, 5), "tr")
    'Pazar'
    """
    return WEEKDAYS[language][day.weekday()]


def plain_day(day: date, language: str) -> str:
    """A date in words, without its weekday.

    >>> plain_day(date(2026, 4, 5), "en"), plain_day(date(2026, 4, 5), "fa")
    ('5 April 2026', '۱۶ فروردین ۱۴۰۵')
    """
    year, month, number_ = parts(day, language)
    return digits(f"{number_} {month} {year}", language)


def day(day: date, language: str) -> str:
    """A date in words, with its weekday where the language puts it; Jalali in Persian.

    >>> day(date(2026, 4, 5), "tr"), day(date(2026, 4, 5), "en")
    ('5 Nisan 2026 Pazar', 'Sunday 5 April 2026')
    """
    name, rest = weekday(day, language), plain_day(day, language)
    return f"{rest} {name}" if language == "tr" else f"{name} {rest}"


def month_day(day: date, language: str) -> str:
    """Day and month only.

    >>> month_day(date(2026, 4, 5), "fa")
    '۱۶ فروردین'
    """
    _, month, number_ = parts(day, language)
    return digits(f"{number_} {month}", language)


def clock(moment: datetime, zone: str, language: str) -> str:
    """Hours and minutes of an instant on the clock of a time zone; a last instant of a day shows as 23:59."""
    local = moment.astimezone(ZoneInfo(zone))
    return digits(f"{local:%H:%M}", language)


_TO: Final = {1: "e", 2: "ye", 3: "e", 4: "e", 5: "e", 6: "ya", 7: "ye", 8: "e", 9: "a", 10: "a", 20: "ye", 30: "a",
              40: "a", 50: "ye"}  # fmt: skip


def until_clock(clock_: str, language: str) -> str:
    """A time of day as the end of something; Turkish bends it by how its last number sounds.

    >>> until_clock("14:10", "tr"), until_clock("09:00", "tr"), until_clock("۱۴:۱۰", "fa")
    ("14:10'a", "09:00'a", '۱۴:۱۰')
    """
    if language != "tr":
        return clock_
    hours, minutes = (int(part) for part in clock_.split(":"))
    last = minutes or hours
    return f"{clock_}'{_TO.get(last % 10 or last, 'a')}"


def instant(moment: datetime, zone: str, language: str) -> str:
    """A date and time in words, on the clock of a time zone. `moment` carries an offset.

    >>> from datetime import timezone
    >>> instant(datetime(2026, 4, 5, 20, 59, tzinfo=timezone.utc), "Europe/Istanbul", "tr")
    '5 Nisan 2026 Pazar, saat 23:59'
    """
    local = moment.astimezone(ZoneInfo(zone))
    before = {"tr": ", saat ", "fa": "، ساعت ", "en": ", "}[language]
    return day(local.date(), language) + before + clock(moment, zone, language)


def span(count: int, unit: str, language: str) -> str:
    """A length of time: `unit` is one of `vocabulary.UNITS`.

    >>> span(7, "working_days", "tr"), span(1, "months", "en"), span(24, "hours", "fa")
    ('7 iş günü', '1 month', '۲۴ ساعت')
    """
    return f"{number(count, language)} {_UNITS[unit][language][count != 1]}"
