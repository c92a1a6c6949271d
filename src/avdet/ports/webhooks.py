"""Telling another program: one signed message handed over by HTTP, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said. `text` is the beginning of its body."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unreached:
    """Nobody was asked, or nobody answered. When `forbidden`, the address is one that must not be asked."""

    what: str
    forbidden: bool = False


class Courier(Protocol):
    """Carries webhooks. It follows no redirects, is over within a bounded time, and raises nothing."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Unreached:
        """Hand one message over."""
        ...


_connected: list[Courier] = []


def connect(adapter: Courier) -> None:
    """From now on webhooks are carried by this adapter."""
    _connected[:] = [adapter]


def courier() -> Courier:
    """Who carries webhooks."""
    return _connected[0]
