"""Which adapter stands behind which port. The only place that names adapters."""

from __future__ import annotations

import threading

from django.conf import settings


def wire() -> None:
    """Connects ports to adapters; called once, when Django is ready."""


def run_worker(stop: threading.Event, *, concurrency: int) -> None:
    """Does jobs in this process until `stop` is set."""


def work_in_background() -> None:
    """Does jobs in threads of this process, for as long as it lives."""
