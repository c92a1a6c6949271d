"""Elapsed time by the column: what `Calendar.elapsed` says of two instants, for whole columns of them.

Instants are int64 microseconds since 1970 in UTC; whatever lies outside the years that a calendar's holidays cover is put to
the calendar itself, one by one, so that the answer (or the refusal to guess) is the same.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from avdet.core import jalali
from avdet.core.calendar import Calendar
from avdet.core.errors import CalendarError

Instants = NDArray[np.int64]
Days = NDArray[np.int64]
"""Local dates as proleptic ordinals, as `date.toordinal` counts them."""

SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST: Final = (date(1900, 1, 1).toordinal() - EPOCH) * DAY
LAST: Final = (date(2200, 1, 1).toordinal() - EPOCH) * DAY - 1
"""Instants outside 1900 … 2199 are no order's."""
UNCOUNTED: Final = -2
"""Where the calendar cannot count, because it knows no holidays there."""
_STEP: Final = 6 * HOUR
_EPOCH_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(microseconds: int) -> datetime:
    """The instant as a date and time in UTC."""
    return _EPOCH_INSTANT + timedelta(microseconds=microseconds)


class ColumnCalendar:
    """A calendar made ready for columns: tables of what it says of every day that it covers."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.low, self.high = calendar.first.toordinal(), calendar.last.toordinal()
        self._changes: dict[int, list[tuple[int, int]]] = {}
        self._reckoned: tuple[int, Days] = (0, np.zeros((3, 0), dtype=np.int64))

    # ---- local time ----

    def local(self, instants: Instants) -> Instants:
        """Local wall time as microseconds, each instant with the offset in force there."""
        if not len(instants):
            return instants
        starts, offsets = self._offsets(int(instants.min()), int(instants.max()))
        if len(starts) == 1:
            return instants + int(offsets[0])
        return instants + offsets[np.searchsorted(starts, instants, side="right") - 1]

    def days(self, instants: Instants) -> Days:
        """The store's date at each instant."""
        return self.local(instants) // DAY + EPOCH

    def minutes(self, instants: Instants) -> NDArray[np.int64]:
        """The minute of the store's day at each instant."""
        return self.local(instants) % DAY // (60 * SECOND)

    def working(self, days: Days) -> NDArray[np.bool_]:
        """Whether the store works on each day."""
        inside = (days >= self.low) & (days <= self.high)
        found = self._work[np.where(inside, days - self.low, 0)]
        for row in np.flatnonzero(~inside).tolist():
            found[row] = self.calendar.is_working(date.fromordinal(int(days[row])))
        return found

    def _offsets(self, low: int, high: int) -> tuple[Instants, Instants]:
        """(instant from which an offset holds, that offset) over a span, the first at or before its beginning."""
        first, last = instant(low).year, instant(high).year
        changes = [(low, self._offset(low))]
        for year in range(first, last + 1):
            changes += [change for change in self._year(year) if change[0] > low]
        return np.array([at for at, _ in changes]), np.array([offset for _, offset in changes])

    def _offset(self, at: int) -> int:
        offset = instant(at).astimezone(self.calendar.tz).utcoffset()
        assert offset is not None
        return offset // timedelta(microseconds=1)

    def _year(self, year: int) -> list[tuple[int, int]]:
        """The changes of offset in one year (UTC), found by looking every six hours and then closing in to the second."""
        if year not in self._changes:
            start = (date(year, 1, 1).toordinal() - EPOCH) * DAY
            end = (date(year + 1, 1, 1).toordinal() - EPOCH) * DAY
            offsets = {at: self._offset(at) for at in range(start, end + 1, _STEP)}
            self._changes[year] = [self._change(at) for at in range(start, end, _STEP) if offsets[at] != offsets[at + _STEP]]
        return self._changes[year]

    def _change(self, low: int) -> tuple[int, int]:
        high, before = low + _STEP, self._offset(low)
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        return high, self._offset(high)

    # ---- tables of days ----

    @cached_property
    def _work(self) -> NDArray[np.bool_]:
        days = range(self.low, self.high + 1)
        return np.array([self.calendar.is_working(date.fromordinal(day)) for day in days], dtype=bool)

    @cached_property
    def _worked(self) -> Days:
        """Working days up to and including each day."""
        return np.cumsum(self._work, dtype=np.int64)

    @cached_property
    def _next(self) -> Days:
        """Each day, or the first working day after it; beyond the calendar where there is none in it."""
        numbers = np.where(self._work, np.arange(self.low, self.high + 1), self.high + 1)
        return np.minimum.accumulate(numbers[::-1])[::-1]

    @cached_property
    def _before(self) -> Days:
        """The last working day before each day; before the calendar where there is none in it."""
        numbers = np.where(self._work, np.arange(self.low, self.high + 1), self.low - 1)
        return np.concatenate([[self.low - 1], np.maximum.accumulate(numbers)[:-1]])

    # ---- how much has passed ----

    def elapsed(self, start: Instants, until: Instants, unit: str) -> NDArray[np.int64]:
        """`Calendar.elapsed` of each pair; `UNCOUNTED` where the calendar refuses."""
        later = until > start
        if unit == "hours":
            return np.where(later, -(-(until - start) // HOUR), 0)
        first, last = self.days(start), self.days(until)
        if unit == "days":
            return np.where(later, last - first, 0)
        inside = (first >= self.low) & (last <= self.high) & (self._next_of(last) <= self.high)
        inside |= unit == "months"
        found = np.zeros(len(start), dtype=np.int64)
        rows = np.flatnonzero(later & inside)
        found[rows] = self._counted(first[rows], last[rows], unit)
        self._put_to_calendar(found, np.flatnonzero(later & ~inside), start, until, unit)
        return found

    def _next_of(self, days: Days) -> Days:
        return self._next[np.clip(days, self.low, self.high) - self.low]

    def _counted(self, first: Days, last: Days, unit: str) -> NDArray[np.int64]:
        if unit == "months":
            return self._months(first, last)
        if unit == "working_days":
            worked = self._worked[last - 1 - self.low] - self._worked[first - self.low] + 1
            return np.where(last <= self._next_of(first), 0, worked)
        rolled: Days = np.clip(self._before[last - self.low] + 1 - first, 0, last - first)
        return rolled

    def _months(self, first: Days, last: Days) -> NDArray[np.int64]:
        """Whole months by the calendar's reckoning, a shorter month's last day standing for the days it lacks."""
        if not len(first):
            return first
        low, (months, days, lengths) = self._reckoning(int(first.min()), int(last.max()))
        at, to = first - low, last - low
        whole: Days = months[to] - months[at] + (np.minimum(days[at], lengths[to]) < days[to])
        return whole

    def _reckoning(self, low: int, high: int) -> tuple[int, Days]:
        """(months since year 0, day of the month, length of the month) of the days from the one returned to beyond `high`."""
        known, table = self._reckoned
        if not known <= low <= high < known + table.shape[1]:
            low, high = low - 400, high + 400
            split = [self._split(date.fromordinal(day)) for day in range(low, high + 1)]
            self._reckoned = low, np.array(split, dtype=np.int64).T
        return self._reckoned

    def _split(self, day: date) -> tuple[int, int, int]:
        if self.calendar.months == "jalali":
            year, month, number = jalali.from_gregorian(day)
            return year * 12 + month, number, jalali.month_length(year, month)
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day.year * 12 + day.month, day.day, (following - timedelta(days=1)).day

    def _put_to_calendar(self, found: NDArray[np.int64], rows: Any, start: Instants, until: Instants, unit: str) -> None:
        """Days beyond the known holidays, one pair of dates at a time."""
        answers: dict[tuple[int, int], int] = {}
        for row in rows.tolist():
            pair = int(start[row]), int(until[row])
            if pair not in answers:
                answers[pair] = self._refused_or(pair, unit)
            found[row] = answers[pair]

    def _refused_or(self, pair: tuple[int, int], unit: str) -> int:
        try:
            return self.calendar.elapsed(instant(pair[0]), instant(pair[1]), unit)
        except CalendarError:
            return UNCOUNTED
