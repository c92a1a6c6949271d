"""The rows of the queue: enqueued, leased, done, failed, or taken from a worker that has fallen silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone

from avdet.adapters.jobs.embedded.doorbell import BELL
from avdet.adapters.jobs.models import Job
from avdet.adapters.jobs.pace import MOST_LOSSES, wait_after
from avdet.ports.jobs import Payload

WAITING, RUNNING, DEAD = Job.State.WAITING, Job.State.RUNNING, Job.State.DEAD


def enqueue(name: str, payload: Payload, *, run_at: datetime | None, key: str) -> None:
    """Adds a job in the caller's transaction.

    Where one with the same key waits, its row is written instead: that locks it, so that no worker begins it before the
    caller's own rows can be seen.
    """
    due = run_at or timezone.now()
    job = Job(name=name, payload=dict(payload), key=key or None, run_at=due)
    if key:
        Job.objects.bulk_create([job], update_conflicts=True, unique_fields=["key"], update_fields=["name"])
        Job.objects.filter(key=key).update(run_at=Least("run_at", Value(due)))
    else:
        Job.objects.bulk_create([job])
    transaction.on_commit(BELL.ring)


def take(worker: str, *, now: datetime, lease: timedelta) -> Job | None:
    """Leases the job that has been due longest, if there is one."""
    due = Job.objects.filter(state=WAITING, run_at__lte=now).order_by("run_at", "id")
    if not due.exists():  # a plain read, so that an idle worker does not lock a SQLite file
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is not None:
            Job.objects.filter(pk=job.pk).update(state=RUNNING, key=None, worker=worker, leased_until=now + lease)
    return job


def finish(job: Job, worker: str) -> bool:
    """Removes a job that is done; false where the lease had been lost meanwhile."""
    return bool(Job.objects.filter(pk=job.pk, worker=worker, state=RUNNING).delete()[0])


def fail(job: Job, worker: str, error: str, *, most: int, now: datetime) -> bool:
    """Has a failed job wait for its next attempt, or gives it up after `most`; says whether it was given up."""
    failures = job.failures + 1
    dead = failures >= most
    Job.objects.filter(pk=job.pk, worker=worker, state=RUNNING).update(
        state=DEAD if dead else WAITING, failures=failures, error=error, worker="", leased_until=None,
        run_at=now if dead else now + wait_after(job.pk, failures),
    )  # fmt: skip
    return dead


def renew(worker: str, held: Sequence[int], *, now: datetime, lease: timedelta) -> None:
    """Says that a worker is alive and still at these jobs."""
    if held:
        Job.objects.filter(pk__in=held, worker=worker, state=RUNNING).update(leased_until=now + lease)


def recover(now: datetime) -> int:
    """Gives back what silent workers held; a job that has been lost too often is dead. Says how many were given back."""
    silent = Job.objects.filter(state=RUNNING, leased_until__lt=now)
    if not silent.exists():
        return 0
    gone = {"worker": "", "leased_until": None, "losses": F("losses") + 1, "error": "its worker vanished", "run_at": now}
    silent.filter(losses__gte=MOST_LOSSES).update(state=DEAD, **gone)
    return silent.update(state=WAITING, **gone)
