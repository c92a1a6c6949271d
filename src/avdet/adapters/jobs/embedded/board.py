"""What the operator sees of the table, and does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

from django.db import transaction
from django.db.models import Count, Min, Q

from avdet.adapters.jobs.embedded.doorbell import BELL
from avdet.adapters.jobs.embedded.queue import DEAD, RUNNING, WAITING
from avdet.adapters.jobs.models import Job, Period
from avdet.ports import jobs
from avdet.ports.jobs import Standing, Tally

NONE: dict[str, Any] = {"waiting": 0, "running": 0, "dead": 0, "next_at": None}


def tallies() -> list[Tally]:
    """Every kind that is known or enqueued, by name."""
    rows = Job.objects.values("name").annotate(
        waiting=Count("id", filter=Q(state=WAITING)), running=Count("id", filter=Q(state=RUNNING)),
        dead=Count("id", filter=Q(state=DEAD)), next_at=Min("run_at", filter=Q(state=WAITING)),
    )  # fmt: skip
    counted = {row["name"]: row for row in rows}
    last = dict(Period.objects.values_list("name", "enqueued_at"))
    return [Tally(**{**NONE, **counted.get(name, {}), "name": name, "last_at": last.get(name)})
            for name in sorted({*jobs.KINDS, *counted})]  # fmt: skip


def listed(state: str, *, size: int, before: int | None) -> list[Standing]:
    """Jobs in a state, the newest first."""
    found = Job.objects.filter(state=state, **({"pk__lt": before} if before else {})).order_by("-pk")[:size]
    return [_standing(job) for job in found]


def _standing(job: Job) -> Standing:
    state = cast(Literal["waiting", "running", "dead"], str(job.state))
    return Standing(job.pk, job.name, state, job.run_at, job.failures + job.losses, job.error)


def hurry(name: str, now: datetime) -> int:
    """Makes what waits of a kind due now."""
    transaction.on_commit(BELL.ring)
    return Job.objects.filter(name=name, state=WAITING, run_at__gt=now).update(run_at=now)


def revive(ids: Sequence[int] | None, now: datetime) -> int:
    """Has dead jobs tried again from the beginning."""
    transaction.on_commit(BELL.ring)
    dead = Job.objects.filter(state=DEAD, **({} if ids is None else {"pk__in": ids}))
    return dead.update(state=WAITING, run_at=now, failures=0, losses=0)
