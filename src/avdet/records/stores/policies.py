"""The life of a policy's version: a draft that may be rewritten, then published, and from then on never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from avdet.core.errors import AvdetError
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import note
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.stamps import stamp

DRAFT, PUBLISHED, WITHDRAWN = PolicyVersion.State.DRAFT, PolicyVersion.State.PUBLISHED, PolicyVersion.State.WITHDRAWN
WAITING: Mapping[str, Any] = {"state": "waiting", "step": 0, "steps": 0, "solver": True}


@transaction.atomic
def add_draft(store: Store, source: str, fingerprint: str, *, remark: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """Keeps a document that can be read as the store's next version, still unpublished."""
    Store.objects.select_for_update().get(pk=store.pk)  # two uploads at once get two numbers
    last: int = store.policy_versions.aggregate(last=Max("number"))["last"] or 0
    draft: PolicyVersion = PolicyVersion.objects.create(
        store=store,
        number=last + 1,
        source=source,
        fingerprint=fingerprint,
        note=remark,
        checking=dict(WAITING),
        uploaded_by=str(actor),
        uploaded_at=now,
    )
    note(store, "policy_uploaded", actor=actor, now=now, number=draft.number)
    return draft


@transaction.atomic
def rewrite_draft(
    draft: PolicyVersion, source: str, fingerprint: str, *, remark: str, actor: Actor, now: datetime
) -> PolicyVersion:
    """Puts another text in a draft's place; what was found of the old one is forgotten."""
    fresh = {
        "source": source,
        "fingerprint": fingerprint,
        "note": remark,
        "checking": dict(WAITING),
        "findings": [],
        "fares": [],
    }
    _change(draft, DRAFT, fresh | {"uploaded_by": str(actor), "uploaded_at": now})
    note(draft.store, "policy_rewritten", actor=actor, now=now, number=draft.number)
    return draft


@transaction.atomic
def drop_draft(draft: PolicyVersion, *, actor: Actor, now: datetime) -> None:
    """Throws a draft away."""
    gone, _ = PolicyVersion.objects.filter(pk=draft.pk, state=DRAFT).delete()
    if not gone:
        raise _moved_on(draft)
    note(draft.store, "policy_dropped", actor=actor, now=now, number=draft.number)


def version_by_id(version_id: int) -> PolicyVersion | None:
    """The version that a job names, if it is still there."""
    return PolicyVersion.objects.select_related("store").filter(pk=version_id).first()


def record_checking(version: PolicyVersion, **fields: Any) -> bool:
    """Writes down how far the check of a version is, or what it found; not if its text is another one by now."""
    return bool(PolicyVersion.objects.filter(pk=version.pk, fingerprint=version.fingerprint).update(**fields))


@transaction.atomic
def publish(draft: PolicyVersion, takes_force_at: datetime, *, accepted: bool, actor: Actor, now: datetime) -> PolicyVersion:
    """Makes a draft the version that decides orders placed from `takes_force_at` on.

    `accepted`: published although its check found errors, or was not over. The first version of a store may take force in
    the past; a later one may not, nor before another that is published already.
    """
    Store.objects.select_for_update().get(pk=draft.store_id)
    before = PolicyVersion.objects.filter(store=draft.store, state=PUBLISHED).aggregate(last=Max("takes_force_at"))["last"]
    if before is not None and takes_force_at < now:
        raise AvdetError(
            "that moment has passed",
            where="takes_force_at",
            cure="orders already placed keep their terms: choose today or a later day",
        )
    if before is not None and takes_force_at <= before:
        raise AvdetError(
            "another version takes force then or later",
            where="takes_force_at",
            cure="choose a later day, or withdraw that version",
        )
    _change(
        draft, DRAFT, {"state": PUBLISHED, "takes_force_at": takes_force_at, "published_by": str(actor), "published_at": now}
    )
    note(
        draft.store,
        "policy_published",
        actor=actor,
        now=now,
        number=draft.number,
        takes_force_at=takes_force_at.isoformat(),
        accepted=accepted,
    )
    stamp(draft.store)
    return draft


@transaction.atomic
def withdraw(version: PolicyVersion, *, actor: Actor, now: datetime) -> PolicyVersion:
    """Takes a published version back before it takes force. Afterwards it stands for good: orders were placed under it."""
    if version.takes_force_at is None or version.takes_force_at <= now:
        raise AvdetError("this version has taken force", where="state", cure="publish another version in its place")
    _change(version, PUBLISHED, {"state": WITHDRAWN})
    note(version.store, "policy_withdrawn", actor=actor, now=now, number=version.number)
    stamp(version.store)
    return version


def _change(version: PolicyVersion, state: str, fields: Mapping[str, Any]) -> None:
    """Compare and swap: the version is still what the caller saw, or nothing is written."""
    if not PolicyVersion.objects.filter(pk=version.pk, state=state, fingerprint=version.fingerprint).update(**fields):
        raise _moved_on(version)
    for name, value in fields.items():
        setattr(version, name, value)


def _moved_on(version: PolicyVersion) -> AvdetError:
    return AvdetError(f"version {version.number} was changed meanwhile", where="state", cure="look at it again")
