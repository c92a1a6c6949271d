"""Counters and timers that Prometheus reads. Labels are routes and states, never anything personal."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Histogram

REQUESTS: Final = Counter("avdet_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS: Final = Histogram(
    "avdet_request_seconds",
    "Time to answer a request",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Counts one answered request."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
