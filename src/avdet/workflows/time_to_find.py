"""How long a store's experts take on average, from a parcel's arrival to their finding."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.records.inspections.queries import found_lately
from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force

_LONGEST = timedelta(days=120)


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


def average_hours(store: Store, now: datetime) -> int | None:
    """The average of what was examined last, in whole working hours; `None` where nothing was. Two statements at most."""
    rows = found_lately(store)
    if not rows:
        return None
    calendar = calendar_in_force(store, now)
    try:
        hours = [working_hours(calendar, arrived, found) for arrived, found in rows]
    except AvdetError:  # older than the calendar reaches
        return None
    return round(sum(hours) / len(hours))
