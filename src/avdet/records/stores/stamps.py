"""A store's terms at hand: every order asks which version is in force, and that changes a few times a year.

A store's stamp covers every published version and every calendar that it has. Whoever changes one of them stamps the store
anew, in the same transaction; whoever has read the store knows by its stamp whether what is at hand is still so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avdet.records.stores.models import CalendarVersion, PolicyVersion, Store
from avdet.records.stores.queries import calendar_version_at, policy_in_force, published_versions

MOST_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Kept:
    """A store's published versions and its calendars, the newest first."""

    versions: tuple[PolicyVersion, ...]
    calendars: tuple[CalendarVersion, ...]


_KEPT: Final[dict[tuple[int, str], Kept]] = {}


def stamp(store: Store) -> None:
    """Stamps a store whose terms or calendar have changed. Call it last, in the transaction of the change."""
    kept = _read(store)
    rows = [(each.pk, each.number, each.fingerprint, str(each.takes_force_at)) for each in kept.versions]
    days = [(each.pk, each.number, str(each.created_at), each.weekend, each.added, each.removed) for each in kept.calendars]
    store.terms_stamp = hashlib.sha256(repr((rows, days)).encode()).hexdigest()
    Store.objects.filter(pk=store.pk).update(terms_stamp=store.terms_stamp)


def version_at(store: Store, at: datetime) -> PolicyVersion | None:
    """The version in force at a moment; no statement where the store's terms are at hand."""
    if not store.terms_stamp:
        return policy_in_force(store, at)
    return next((each for each in _kept(store).versions if each.takes_force_at and each.takes_force_at <= at), None)


def calendar_at(store: Store, at: datetime) -> CalendarVersion | None:
    """The working days as they stood at a moment; no statement where the store's terms are at hand."""
    if not store.terms_stamp:
        return calendar_version_at(store, at)
    return next((each for each in _kept(store).calendars if each.created_at <= at), None)


def _kept(store: Store) -> Kept:
    key = (store.pk, store.terms_stamp)
    if key not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[key] = _read(store)
    return _KEPT[key]


def _read(store: Store) -> Kept:
    return Kept(tuple(published_versions(store)), tuple(store.calendar_versions.order_by("-number")))
