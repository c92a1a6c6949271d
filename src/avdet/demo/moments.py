"""When the events of a story were: counted back from the last one, over the store's own working days and hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from avdet.core.calendar import Calendar
from avdet.demo.recipes import Ago, Beat

AT_WORK: Final = frozenset({"approved", "preparing", "invoiced", "handed_over", "returned", "refunded"})
"""Events that happen while the store works; a cancellation does too where the store is the one to cancel."""
_OPENS, _CLOSES, _LATE = time(9), time(18), time(16, 45)
_SPREAD_MINUTES: Final = 19


def is_at_work(beat: Beat) -> bool:
    """Whether the event needs the store to be open."""
    return beat.event in AT_WORK or (beat.event == "cancelled" and beat.by == "store")


def moments(beats: Sequence[Beat], ended: Ago, *, now: datetime, calendar: Calendar, chance: Random) -> list[datetime]:
    """The instant of each event, in the store's zone, rising; the last is `ended`, or the last working time before it."""
    found = [_last(beats[-1], ended, now.astimezone(calendar.tz), calendar)]
    for beat, following in zip(reversed(beats[:-1]), reversed(beats[1:]), strict=True):
        found.insert(0, _before(found[0], beat, following, calendar, chance))
    return found


def _last(beat: Beat, ended: Ago, now: datetime, calendar: Calendar) -> datetime:
    if ended.hours is not None:
        at = now - timedelta(hours=ended.hours)
    else:
        at = _on(now.date() - timedelta(days=ended.days or 0), time.fromisoformat(ended.at), calendar)
    return _in_working_hours(at, calendar) if is_at_work(beat) else at


def _before(later: datetime, beat: Beat, following: Beat, calendar: Calendar, chance: Random) -> datetime:
    gap = following.after
    if gap.minutes is not None:
        return later - timedelta(minutes=gap.minutes, seconds=chance.randrange(50))
    day = later.date()
    if gap.working_days is not None:
        for _ in range(gap.working_days):
            day = _working_before(day, calendar)
    else:
        day -= timedelta(days=gap.days or 0)
    if is_at_work(beat) and not calendar.is_working(day):
        day = _working_before(day, calendar)
    at = time.fromisoformat(beat.at) if beat.at else later.timetz().replace(tzinfo=None)
    return _on(day, at, calendar) + timedelta(minutes=chance.randrange(_SPREAD_MINUTES), seconds=chance.randrange(60))


def _in_working_hours(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself while the store works, else late on its last working day before."""
    if calendar.is_working(at.date()) and _OPENS <= at.time() <= _CLOSES:
        return at
    day = at.date() if calendar.is_working(at.date()) and at.time() > _CLOSES else _working_before(at.date(), calendar)
    return _on(day, _LATE, calendar)


def _working_before(day: date, calendar: Calendar) -> date:
    day -= timedelta(days=1)
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _on(day: date, at: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, at, tzinfo=calendar.tz)
