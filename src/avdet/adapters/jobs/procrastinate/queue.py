"""Enqueueing through Django's own connection, and so in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from avdet.ports.jobs import Payload

QUEUE = "avdet"
_HOLD = """
    UPDATE procrastinate_jobs SET scheduled_at = LEAST(COALESCE(scheduled_at, now()), %s)
    WHERE queueing_lock = %s AND status = 'todo' RETURNING id
"""
"""Writing the waiting row locks it: no worker begins it before the caller's own rows can be seen."""


def enqueue(name: str, payload: Payload, *, run_at: datetime | None, key: str) -> None:
    """Adds a job, unless one with the same key waits."""
    while not (key and _held(key, run_at)):
        try:
            with transaction.atomic(savepoint=bool(key)):
                _insert(name, payload, run_at=run_at, key=key)
            return
        except AlreadyEnqueued:  # another transaction was first: its row is the one to hold
            continue


def _insert(name: str, payload: Payload, *, run_at: datetime | None, key: str) -> None:
    app.configure_task(
        name, queue=QUEUE, queueing_lock=key or None, schedule_at=run_at, task_kwargs={"payload": dict(payload)}
    ).defer()


def _held(key: str, run_at: datetime | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [run_at or timezone.now(), key])
        return cursor.fetchone() is not None


def let_go(job_id: int) -> None:
    """Gives up a begun job's key, so that it can wait again beside a newer one of the same key."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", [job_id])
