"""Work that is done afterwards. A job is enqueued in its caller's transaction, and is carried out at least once.

A job's function must therefore bear being called twice with the same payload: it looks at the records first.
`connect` is called once at start-up, by the room that wires everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from avdet.core.errors import AvdetError

Payload = Mapping[str, Any]
"""What a job is given: JSON values only, ids rather than contents, and nothing personal."""
Work = Callable[[Payload, datetime], None]
"""A job's function: its payload, and the time at which it runs."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work. `every` makes it periodic; `attempts` is how often it is tried before it is given up."""

    name: str
    work: Work
    every: timedelta | None = None
    attempts: int = 8


class Jobs(Protocol):
    """Where jobs are kept until they are due."""

    def defer(self, name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
        """Enqueue in the caller's transaction. While a job with the same non-empty `key` waits, another is not added."""
        ...


KINDS: dict[str, Job] = {}
_connected: list[Jobs] = []


def job(name: str, *, every: timedelta | None = None, attempts: int = 8) -> Callable[[Work], Work]:
    """Declares a function to be the work of a kind of job."""

    def declare(work: Work) -> Work:
        KINDS[name] = Job(name, work, every, attempts)
        return work

    return declare


def connect(adapter: Jobs) -> None:
    """From now on `defer` enqueues with this adapter."""
    _connected[:] = [adapter]


def defer(name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
    """Have a job done: now, or at `run_at`. It is enqueued only if the surrounding transaction commits."""
    if name not in KINDS:
        raise AvdetError(f"no job is called {name!r}", where="defer", cure=f"use one of {', '.join(sorted(KINDS))}")
    _connected[0].defer(name, payload, run_at=run_at, key=key)
