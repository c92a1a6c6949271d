"""A store's terms as the engine reads them: the clauses of a version, counted by the calendar that the store keeps beside them.

What has been read once is kept for the life of the process, found again by its content and never by its row's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from avdet.core.calendar import Calendar, Months
from avdet.core.policy import Edition, Policy
from avdet.policies import counting_by
from avdet.policies.shelf import read_bytes, table_of
from avdet.records.stores.models import CalendarVersion, PolicyVersion, Store
from avdet.records.stores.stamps import calendar_at, version_at

WEEKENDS: Final = {"IR": (5,), "TR": (6, 7)}
"""Country → the weekly days off with which a new store begins, as ISO weekdays."""
MONTHS: Final[dict[str, Months]] = {"IR": "jalali"}
"""Countries that do not count months by the Gregorian calendar."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides: the version of the policy and its clauses, counted by the store's calendar."""

    version: PolicyVersion
    policy: Policy
    calendar: Calendar

    @property
    def edition(self) -> Edition:
        """The clauses in force: a document's newest version is the one that was published with it."""
        return self.policy.newest


def terms_in_force(store: Store, at: datetime, *, counted_at: datetime | None = None) -> Terms | None:
    """The terms of an order placed at a moment, counted by the calendar as it stands at `counted_at`, else at that moment."""
    version = version_at(store, at)
    return terms_of(store, version, calendar_in_force(store, counted_at or at)) if version else None


def terms_of(store: Store, version: PolicyVersion, calendar: Calendar) -> Terms:
    """One version's terms, counted by one calendar. `version` may be any, as of an order that was placed under it."""
    since = calendar.local(version.takes_force_at) if version.takes_force_at else None
    return Terms(version, _counted(policy_of(version, name=store.slug), calendar, since), calendar)


def policy_of(version: PolicyVersion, *, name: str = "") -> Policy:
    """What a version says, whatever its document says of when; `PolicyError` where it cannot be read."""
    known = _READ.get(version.fingerprint)
    if known is None:
        known = read_source(version.source, name)
        if version.fingerprint:
            if len(_READ) >= MOST_READ:
                _READ.pop(next(iter(_READ)))
            _READ[version.fingerprint] = known
    return known


MOST_READ: Final = 256
_READ: Final[dict[str, Policy]] = {}
"""Fingerprint → policy. A fingerprint covers everything that its version says."""


@lru_cache(maxsize=64)
def read_source(source: str, name: str = "") -> Policy:
    """The policy in a text; errors call it `name`."""
    return read_bytes(source.encode("utf-8", "surrogatepass"), name or "policy.yaml")


@lru_cache(maxsize=256)
def _counted(policy: Policy, calendar: Calendar, since: date | None) -> Policy:
    return counting_by(policy, calendar, since=since)


# ---- the calendar ----------------------------------------------------------------------------------------------------


def calendar_in_force(store: Store, at: datetime) -> Calendar:
    """The working days as the store kept them at a moment; before its first edit, those of its country."""
    return calendar_of_version(store, calendar_at(store, at))


def calendar_of_version(store: Store, version: CalendarVersion | None) -> Calendar:
    """The calendar that a version describes, whether or not it has been saved."""
    if version is None:
        version = CalendarVersion(number=0, weekend=list(WEEKENDS.get(store.country, (6, 7))))
    return calendar_for(
        store.slug,
        store.country,
        store.time_zone,
        version.number,
        tuple(version.weekend),
        version.half_days_closed,
        tuple(sorted(version.added.items())),
        tuple(sorted(version.removed)),
    )


@lru_cache(maxsize=256)
def calendar_for(
    name: str,
    country: str,
    zone: str,
    number: int,
    weekend: tuple[int, ...],
    half_days_closed: bool,
    added: tuple[tuple[str, str], ...],
    removed: tuple[str, ...],
) -> Calendar:
    """The country's table with a store's own changes. Its version names both: `IR-0.109+2` is the table and the second edit."""
    table = table_of(country)
    days = dict(table["holidays"]) | (table["half_days"] if half_days_closed else {})
    holidays = {date.fromisoformat(day): str(why) for day, why in days.items() if day not in removed}
    holidays |= {date.fromisoformat(day): why for day, why in added}
    return Calendar(
        name=f"{name}/{country}",
        version=f"{table['version']}+{number}",
        zone=zone,
        weekend=frozenset(weekend),
        holidays=holidays,
        first=date.fromisoformat(table["first"]),
        last=date.fromisoformat(table["last"]),
        months=MONTHS.get(country, "gregorian"),
    )
