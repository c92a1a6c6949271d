"""Work that is done afterwards. A job is enqueued in its caller's transaction, and is carried out at least once.

A job's function must therefore bear being called twice with the same payload: it looks at the records first.
`connect` is called once at start-up, by the room that wires everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

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

    def period(self, moment: datetime) -> int:
        """Which of its periods an aware instant lies in, counted from 1970 in UTC. For a periodic kind.

        >>> Job("tick", print, timedelta(hours=1)).period(datetime(1970, 1, 1, 1, 30, tzinfo=UTC))
        1
        """
        return int(moment.timestamp() // self._seconds)

    def next_after(self, moment: datetime) -> datetime:
        """When its next period begins. For a periodic kind.

        >>> Job("tick", print, timedelta(hours=1)).next_after(datetime(2026, 1, 1, 9, 30, tzinfo=UTC)).hour
        10
        """
        return datetime.fromtimestamp((self.period(moment) + 1) * self._seconds, UTC)

    @property
    def _seconds(self) -> float:
        if self.every is None:
            raise AvdetError(f"{self.name} is not periodic", where="job.every", cure="declare it with every=")
        return self.every.total_seconds()


class Jobs(Protocol):
    """Where jobs are kept until they are due."""

    def defer(self, name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
        """Enqueue in the caller's transaction. While a job with the same non-empty `key` waits, another is not added: the
        waiting one is moved forward where `run_at` is earlier, and is not begun before the caller's transaction has ended.
        A job holds its key until it is first begun."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """One job as the operator sees it. `run_at` is when it is due; `error` is what went wrong last."""

    id: int
    name: str
    state: Literal["waiting", "running", "dead"]
    run_at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many jobs of a kind there are, when the first that waits is due, and when a periodic one was last enqueued."""

    name: str
    waiting: int
    running: int
    dead: int
    next_at: datetime | None
    last_at: datetime | None = None


class Board(Protocol):
    """What is waiting and what failed, for the operator."""

    def tallies(self) -> list[Tally]:
        """Every kind that is known or enqueued, by name, in a fixed number of statements."""
        ...

    def listed(self, state: str, *, size: int, before: int | None = None) -> list[Standing]:
        """Jobs in a state, the newest first; `before` is the last id of the page before."""
        ...

    def hurry(self, name: str, now: datetime) -> int:
        """Makes what waits of a kind due now; says how many that are."""
        ...

    def revive(self, ids: Sequence[int] | None, now: datetime) -> int:
        """Has dead jobs tried again from the beginning: those named, or all; says how many."""
        ...


KINDS: dict[str, Job] = {}
_connected: list[Jobs] = []
_boards: list[Board] = []


def job(name: str, *, every: timedelta | None = None, attempts: int = 8) -> Callable[[Work], Work]:
    """Declares a function to be the work of a kind of job."""

    def declare(work: Work) -> Work:
        KINDS[name] = Job(name, work, every, attempts)
        return work

    return declare


def connect(adapter: Jobs, board: Board | None = None) -> None:
    """From now on `defer` enqueues with this adapter, and `board` shows what it holds."""
    _connected[:] = [adapter]
    if board is not None:
        _boards[:] = [board]


@contextmanager
def through(other: Callable[[Jobs], Jobs]) -> Iterator[None]:
    """Within it, jobs are enqueued with another adapter, which is given the one that is connected."""
    before = _connected[0]
    _connected[:] = [other(before)]
    try:
        yield
    finally:
        _connected[:] = [before]


def board() -> Board:
    """The operator's view of the jobs."""
    return _boards[0]


def kind(name: str) -> Job:
    """The kind of job that a name stands for; `AvdetError` for one that nobody declared."""
    if name not in KINDS:
        raise AvdetError(f"no job is called {name!r}", where="defer", cure=f"use one of {', '.join(sorted(KINDS))}")
    return KINDS[name]


def defer(name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
    """Have a job done: now, or at `run_at`. It is enqueued only if the surrounding transaction commits."""
    _connected[0].defer(kind(name).name, payload, run_at=run_at, key=key)
