"""Answers that nobody can ask for again are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from avdet.ports.jobs import Payload, defer, job
from avdet.records.access.keys import AT_ONCE, forget_old


@job("forget_keys", every=timedelta(hours=1))
def forget_keys(_: Payload, now: datetime) -> None:
    """Deletes idempotency keys that are past their time; goes on at once where there are more."""
    if forget_old(now) >= AT_ONCE:
        defer("forget_keys", {}, key="forget_keys:more")
