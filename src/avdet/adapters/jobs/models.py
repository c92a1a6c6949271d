"""The tables of the embedded adapter, where a job that is done has no row, and the errors that Procrastinate does not keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Job(models.Model):
    """One piece of work. While it runs it is leased: `worker` holds it until `leased_until`, and renews that as it goes on.

    `key` is unique among those that wait; it is given up when the job is begun. A job whose worker vanished is a loss, not a
    failure of its own.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DEAD = "dead"

    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=160, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "run_at", "id"], name="jobs_due"),
            models.Index(fields=["state", "-id"], name="jobs_by_state"),
        ]


class Period(models.Model):
    """How far a periodic job has come: `number` counts whole periods since 1970, so that each is enqueued once."""

    name = models.CharField(max_length=80, primary_key=True)
    number = models.BigIntegerField()
    enqueued_at = models.DateTimeField()


class Failure(models.Model):
    """What went wrong last with one of Procrastinate's jobs."""

    job_id = models.BigIntegerField(primary_key=True)
    error = models.TextField()
    at = models.DateTimeField()
