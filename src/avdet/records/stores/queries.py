"""What is read of stores: the store an address names, and the version of its policy and calendar at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, FilteredRelation, Q, QuerySet

from avdet.records.stores.models import CalendarVersion, Invitation, PolicyVersion, Store, StoreEvent


def store_by_slug(slug: str) -> Store | None:
    """The store that an address names, with what stands under its pages: one statement, since every page asks it."""
    foot = FilteredRelation("texts", condition=Q(texts__key="footer"))
    rows = list(Store.objects.filter(slug=slug).annotate(foot=foot, in_language=F("foot__language"), body=F("foot__body")))
    for store in rows[:1]:
        store.footers = {row.in_language: row.body for row in rows if row.body}
    return rows[0] if rows else None


def all_stores() -> list[Store]:
    """Every store of the installation, by name of address."""
    return list(Store.objects.order_by("slug"))


def policy_in_force(store: Store, at: datetime) -> PolicyVersion | None:
    """The version that decides orders placed at a moment; its text is not fetched until `terms.policy_of` needs it."""
    return _published(store).filter(takes_force_at__lte=at).order_by("-takes_force_at", "-number").first()


def policy_to_come(store: Store, at: datetime) -> PolicyVersion | None:
    """The published version that has not taken force yet, if there is one."""
    return _published(store).filter(takes_force_at__gt=at).order_by("takes_force_at", "number").first()


def published_versions(store: Store) -> list[PolicyVersion]:
    """Every version that is or was in force or will be, the newest first."""
    return list(_published(store).order_by("-takes_force_at", "-number"))


def policy_versions(store: Store) -> list[PolicyVersion]:
    """Every version, drafts and withdrawn ones too, the newest first."""
    return list(_light(store.policy_versions.all()).order_by("-number"))


def policy_version(store: Store, number: int) -> PolicyVersion | None:
    """One version, by its number."""
    return store.policy_versions.filter(number=number).first()


def newest_policy(store: Store) -> PolicyVersion | None:
    """The version that was uploaded last, whatever became of it."""
    return store.policy_versions.order_by("-number").first()


def published_before(store: Store, version: PolicyVersion) -> PolicyVersion | None:
    """The published version that a version replaces: for a draft, the newest that is published."""
    return _published(store).filter(number__lt=version.number).order_by("-number").first()


def calendar_version_at(store: Store, at: datetime) -> CalendarVersion | None:
    """The working days as they stood at a moment."""
    return store.calendar_versions.filter(created_at__lte=at).order_by("-number").first()


def calendar_versions(store: Store) -> list[CalendarVersion]:
    """Every version of the calendar, the newest first."""
    return list(store.calendar_versions.order_by("-number")[:200])


def texts_of(store: Store, keys: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """What the store has worded itself: key → language → text. `keys` limits it to those."""
    found: dict[str, dict[str, str]] = {}
    rows = store.texts.filter(key__in=keys) if keys else store.texts.all()
    for key, language, body in rows.values_list("key", "language", "body"):
        found.setdefault(key, {})[language] = body
    return found


def open_invitations(store: Store, now: datetime) -> list[Invitation]:
    """Invitations that can still be taken, the newest first."""
    return list(store.invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now).order_by("-pk"))


def events_of(store: Store) -> QuerySet[StoreEvent]:
    """What was changed in the store's settings; page it with `newest_first`."""
    return store.events.all()


def _published(store: Store) -> QuerySet[PolicyVersion]:
    return _light(store.policy_versions.filter(state=PolicyVersion.State.PUBLISHED))


def _light(versions: QuerySet[PolicyVersion]) -> QuerySet[PolicyVersion]:
    return versions.defer("source", "findings", "fares")
