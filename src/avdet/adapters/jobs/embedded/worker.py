"""A worker: threads that each take one job after another, and one that keeps their leases and watches the clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from avdet.adapters.jobs.embedded import periods, queue
from avdet.adapters.jobs.embedded.doorbell import BELL
from avdet.adapters.jobs.models import Job
from avdet.adapters.jobs.pace import Pace, what_went_wrong
from avdet.ports import jobs

log = structlog.get_logger("avdet.jobs")


class Worker:
    """So many jobs at a time, under one name."""

    def __init__(self, concurrency: int, pace: Pace) -> None:
        self.name, self.concurrency, self.pace = uuid.uuid4().hex, concurrency, pace
        self.lease = timedelta(seconds=pace.lease)
        self.held: set[int] = set()

    def run(self, stop: Event) -> None:
        """Works until `stop` is set and the jobs that were begun are done; their leases are kept until then."""
        ended = Event()
        tending = Thread(target=self._repeat, args=(ended, self._tend, self.pace.lease / 4), name="jobs-tend")
        look = (stop, self._work, self.pace.poll)
        working = [Thread(target=self._repeat, args=look, name=f"jobs-{n}") for n in range(self.concurrency)]
        for thread in [tending, *working]:
            thread.start()
        stop.wait()
        BELL.ring()
        for thread in working:
            thread.join()
        ended.set()
        BELL.ring()
        tending.join()

    def _repeat(self, stop: Event, step: Callable[[], bool], seconds: float) -> None:
        """Steps as long as there is something to do, else waits; a database that is away for a moment is waited for too."""
        try:
            while not stop.is_set():
                heard, busy = BELL.rings, False
                try:
                    close_old_connections()
                    busy = step()
                except DatabaseError as error:
                    log.warning("jobs_database", error=type(error).__name__)
                if not busy and not stop.is_set():
                    BELL.wait(heard, seconds)
        finally:
            connections.close_all()

    def _tend(self) -> bool:
        now = timezone.now()
        queue.renew(self.name, sorted(self.held), now=now, lease=self.lease)
        recovered, begun = queue.recover(now), periods.enqueue_due(now)
        if recovered or begun:
            log.info("jobs_tended", recovered=recovered, periodic=begun)
            BELL.ring()
        return False

    def _work(self) -> bool:
        job = queue.take(self.name, now=timezone.now(), lease=self.lease)
        if job is None:
            return False
        self.held.add(job.pk)
        try:
            self._do(job)
        finally:  # should even its end not be written, its lease runs out
            self.held.discard(job.pk)
        return True

    def _do(self, job: Job) -> None:
        most = jobs.KINDS[job.name].attempts if job.name in jobs.KINDS else 1
        try:
            jobs.kind(job.name).work(job.payload, timezone.now())
        except Exception as error:
            dead = queue.fail(job, self.name, what_went_wrong(error), most=most, now=timezone.now())
            log.warning("job_failed", job=job.name, id=job.pk, error=type(error).__name__, dead=dead, exc_info=dead)
            return
        if not queue.finish(job, self.name):
            log.warning("job_lease_lost", job=job.name, id=job.pk)
