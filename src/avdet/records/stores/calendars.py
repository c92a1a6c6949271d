"""Edits of a store's calendar: each leaves a version of its own, so that an old deadline can be worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.policies.shelf import table_of
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import note
from avdet.records.stores.models import CalendarVersion, Store
from avdet.records.stores.stamps import stamp
from avdet.records.stores.terms import WEEKENDS

MOST_DAYS = 1_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Days:
    """What a store says of its calendar. `added` is date → name; `removed` are dates of the country's table it works on."""

    weekend: tuple[int, ...]
    half_days_closed: bool = False
    added: dict[date, str] = field(default_factory=dict)
    removed: tuple[date, ...] = ()


def days_of(version: CalendarVersion | None, country: str) -> Days:
    """What a version says; without one, the country's custom."""
    if version is None:
        return Days(WEEKENDS.get(country, (6, 7)))
    added = {date.fromisoformat(day): name for day, name in version.added.items()}
    return Days(tuple(version.weekend), version.half_days_closed, added, tuple(map(date.fromisoformat, version.removed)))


def draft_of(store: Store, days: Days, number: int) -> CalendarVersion:
    """A version as it would be saved. `AvdetError` where no shop could keep it."""
    _check(store, days)
    return CalendarVersion(
        store=store,
        number=number,
        weekend=sorted(days.weekend),
        half_days_closed=days.half_days_closed,
        added={day.isoformat(): name for day, name in sorted(days.added.items())},
        removed=[day.isoformat() for day in sorted(days.removed)],
    )


@transaction.atomic
def write_calendar(store: Store, days: Days, *, after: int, remark: str = "", actor: Actor, now: datetime) -> CalendarVersion:
    """Saves an edit as the next version. `after` is the version it was made from; if there is a newer one, nothing is saved."""
    Store.objects.select_for_update().get(pk=store.pk)
    newest = store.calendar_versions.order_by("-number").first()
    if after != (newest.number if newest else 0):
        raise AvdetError(
            "the calendar was changed meanwhile", where="calendar", cure="look at it again, and repeat your change"
        )
    version = draft_of(store, days, after + 1)
    version.note, version.edited_by, version.created_at = remark, str(actor), now
    version.save()
    note(store, "calendar_changed", actor=actor, now=now, number=version.number)
    stamp(store)
    return version


def _check(store: Store, days: Days) -> None:
    if not set(days.weekend) <= set(range(1, 8)) or len(set(days.weekend)) > 6:
        raise AvdetError("a week without a working day", where="weekend", cure="leave at least one day to work on")
    if len(days.added) + len(days.removed) > MOST_DAYS:
        raise AvdetError(f"more than {MOST_DAYS} days", where="added", cure="take past days out")
    table = table_of(store.country)
    _inside([*days.added, *days.removed], date.fromisoformat(table["first"]), date.fromisoformat(table["last"]))
    bad = next(
        (name for name in days.added.values() if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable()), None
    )
    if bad is not None:
        raise AvdetError("a closing day needs a short name", where="name", cure=f"write at most {LONGEST_NAME} letters")


def _inside(days: Sequence[date], first: date, last: date) -> None:
    outside = next((day for day in days if not first <= day <= last), None)
    if outside is not None:
        raise AvdetError(f"{outside} lies beyond the calendar", where="date", cure=f"choose a day from {first} to {last}")
