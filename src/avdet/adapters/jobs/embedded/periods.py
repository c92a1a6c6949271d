"""Periodic jobs: each period is enqueued once, whichever worker comes first; periods that nobody was there for are one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.adapters.jobs.embedded.queue import enqueue
from avdet.adapters.jobs.models import Period
from avdet.ports import jobs


def enqueue_due(now: datetime) -> list[str]:
    """Enqueues every periodic job whose period has begun and that no worker has enqueued; says which."""
    periodic = {kind.name: kind.period(now) for kind in jobs.KINDS.values() if kind.every}
    known = dict(Period.objects.filter(name__in=periodic).values_list("name", "number"))
    fresh = [Period(name=name, number=-1, enqueued_at=now) for name in periodic if name not in known]
    if fresh:
        Period.objects.bulk_create(fresh, ignore_conflicts=True)
    behind = [name for name, number in periodic.items() if known.get(name, -1) < number]
    return [name for name in behind if _enqueue(name, periodic[name], now)]


def _enqueue(name: str, number: int, now: datetime) -> bool:
    with transaction.atomic():
        won = Period.objects.filter(name=name, number__lt=number).update(number=number, enqueued_at=now)
        if won:
            enqueue(name, {}, run_at=now, key=f"every:{name}")
    return bool(won)
