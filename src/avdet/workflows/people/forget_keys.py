"""Answers that nobody can ask for again, and marks of what was used or tried long ago, are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from avdet.ports.jobs import Payload, defer, job
from avdet.records.access.keys import AT_ONCE, forget_old
from avdet.records.people.marks import forget_marks


@job("forget_keys", every=timedelta(hours=1))
def forget_keys(_: Payload, now: datetime) -> None:
    """Deletes marks that have lapsed, and idempotency keys past their time; goes on at once where there are more of those."""
    forget_marks(now)
    if forget_old(now) >= AT_ONCE:
        defer("forget_keys", {}, key="forget_keys:more")
