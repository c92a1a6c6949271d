"""Time as the proofs see it: a few moments at which a claim is made, and the ages at which anything can change.

Events are *ages*: minutes before the moment a claim's periods are taken at. How much of a period has passed only grows
with the age, so each comparison on it is a comparison of the age with the greatest age that is still in time; and between
two such ages nothing changes. A short list of ages is therefore enough, and every claim built from it has real instants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from avdet.core.calendar import Calendar
from avdet.core.policy import Edition
from avdet.core.vocabulary import CLAIM_EVENTS

DAY: Final = 1_440
ORDINARY_AGES: Final = {
    "placed": 5 * DAY, "paid": 5 * DAY, "invoiced": 4 * DAY, "handed_to_carrier": 4 * DAY, "delivered": 2 * DAY,
    "refused": 2 * DAY, "first_attempt": 3 * DAY, "last_attempt": 2 * DAY,
}  # fmt: skip
"""Minutes before the claim, in a claim that nobody would look at twice."""
_RECENT: Final = date(2026, 1, 10)
"""Witnesses are dated after this where the policy's own dates allow: any fixed date would do, and a clock would not."""
_NOON: Final = time(12)
BEYOND: Final = 10**9


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A comparison somewhere with `length` units after an event, by somebody's calendar."""

    calendar: Calendar
    event: str
    unit: str
    length: int

    @property
    def key(self) -> tuple[int, bool, str, int]:
        """What two uses with the same cut have in common."""
        return (id(self.calendar), self.event in CLAIM_EVENTS, self.unit, self.length)


@dataclass(frozen=True, slots=True)
class Frame:
    """When a claim is made (`asked`) and when it is decided (`now`)."""

    asked: datetime
    now: datetime

    @property
    def delay(self) -> int:
        """Minutes from the claim to the decision."""
        return int((self.now - self.asked) / timedelta(minutes=1))

    def base(self, event: str) -> datetime:
        """The moment an event's elapsed time is taken at."""
        return self.asked if event in CLAIM_EVENTS else self.now

    def instant(self, event: str, age: int) -> datetime:
        """When an event of that age happened."""
        return self.base(event) - timedelta(minutes=age)


def _last(passed: Callable[[int], int], length: int, limit: int) -> int:
    """The greatest x up to `limit` for which no more than `length` units have passed."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if passed(middle) <= length:
            low = middle
        else:
            high = middle - 1
    return low


_DAYS: Final = {"hours": 1 / 24, "days": 1, "working_days": 1.7, "rolled_days": 1, "months": 31}


def reach(use: Use) -> int:
    """Days that surely cover the period, long holidays included."""
    return int(use.length * _DAYS[use.unit]) + 30


def horizon(calendar: Calendar, base: datetime) -> int:
    """The greatest age, in minutes, that lies within the years the calendar knows."""
    return max(0, (base.date() - calendar.first).days - 2) * DAY


def oldest(use: Use, base: datetime) -> int:
    """The greatest age, in minutes, at which an event is still within the period; `BEYOND` if the calendar ends before it."""

    def passed(age: int) -> int:
        return use.calendar.elapsed(base - timedelta(minutes=age), base, use.unit)

    limit = min(reach(use) * DAY, horizon(use.calendar, base))
    return BEYOND if passed(limit) <= use.length else _last(passed, use.length, limit)


def _longest_delay(use: Use, asked: datetime) -> int:
    limit = reach(use) * DAY
    return _last(lambda delay: use.calendar.elapsed(asked, asked + timedelta(minutes=delay), use.unit), use.length, limit)


# ---- the moments -----------------------------------------------------------------------------------------------------


def _runs(calendar: Calendar, start: date) -> list[tuple[int, date]]:
    """(length, first working day after it) of each run of closed days in the year after `start`."""
    found, length = [], 0
    for n in range(370):
        day = start + timedelta(days=n)
        if day > calendar.last:
            break
        if not calendar.is_working(day):
            length += 1
        elif length:
            found.append((length, day))
            length = 0
    return found


def after_longest_holiday(calendar: Calendar, start: date) -> date:
    """The first working day after the longest closing in the year after `start`."""
    runs = _runs(calendar, start)
    return max(runs, key=lambda run: (run[0], -run[1].toordinal()))[1] if runs else start


def ordinary_day(calendar: Calendar, start: date) -> date:
    """A working day in mid-week, with no holiday for as long around it as the year after `start` allows."""
    days = [start + timedelta(days=n) for n in range(180)]
    days = [day for day in days if day <= calendar.last and day.isoweekday() == 3 and calendar.is_working(day)] or [start]
    for margin in (14, 7, 3):
        for day in days:
            if not any(day + timedelta(days=n) in calendar.holidays for n in range(-margin, 6)):
                return day
    return days[0]


def _start(editions: Sequence[Edition], calendar: Calendar, lookback: int) -> date:
    """The first day on which an order as old as `lookback` days was still placed under these editions."""
    first = _in_force(editions, calendar) + timedelta(days=lookback + 1)
    latest = calendar.last - timedelta(days=2 * lookback + 400)
    return max(min(max(first, _RECENT), latest), calendar.first + timedelta(days=40))


def _in_force(editions: Sequence[Edition], calendar: Calendar) -> date:
    """The first day on which all of them are in force, within the years the calendar knows."""
    return max([calendar.first + timedelta(days=2), *(edition.in_force_from for edition in editions)])


def _successor(editions: Sequence[Edition]) -> date | None:
    """The day on which the first of them gives way to its next edition."""
    return min((later.in_force_from for edition in editions for later in edition.policy.editions
                if later.in_force_from > edition.in_force_from), default=None)  # fmt: skip


def _moments(editions: Sequence[Edition], calendar: Calendar, lookback: int) -> list[datetime]:
    """An ordinary day soon after the edition took force, one after a long holiday, one when its periods can have passed."""
    soon, settled = _start(editions, calendar, 30), _start(editions, calendar, lookback)
    days = [ordinary_day(calendar, soon), after_longest_holiday(calendar, soon)]
    if settled > days[0]:
        days.append(ordinary_day(calendar, settled))
    following = _successor(editions)
    if following is not None and following <= days[0]:
        days.insert(0, max(following - timedelta(days=1), _in_force(editions, calendar)))
    return [datetime.combine(day, _NOON, tzinfo=calendar.tz) for day in dict.fromkeys(days)]


@dataclass(frozen=True)
class Timeline:
    """The moments of claim and decision, and the ages worth telling apart, in minutes, the youngest first."""

    editions: Sequence[Edition]
    calendar: Calendar
    frames: tuple[Frame, ...]
    ages: tuple[int, ...]
    longest: int
    """The greatest age at which any period still runs: older claims differ in nothing that time can change."""

    def cut(self, use: Use) -> list[int]:
        """For each frame, the position of the greatest age still within a period; -1 if there is none."""
        return [self.below(oldest(use, frame.base(use.event))) for frame in self.frames]

    def below(self, age: int) -> int:
        """The position of the greatest listed age that is no more than `age`."""
        return sum(each <= age for each in self.ages) - 1

    @cached_property
    def placed_between(self) -> list[tuple[int, int]]:
        """For each frame, the positions between which an order's age must lie to have been placed under the editions."""
        ages = [_placed_ages(self.editions, self.calendar, frame) for frame in self.frames]
        return [(self.below(youngest - 1) + 1, self.below(oldest_age)) for youngest, oldest_age in ages]


