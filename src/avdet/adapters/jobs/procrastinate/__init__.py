"""Jobs on PostgreSQL by Procrastinate, for any number of machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Event

from avdet.adapters.jobs.pace import Pace
from avdet.adapters.jobs.procrastinate import board, queue, worker
from avdet.ports.jobs import Payload, Standing, Tally


class ProcrastinateJobs:
    """The port's `Jobs` and `Board`, on Django's default database, which is PostgreSQL."""

    def defer(self, name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
        """See `avdet.ports.jobs.Jobs`."""
        queue.enqueue(name, payload, run_at=run_at, key=key)

    def tallies(self) -> list[Tally]:
        """See `avdet.ports.jobs.Board`."""
        return board.tallies()

    def listed(self, state: str, *, size: int, before: int | None = None) -> list[Standing]:
        """See `avdet.ports.jobs.Board`."""
        return board.listed(state, size=size, before=before)

    def hurry(self, name: str, now: datetime) -> int:
        """See `avdet.ports.jobs.Board`."""
        return board.hurry(name, now)

    def revive(self, ids: Sequence[int] | None, now: datetime) -> int:
        """See `avdet.ports.jobs.Board`."""
        return board.revive(ids, now)

    def run_worker(self, stop: Event, concurrency: int = 4, *, pace: Pace | None = None) -> None:
        """Works until `stop` is set, then ends once the jobs that were begun are done."""
        worker.run(stop, concurrency, pace or Pace())
