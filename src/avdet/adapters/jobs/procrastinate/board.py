"""What the operator sees of Procrastinate's tables, and does with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.db import connection

from avdet.adapters.jobs.models import Failure
from avdet.adapters.jobs.procrastinate.queue import QUEUE
from avdet.ports import jobs
from avdet.ports.jobs import Standing, Tally

STATES: Final[dict[str, Literal["waiting", "running", "dead"]]] = {"todo": "waiting", "doing": "running", "failed": "dead"}
STATUSES: Final[dict[str, str]] = {state: status for status, state in STATES.items()}

_TALLIES = """
    SELECT task_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed'), min(coalesce(scheduled_at, now())) FILTER (WHERE status = 'todo')
    FROM procrastinate_jobs GROUP BY task_name
"""
_LAST = "SELECT task_name, max(defer_timestamp) FROM procrastinate_periodic_defers GROUP BY task_name"
_LISTED = """
    SELECT id, task_name, scheduled_at, attempts FROM procrastinate_jobs
    WHERE status = %s AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s
"""
_HURRY = """
    UPDATE procrastinate_jobs SET scheduled_at = %s
    WHERE task_name = %s AND queue_name = %s AND status = 'todo' AND scheduled_at > %s
"""
_REVIVE = """
    UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = %s, queueing_lock = NULL
    WHERE status = 'failed' AND (%s::bigint[] IS NULL OR id = ANY(%s))
"""


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _changed(query: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def tallies() -> list[Tally]:
    """Every kind that is known or enqueued, by name."""
    counted = {name: (waiting, running, dead, next_at) for name, waiting, running, dead, next_at in _rows(_TALLIES)}
    last = {name: datetime.fromtimestamp(seconds, UTC) for name, seconds in _rows(_LAST)}
    names = sorted({*jobs.KINDS, *counted})
    return [Tally(name, *counted.get(name, (0, 0, 0, None)), last.get(name)) for name in names]


def listed(state: str, *, size: int, before: int | None) -> list[Standing]:
    """Jobs in a state, the newest first."""
    rows = _rows(_LISTED, [STATUSES[state], before, before, size])
    errors = dict(Failure.objects.filter(job_id__in=[row[0] for row in rows]).values_list("job_id", "error"))
    shown = STATES[STATUSES[state]]
    return [Standing(key, name, shown, at, attempts, errors.get(key, "")) for key, name, at, attempts in rows]


def hurry(name: str, now: datetime) -> int:
    """Makes what waits of a kind due now."""
    return _changed(_HURRY, [now, name, QUEUE, now])


def revive(ids: Sequence[int] | None, now: datetime) -> int:
    """Has dead jobs tried again from the beginning."""
    wanted = None if ids is None else list(ids)
    return _changed(_REVIVE, [now, wanted, wanted])
