"""How fast things go: how long a worker is believed to be alive, how often it looks, and when a failed job is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zlib import crc32

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=1)
MOST_LOSSES: Final = 20
"""So often a job may take its worker down with it before it is given up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: `lease` after which a silent worker's jobs are somebody else's, `poll` between two looks at an empty queue."""

    lease: float = 60
    poll: float = 1


def wait_after(job_id: int, failures: int) -> timedelta:
    """How long a job waits after so many failures: doubling, and up to a quarter longer so that not all come back at once.

    >>> [wait_after(1, n).total_seconds() // 1 for n in (1, 2, 3)]
    [6.0, 12.0, 22.0]
    >>> wait_after(1, 500) <= LONGEST_WAIT * 1.25
    True
    """
    wait: timedelta = min(FIRST_WAIT * int(2 ** min(failures - 1, 20)), LONGEST_WAIT)
    later = crc32(f"{job_id}:{failures}".encode()) % 1000 / 4000
    return wait + wait * later


def what_went_wrong(error: BaseException) -> str:
    """An error in one line, short enough for a list."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
