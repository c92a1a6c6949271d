"""Rung when a job has been committed in this process, so that its workers need not wait for their next look."""

from __future__ import annotations

from threading import Condition


class Doorbell:
    """Counts its rings, so that one that falls between a look and the wait is heard all the same."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.rings = 0

    def ring(self) -> None:
        """Wakes everybody who waits."""
        with self._changed:
            self.rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Returns when it has been rung since `heard`, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.rings != heard, seconds)


BELL = Doorbell()
