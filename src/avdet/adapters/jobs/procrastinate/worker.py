"""A worker: Procrastinate's own, with a task for every kind of job and one that gives back what vanished workers held."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Event
from typing import Any

from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import DjangoApp, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status

from avdet.adapters.jobs.models import Failure
from avdet.adapters.jobs.pace import MOST_LOSSES, Pace, wait_after, what_went_wrong
from avdet.adapters.jobs.procrastinate.queue import QUEUE, let_go
from avdet.core.errors import AvdetError
from avdet.ports import jobs

GIVE_BACK = "avdet.give_back"
_LATEST = timedelta(days=2)
"""A period that began no longer ago than this, while no worker was there, is made up for."""


class Backoff(BaseRetryStrategy):
    """Tries a kind of job again as often as the kind says."""

    def __init__(self, most: int) -> None:
        self.most = most

    def get_retry_decision(self, *, exception: BaseException, job: Row) -> RetryDecision | None:  # noqa: ARG002
        """When to try again; nothing once it is to be given up."""
        failures = job.attempts + 1
        return None if failures >= self.most else RetryDecision(retry_at=timezone.now() + wait_after(job.id or 0, failures))


def cron(every: timedelta) -> str:
    """An interval as croniter writes it, seconds last. `AvdetError` for one that does not divide the unit above it.

    >>> cron(timedelta(seconds=15)), cron(timedelta(minutes=5)), cron(timedelta(hours=1)), cron(timedelta(days=1))
    ('* * * * * */15', '*/5 * * * *', '0 */1 * * *', '0 0 * * *')
    """
    seconds = int(every.total_seconds()) if every % timedelta(seconds=1) == timedelta() else 0
    for unit, above, pattern in ((1, 60, "* * * * * */{}"), (60, 3600, "*/{} * * * *"), (3600, 86_400, "0 */{} * * *")):
        if 0 < seconds < above and seconds % unit == 0 and above % seconds == 0:
            return pattern.format(seconds // unit)
    if seconds == 86_400:
        return "0 0 * * *"
    raise AvdetError(f"a job cannot be due every {every}", where="job.every", cure="name a part of a minute, an hour or a day")


def worker_app(pace: Pace) -> DjangoApp:
    """A Procrastinate application with connections of its own and every kind of job."""
    made = DjangoApp(
        connector=PsycopgConnector(kwargs=connector_params()), periodic_defaults={"max_delay": _LATEST.total_seconds()}
    )
    for kind in jobs.KINDS.values():
        task: Any = made.task(name=kind.name, queue=QUEUE, pass_context=True, retry=Backoff(kind.attempts))(_work)
        if kind.every:
            made.periodic(cron=cron(kind.every), queueing_lock=f"every:{kind.name}")(task)
    sweep: Any = made.task(name=GIVE_BACK, queue=QUEUE, pass_context=True, priority=100)(_give_back)
    often = max(1, 60 // (60 // max(1, min(60, int(pace.lease / 4)))))
    made.periodic(cron=f"* * * * * */{often}", queueing_lock=GIVE_BACK, task_kwargs={"lease": pace.lease})(sweep)
    return made


def _work(context: JobContext, *, payload: jobs.Payload | None = None, timestamp: int | None = None) -> None:  # noqa: ARG001
    """Does one job; `timestamp` is what Procrastinate adds to a periodic one."""
    row, row_id = context.job, context.job.id or 0
    if row.queueing_lock:
        let_go(row_id)
    try:
        jobs.kind(row.task_name).work(payload or {}, timezone.now())
    except Exception as error:
        Failure.objects.update_or_create(job_id=row_id, defaults={"error": what_went_wrong(error), "at": timezone.now()})
        raise
    if row.attempts:
        Failure.objects.filter(job_id=row_id).delete()


async def _give_back(context: JobContext, *, timestamp: int, lease: float) -> None:  # noqa: ARG001
    """Has the jobs of vanished workers done by others. One that was lost too often is given up."""
    manager = context.app.job_manager
    for row in await manager.get_stalled_jobs(seconds_since_heartbeat=lease):
        try:
            if row.task_name == GIVE_BACK or row.attempts >= MOST_LOSSES:
                await manager.finish_job(row, Status.FAILED, delete_job=row.task_name == GIVE_BACK)
            else:
                await context.app.connector.execute_query_async(
                    "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(id)s", id=row.id
                )
                await manager.retry_job(row)
        except ConnectorException:  # another worker gave it back first
            continue


def run(stop: Event, concurrency: int, pace: Pace) -> None:
    """Works until `stop` is set and the jobs that were begun are done."""
    asyncio.run(_run(stop, concurrency, pace))


async def _run(stop: Event, concurrency: int, pace: Pace) -> None:
    made = worker_app(pace)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 1, thread_name_prefix="jobs"))
    options: dict[str, Any] = {
        "queues": [QUEUE], "concurrency": concurrency, "fetch_job_polling_interval": pace.poll, "delete_jobs": "successful",
        "install_signal_handlers": False, "update_heartbeat_interval": pace.lease / 4, "stalled_worker_timeout": pace.lease,
    }  # fmt: skip
    async with made.open_async():
        working = asyncio.create_task(made.run_worker_async(**options))
        stopped = asyncio.create_task(asyncio.to_thread(stop.wait))
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        stop.set()  # a worker that ended by itself has lost its database: whoever started it is told below
        await stopped
        if not working.cancelled():
            working.result()
