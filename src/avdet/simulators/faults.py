"""Faults on demand: each is set for so many times and used up one by one."""

from __future__ import annotations

import threading
from typing import Any, Final

from avdet.core.errors import AvdetError

KINDS: Final = frozenset(
    {
        "duplicate_answer",
        "duplicate_callback",
        "http_500",
        "late_failure",
        "late_reject",
        "nonsense",
        "rate_limit",
        "refuse",
        "slow_ms",
        "timeout_after_success",
        "unknown_lines",
        "wrong_amount",
        "wrong_signature",
    }
)


class Faults:
    """What shall go wrong next. Counts are of times; `refuse` holds codes and `slow_ms` milliseconds, each for one call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Any]] = {}

    def add(self, wanted: Any) -> None:
        """Set more faults: {"http_500": 2, "refuse": "5093", "slow_ms": 300}."""
        if not isinstance(wanted, dict):
            raise AvdetError("an object is expected", where="_faults", cure='such as {"http_500": 2}')
        unknown = sorted(set(wanted) - KINDS)
        if unknown:
            raise AvdetError(f"there is no fault {unknown[0]!r}", where="_faults", cure=f"one of {', '.join(sorted(KINDS))}")
        with self._lock:
            for kind, said in wanted.items():
                times = [said] if kind in {"refuse", "slow_ms"} else [True] * int(said)
                self._waiting.setdefault(kind, []).extend(times)

    def take(self, kind: str) -> Any:
        """Use up one fault of this kind: what was said of it, or None where none waits."""
        with self._lock:
            waiting = self._waiting.get(kind)
            return waiting.pop(0) if waiting else None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> dict[str, int]:
        """How many of each kind still wait."""
        with self._lock:
            return {kind: len(each) for kind, each in self._waiting.items() if each}
