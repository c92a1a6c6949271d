"""What the benchmarks of pages share: a colleague at work, and how long each request takes beside the smallest question."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

CALLS: Final = 100
"""So many are counted, after two that are not."""


def signed_in(colleague: Any) -> Any:
    """A client of Django's own in which a colleague is at work."""
    from django.test import Client

    from avdet.web.shared.access import PROVEN

    client = Client(SERVER_NAME="localhost")
    client.force_login(colleague)
    session = client.session
    session[PROVEN] = colleague.pk  # as if a second factor had been shown
    session.save()
    return client


def took(call: Callable[[], object]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    seen = []
    for _ in range(CALLS + 2):
        begun = time.perf_counter()
        call()
        seen.append((time.perf_counter() - begun) * 1000)
    seen = sorted(seen[2:])
    return statistics.median(seen), seen[int(len(seen) * 0.95)]


def bare() -> None:
    """The smallest question that the database can be asked."""
    from django.db import connection

    with connection.cursor() as asked:
        asked.execute("SELECT 1")
        asked.fetchone()
