"""What Prometheus reads of the queues, counted when it asks."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from avdet.ports import jobs
from avdet.records.outbox.queries import backlogs


class OutboxMetrics(Collector):
    """Gauges of messages and jobs: how many wait, how old the oldest is, how many are dead."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: so that registering it asks nothing of the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A fixed number of statements."""
        now = timezone.now()
        queued = GaugeMetricFamily("avdet_outbox_queued", "Messages that have not left yet", labels=["queue"])
        oldest = GaugeMetricFamily("avdet_outbox_oldest_seconds", "Age of the oldest of them", labels=["queue"])
        dead = GaugeMetricFamily("avdet_outbox_dead", "Messages that were given up", labels=["queue"])
        for name, backlog in backlogs().items():
            queued.add_metric([name], backlog.queued)
            oldest.add_metric([name], max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0)
            dead.add_metric([name], backlog.dead)
        yield from (queued, oldest, dead, *_jobs(now.timestamp()))


def _jobs(now: float) -> Iterator[GaugeMetricFamily]:
    counted = GaugeMetricFamily("avdet_jobs", "Jobs by kind and state", labels=["job", "state"])
    late = GaugeMetricFamily("avdet_jobs_late_seconds", "How long the first waiting job of a kind has been due", labels=["job"])
    for tally in jobs.board().tallies():
        for state, count in (("waiting", tally.waiting), ("running", tally.running), ("dead", tally.dead)):
            counted.add_metric([tally.name, state], count)
        late.add_metric([tally.name], max(0.0, now - tally.next_at.timestamp()) if tally.next_at else 0)
    yield from (counted, late)
