"""How often a token may ask: a bucket that each request takes from and that fills again with time; one in each process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_BUCKETS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request found: whether it may go on, how many more may follow at once, and in how many seconds one more may."""

    granted: bool
    per_minute: int
    left: int
    wait_seconds: int

    def headers(self) -> dict[str, str]:
        """As the draft of the HTTP working group has it (RateLimit and RateLimit-Policy)."""
        said = {
            "RateLimit-Policy": f'"minute";q={self.per_minute};w=60',
            "RateLimit": f'"minute";r={self.left};t={self.wait_seconds}',
        }
        return said if self.granted else {**said, "Retry-After": str(self.wait_seconds)}


class Buckets:
    """A bucket for each token. It holds a minute's worth, so that a burst is allowed and a stream is not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.levels: dict[int, tuple[float, float]] = {}

    def take(self, token: int, per_minute: int) -> Allowance:
        """Takes one request's worth out of a token's bucket."""
        with self.lock:
            now = self.clock()
            level, at = self.levels.pop(token, (float(per_minute), now))
            level = min(float(per_minute), level + (now - at) * per_minute / 60)
            granted = level >= 1
            level -= 1 if granted else 0
            self.levels[token] = (level, now)
            if len(self.levels) > MOST_BUCKETS:
                self.levels.pop(next(iter(self.levels)))  # whoever has not asked for longest: full again by now
        wait = 0 if level >= 1 else math.ceil((1 - level) * 60 / per_minute)
        return Allowance(granted, per_minute, int(level), max(wait, 0 if granted else 1))


BUCKETS: Final = Buckets()
