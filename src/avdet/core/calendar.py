"""A store's calendar: which days count, when a period ends, and how much of a period has passed.

Holidays are given, never looked up. "n days after E" ends with the n-th day after E's local date, at its last instant;
working days count the store's working days after E's local date; hours run by the clock; months keep the day of the
month, clamped to a shorter month's last day, in the store's own reckoning (Gregorian or Jalali).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Final, Literal
from zoneinfo import ZoneInfo

from avdet.core import jalali
from avdet.core.errors import CalendarError

Months = Literal["gregorian", "jalali"]
_LAST: Final = time(23, 59, 59, 999999)
_MICROSECONDS_PER_HOUR: Final = 3_600_000_000
_MICROSECOND: Final = timedelta(microseconds=1)
MAX_ENDS: Final = 10_000
MAX_COUNT: Final = {"hours": 100_000, "days": 10_000, "working_days": 5_000, "rolled_days": 10_000, "months": 600}


@dataclass(frozen=True)
class Calendar:
    """Working days of one store. `weekend` holds ISO weekdays (Monday 1 … Sunday 7); `holidays` date → name.

    `first` … `last` are the days for which holidays are known; counting working days outside them is an error,
    not a guess. `version` is kept with every decision that used the calendar.
    """

    name: str
    version: str
    zone: str
    weekend: frozenset[int]
    holidays: Mapping[date, str] = field(hash=False)  # of calendars that are else alike it is compared
    first: date
    last: date
    months: Months = "gregorian"

    def __post_init__(self) -> None:
        if len(self.weekend) > 6:
            raise CalendarError("a week without a working day", where=self.name, cure="leave at least one day out of weekend")

    @cached_property
    def mark(self) -> str:
        """Name and version: what a decision keeps of the calendar it used."""
        return f"{self.name} {self.version}"

    @cached_property
    def tz(self) -> tzinfo:
        """The store's time zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def _working(self) -> list[int]:
        """The ordinals of all working days that are known, in order."""
        open_days = {(weekday - 1) % 7 for weekday in range(1, 8) if weekday not in self.weekend}
        closed = {day.toordinal() for day in self.holidays}
        days = range(self.first.toordinal(), self.last.toordinal() + 1)
        return [day for day in days if (day - 1) % 7 in open_days and day not in closed]

    # ---- days ----

    def local(self, instant: datetime) -> date:
        """The store's date at an instant."""
        return instant.astimezone(self.tz).date()

    def is_working(self, day: date) -> bool:
        """Whether the store works on that date."""
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def why_closed(self, day: date) -> str:
        """The holiday's name, `weekend`, or nothing on a working day."""
        return self.holidays.get(day) or ("weekend" if day.isoweekday() in self.weekend else "")

    def _known(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarError(f"no holidays are known for {day}", where=f"calendar {self.name} {self.version}",
                                cure=f"it covers {self.first} to {self.last}; add the year to the calendar")  # fmt: skip

    def working_days_until(self, day: date) -> int:
        """Working days from the first known day up to and including `day`: differences of it count working days."""
        self._known(day)
        return bisect_right(self._working, day.toordinal())

    def next_working(self, day: date) -> date:
        """`day` itself if the store works then, or the first working day after it."""
        return day if self.is_working(day) else self._working_day(self.working_days_until(day) + 1)

    def _working_day(self, number: int) -> date:
        if number > len(self._working):
            self._known(self.last + timedelta(days=1))
        return date.fromordinal(self._working[number - 1])

    # ---- the end of a period ----

    def last_day(self, start: date, unit: str, count: int) -> date:
        """The last local date of a period of whole days or months that runs from an event on `start`."""
        if unit == "days":
            return start + timedelta(days=count)
        if unit == "rolled_days":
            return self.next_working(start + timedelta(days=count))
        if unit == "months":
            return self._months_after(start, count)
        if count == 0:
            return self.next_working(start)
        return self._working_day(self.working_days_until(start) + count)

    def end(self, start: datetime, unit: str, count: int) -> datetime:
        """The last instant that is still in time, with the store's offset."""
        try:
            if unit == "hours":
                return (start + timedelta(hours=count)).astimezone(self.tz)
            return self._last_instant(self.local(start), unit, count)
        except OverflowError:
            raise CalendarError(f"{count} {unit} after {start} lies beyond the calendar", cure="shorten the period") from None

    def _last_instant(self, start: date, unit: str, count: int) -> datetime:
        """The end of a period of whole days; a shop's deadlines run from few days, so each is worked out once."""
        key = (start, unit, count)
        if key not in self._ends:
            if len(self._ends) >= MAX_ENDS:
                self._ends.clear()
            self._ends[key] = datetime.combine(self.last_day(start, unit, count), _LAST, tzinfo=self.tz)
        return self._ends[key]

    @cached_property
    def _ends(self) -> dict[tuple[date, str, int], datetime]:
        return {}

    def _months_after(self, start: date, count: int) -> date:
        if self.months == "jalali":
            year, month, day = jalali.from_gregorian(start)
            years, month = divmod(month - 1 + count, 12)
            year, month = year + years, month + 1
            return jalali.to_gregorian(year, month, min(day, jalali.month_length(year, month)))
        years, month = divmod(start.month - 1 + count, 12)
        year, month = start.year + years, month + 1
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, min(start.day, (following - timedelta(days=1)).day))

    # ---- how much has passed ----

    def elapsed(self, start: datetime, until: datetime, unit: str) -> int:
        """The smallest n for which `until` is still within n units after `start`; 0 at or before it.

        So `end(start, unit, n) >= until` exactly when `elapsed(start, until, unit) <= n`.
        """
        if until <= start:
            return 0
        if unit == "hours":
            return -(-((until - start) // _MICROSECOND) // _MICROSECONDS_PER_HOUR)
        return self.elapsed_days(self.local(start), self.local(until), unit)

    def elapsed_days(self, first: date, last: date, unit: str) -> int:
        """The same between two local dates, `last` not before `first`, for every unit but hours."""
        if unit == "days":
            return (last - first).days
        if unit == "working_days":
            return self._working_elapsed(first, last)
        return self._search(first, last, unit)

    def _working_elapsed(self, first: date, last: date) -> int:
        """One more than the working days that lie between; none if the next one after a closed day is not over."""
        self._known(first)
        self._known(last)
        start, days = first.toordinal(), self._working
        before = bisect_right(days, start)
        between = bisect_left(days, last.toordinal()) - before
        return between + 1 if between or days[before - 1] == start else 0

    def _search(self, first: date, last: date, unit: str) -> int:
        """Smallest count whose last day reaches `last`; the end of a period never moves back as the count grows."""
        days = (last - first).days
        low, high = (max(0, days - 60), days) if unit == "rolled_days" else (days // 32, days // 28 + 1)
        while low < high:
            middle = (low + high) // 2
            if self.last_day(first, unit, middle) >= last:
                high = middle
            else:
                low = middle + 1
        return low


def amended(calendar: Calendar, *, version: str, add: Mapping[date, str], remove: Iterable[date]) -> Calendar:
    """A new version of a calendar with holidays added and taken away."""
    gone = set(remove)
    holidays = {day: name for day, name in calendar.holidays.items() if day not in gone} | dict(add)
    return Calendar(calendar.name, version, calendar.zone, calendar.weekend, holidays,
                    calendar.first, calendar.last, calendar.months)  # fmt: skip
