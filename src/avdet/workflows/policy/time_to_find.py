"""How long a store's experts take on average, from a parcel's arrival to their finding, and what its terms say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.records.inspections.queries import found_lately
from avdet.records.stores.models import Store
from avdet.records.stores.terms import Terms, calendar_in_force, terms_in_force

POINTS: Final = ("claim", "inspection")
_LONGEST = timedelta(days=120)
_HOURS: Final = {"working_days": 24, "hours": 1}


@dataclass(frozen=True, slots=True)
class TimeToFind:
    """In whole working hours, of which a working day has 24: what the experts took, and the average that the terms name.

    Each is `None` where there is none. `clauses` are those that name it.
    """

    average: int | None
    said: int | None
    clauses: tuple[str, ...]


def working_hours(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Hours between two moments that fall on working days, each of which has 24: *48 working hours* are two whole ones.

    At most 120 days after the start are looked at.
    """
    last, hours, at = min(end, start + _LONGEST), 0.0, start.astimezone(calendar.tz)
    while at < last:
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), calendar.tz)
        until = min(midnight, last.astimezone(calendar.tz))
        hours += (until - at).total_seconds() / 3600 if calendar.is_working(at.date()) else 0.0
        at = midnight
    return hours


def time_to_find(store: Store, now: datetime) -> TimeToFind:
    """Of what was examined last, by the terms in force. Three statements at most."""
    terms = terms_in_force(store, now)
    said = _said(terms) if terms else {}
    calendar = terms.calendar if terms else calendar_in_force(store, now)
    return TimeToFind(_average(store, calendar), max(said.values(), default=None), tuple(said))


def _average(store: Store, calendar: Calendar) -> int | None:
    rows = found_lately(store)
    if not rows:
        return None
    try:
        hours = [working_hours(calendar, arrived, found) for arrived, found in rows]
    except AvdetError:  # older than the calendar reaches
        return None
    return round(sum(hours) / len(hours))


def _said(terms: Terms) -> dict[str, int]:
    """Clause → the average that it names, in working hours."""
    return {
        branch.clause.id: period.count * _HOURS[period.unit]
        for point in POINTS
        for branch in terms.edition.branches(point)
        for name, period in branch.then.deadlines
        if name == "average_decision_by" and period.unit in _HOURS and isinstance(period.count, int)
    }
