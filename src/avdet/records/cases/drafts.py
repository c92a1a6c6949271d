"""Claims that are being written: an order's customer and each colleague have one, kept until it is filed or grows old."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from avdet.records.cases.models import ClaimDraft
from avdet.records.orders.models import Order
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import swap
from avdet.words.faults import coded


def draft_of(order: Order, owner: str) -> ClaimDraft | None:
    """What somebody is writing about an order. `owner`: customer:<order> or staff:<id>."""
    return ClaimDraft.objects.filter(order=order, owner=owner).first()


def begin_draft(order: Order, owner: str, *, now: datetime) -> ClaimDraft:
    """The same, begun if there is none yet. Two who begin at once begin the same one."""
    fresh = {"store": order.store, "token": secrets.token_urlsafe(24), "created_at": now, "updated_at": now}
    return ClaimDraft.objects.get_or_create(order=order, owner=owner, defaults=fresh)[0]


def keep_draft(draft: ClaimDraft, *, now: datetime, **columns: Any) -> ClaimDraft:
    """Writes what has changed; `Conflict` where it was changed in another window since it was read."""
    if not swap(draft, {**columns, "updated_at": now}):
        raise coded(Conflict, "claim.continued", where="draft")
    return draft


def drop_draft(draft: ClaimDraft) -> None:
    """It is filed. One that is gone already is no matter; `Conflict` where it was changed since it was read."""
    rows = ClaimDraft.objects.filter(pk=draft.pk)
    if not rows.filter(revision=draft.revision).delete()[0] and rows.exists():
        raise coded(Conflict, "claim.continued", where="draft")


def forget_drafts(before: datetime, *, most: int) -> int:
    """Deletes what nobody has written on since `before`; says how many that were."""
    old = list(ClaimDraft.objects.filter(updated_at__lt=before).order_by("updated_at").values_list("pk", flat=True)[:most])
    ClaimDraft.objects.filter(pk__in=old).delete()
    return len(old)