def _placed_ages(editions: Sequence[Edition], calendar: Calendar, frame: Frame) -> tuple[int, int]:
    """The least and greatest age of an order that was placed while all the editions were in force."""
    first = datetime.combine(_in_force(editions, calendar), time(0), tzinfo=calendar.tz)
    following = _successor(editions)
    youngest = 0
    if following is not None:
        end = datetime.combine(following, time(0), tzinfo=calendar.tz)
        youngest = max(0, int((frame.asked - end) / timedelta(minutes=1)) + 1)
    return youngest, max(youngest, int((frame.asked - first) / timedelta(minutes=1)))


def timeline(editions: Sequence[Edition], calendar: Calendar, uses: Iterable[Use], *, minutes: Iterable[int] = (),
             closed: bool = False) -> Timeline:  # fmt: skip
    """Moments and ages for a decision point at which the given periods matter.

    `minutes`: times of day to decide at; `closed`: on a day off as well.
    """
    known = list({use.key: use for use in uses if use.length >= 0}.values())
    lookback = max((reach(use) for use in known), default=0) + 10
    moments = _moments(editions, calendar, lookback)
    frames = [Frame(asked, asked + timedelta(minutes=delay)) for asked in moments for delay in _delays(known, asked)]
    frames += [Frame(at, at) for at in _odd_hours(calendar, moments[0], minutes, closed)]
    limit = min(horizon(calendar, frame.asked) for frame in frames)
    cuts = {age for frame in frames for use in known if (age := oldest(use, frame.base(use.event))) < limit}
    ages = {0, *ORDINARY_AGES.values(), *(frame.delay for frame in frames), *cuts, *(age + 1 for age in cuts)}
    if editions:
        ages |= {age for frame in frames for age in _placed_ages(editions, calendar, frame)}
    listed = tuple(sorted(age for age in ages if age <= limit))
    return Timeline(tuple(editions), calendar, tuple(frames), listed, max(cuts, default=0))


def _delays(uses: list[Use], asked: datetime) -> list[int]:
    """Minutes from claim to decision: none, and enough for the periods that run after the claim to pass."""
    later = [use for use in uses if use.event not in CLAIM_EVENTS]
    if not later:
        return [0]
    ends = {_longest_delay(use, asked) for use in later if use.event == "reported"}
    longest = max(_longest_delay(use, asked) for use in later)
    return sorted({0, *ends, *(end + 1 for end in ends), longest + 2 * DAY})


def _odd_hours(calendar: Calendar, noon: datetime, minutes: Iterable[int], closed: bool) -> list[datetime]:
    days = [noon.date()]
    if closed:
        days += [day for n in range(1, 8) if not calendar.is_working(day := noon.date() + timedelta(days=n))][:1]
    times = [time(*divmod(minute, 60)) for minute in sorted(set(minutes))] or [_NOON]
    found = [datetime.combine(day, at, tzinfo=calendar.tz) for day in days for at in times]
    return [at for at in found if at != noon]
