"""A store changes which days it works: one change at a time, each looked at before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.policies.shelf import table_of
from avdet.ports.jobs import Payload, defer, job
from avdet.records.orders.due import redate
from avdet.records.shared.actors import Actor
from avdet.records.stores.calendars import Days, days_of, write_calendar
from avdet.records.stores.models import CalendarVersion, Store
from avdet.records.stores.queries import store_by_slug
from avdet.records.stores.terms import calendar_in_force
from avdet.workflows.policy.preview_calendar import due_by

REDATE: Final = "redate_orders"
LONGEST: Final = 62
"""Days that one change may close or open."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done: `close` or `open` the days from `first` to `last`, or set the `week`.

    `weekend` are ISO weekdays; `name` is why the days are closed.
    """

    kind: str
    first: date | None = None
    last: date | None = None
    name: str = ""
    weekend: tuple[int, ...] = ()
    half_days_closed: bool = False


def changed(store: Store, version: CalendarVersion | None, change: Change) -> Days:
    """What the store's calendar says once a change is made. `AvdetError` where it cannot be."""
    days = days_of(version, store.country)
    if change.kind == "week":
        return replace(days, weekend=tuple(sorted(set(change.weekend))), half_days_closed=change.half_days_closed)
    span = _span(change)
    if change.kind == "close":
        named = dict.fromkeys(span, change.name.strip())
        return replace(days, added=days.added | named, removed=tuple(day for day in days.removed if day not in named))
    if change.kind == "open":
        table = table_of(store.country)
        listed = {
            day
            for day in span
            if day.isoformat() in table["holidays"] or (days.half_days_closed and day.isoformat() in table["half_days"])
        }
        added = {day: name for day, name in days.added.items() if day not in span}
        return replace(days, added=added, removed=tuple(sorted({*days.removed, *listed})))
    raise AvdetError(f"{change.kind!r:.20} is no change of a calendar", where="kind", cure="use close, open or week")


def _span(change: Change) -> list[date]:
    first, last = change.first, change.last or change.first
    if first is None or last is None:
        raise AvdetError("which day?", where="first", cure="give a date")
    length = (last - first).days + 1
    if not 0 < length <= LONGEST:
        raise AvdetError(
            "the last day is before the first, or too far from it", where="last", cure=f"change at most {LONGEST} days at once"
        )
    return [first + timedelta(days=ahead) for ahead in range(length)]


def edit_calendar(
    store: Store, version: CalendarVersion | None, change: Change, *, remark: str = "", actor: Actor, now: datetime
) -> CalendarVersion:
    """Saves a change as the calendar's next version; from then on every deadline that is worked out counts by it."""
    after = version.number if version else 0
    with transaction.atomic():
        saved = write_calendar(store, changed(store, version, change), after=after, remark=remark, actor=actor, now=now)
        defer(REDATE, {"store": store.slug}, key=f"{REDATE}:{store.slug}")
    return saved


@job(REDATE)
def redate_orders(payload: Payload, now: datetime) -> None:
    """Moves waiting orders to the day on which they are due by the calendar as it stands."""
    store = store_by_slug(payload["store"])
    if store is not None:
        calendar = calendar_in_force(store, now)
        redate(store, lambda placed_at: due_by(calendar, placed_at))
