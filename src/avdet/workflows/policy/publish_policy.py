"""A draft becomes the store's terms from a day on. Who is to know is told in the same transaction."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.policies import publish
from avdet.records.stores.terms import read_source
from avdet.workflows.notices.tell import announce


def publish_policy(
    draft: PolicyVersion, day: date | None, *, accept: bool = False, actor: Actor, now: datetime
) -> PolicyVersion:
    """Publishes a draft: from the beginning of a day in the store's time zone, or at once where `day` is today or None.

    `accept`: publish although the check found errors or is not over; the store's history says so.
    """
    if not accept and (wrong := objection(draft)):
        raise AvdetError(wrong, where=f"publish.{wrong}", cure="mend the draft, or publish it knowing that")
    takes_force_at = beginning(draft.store, day, now)
    _sound(draft, takes_force_at)
    with transaction.atomic():
        done = publish(draft, takes_force_at, accepted=bool(objection(draft)), actor=actor, now=now)
        said = {"number": done.number, "fingerprint": done.fingerprint, "takes_force_at": takes_force_at.isoformat()}
        announce(done.store, "policy.published", said, key=f"policy:{done.number}", now=now)
    return done


def objection(draft: PolicyVersion) -> str:
    """Why a draft had better not be published yet: `unchecked` or `errors`, or nothing."""
    if draft.checking.get("state") != "done":
        return "unchecked"
    return "errors" if any(finding["level"] == "error" for finding in draft.findings) else ""


def beginning(store: Store, day: date | None, now: datetime) -> datetime:
    """The instant at which terms take force on a day; today's take force now."""
    if day is None or day == store.day_of(now):
        return now
    return datetime.combine(day, time(), tzinfo=ZoneInfo(store.time_zone))


def _sound(draft: PolicyVersion, takes_force_at: datetime) -> None:
    """The document's own version must be in force by then, or its orders would find no clause."""
    edition = read_source(draft.source, draft.store.slug).newest
    day = draft.store.day_of(takes_force_at)
    if edition.in_force_from > day:
        raise AvdetError(
            f"the document says that version {edition.version} is in force from {edition.in_force_from}",
            where="publish.too_early",
            cure="choose that day or a later one, or change in_force_from",
        )
