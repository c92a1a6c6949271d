"""Jobs by simulated time, and workers that are killed in the middle of what they do, or right after it."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from avdet.core.errors import AvdetError
from avdet.ports import jobs

_WORK: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Killed(BaseException):
    """The process has died: nothing that was not committed has happened."""


@contextmanager
def dying(after: int) -> Iterator[None]:
    """The process dies before its statement number `after`, wherever that is; it lives where there are fewer."""
    left = after

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if sql.lstrip().startswith(_WORK):
            left -= 1
            if left == 0:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


class Timetable:
    """A `Jobs` that keeps what is committed, and does it when its time has come: as a worker, which may be killed.

    `looks_at` says whether notices of some keys are sent here at all.
    """

    def __init__(self, dice: random.Random, tally: Counter[str], deaths: float, looks_at: Callable[[list[str]], bool]) -> None:
        self.dice, self.tally, self.deaths, self.looks_at = dice, tally, deaths, looks_at
        self._waiting: list[tuple[datetime, int, str, dict[str, Any], str, int]] = []
        self._keys: set[str] = set()
        self._serial = 0
        self.now: datetime | None = None

    def defer(self, name: str, payload: Any, *, run_at: datetime | None = None, key: str = "") -> None:
        if name != "send_notices" or key or run_at or self.looks_at(payload["keys"]):
            transaction.on_commit(lambda: self._put(name, dict(payload), run_at or self._clock(), key, 1))

    def run(self, now: datetime) -> None:
        """Does all that is due by now, and what that enqueues."""
        self.now = now
        while self._waiting and self._waiting[0][0] <= now:
            _, _, name, payload, key, attempt = heapq.heappop(self._waiting)
            self._keys.discard(key)
            self.do(name, payload, now, attempt)

    def do(self, name: str, payload: dict[str, Any], now: datetime, attempt: int = 1) -> None:
        """One job by a worker. One that was killed, or could not do it, is followed by another worker some minutes later."""
        self.now, kind = now, jobs.KINDS[name]
        doomed = self.dice.random() < self.deaths
        try:
            if doomed:
                with dying(self.dice.randint(1, 25)):
                    kind.work(payload, now)
                self._killed("workers killed before they could say that it was done", name, payload, now, attempt)
            else:
                kind.work(payload, now)
                self.tally["jobs done"] += 1
        except Killed:
            self._killed("workers killed", name, payload, now, attempt)
        except AvdetError as fault:
            self.tally[f"job failed: {name} at {fault.where.split(' ')[0]}"] += 1
            if attempt < kind.attempts:
                self._again(name, payload, now, attempt + 1)
            else:
                self.tally[f"job given up: {name}"] += 1

    def _killed(self, how: str, name: str, payload: dict[str, Any], now: datetime, attempt: int) -> None:
        self.tally[how] += 1
        self.tally[f"workers killed: {name}"] += 1
        self._again(name, payload, now, attempt)

    def _again(self, name: str, payload: dict[str, Any], now: datetime, attempt: int) -> None:
        if jobs.KINDS[name].every is None:
            self._put(name, payload, now + timedelta(minutes=self.dice.randint(1, 240)), "", attempt)

    def _put(self, name: str, payload: dict[str, Any], at: datetime, key: str, attempt: int) -> None:
        if key and key in self._keys:
            return
        if key:
            self._keys.add(key)
        self._serial += 1
        heapq.heappush(self._waiting, (at, self._serial, name, payload, key, attempt))

    def _clock(self) -> datetime:
        assert self.now is not None
        return self.now
