"""Connections to public addresses only: a name is looked up here, once, and the address found fit is the one connected to."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from avdet.adapters.webhooks.places import resolve


class Deadline:
    """So many seconds from now, for everything together."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; none is 0."""
        return max(0.0, self._until - time.monotonic())

    def within(self, timeout: float | None) -> float:
        """The shorter of a time-out and what is left; raises where nothing is."""
        left = self.left()
        if not left:
            raise httpcore.ReadTimeout("the time is over")
        return left if timeout is None else min(timeout, left)


class PublicNetwork(httpcore.NetworkBackend):
    """Opens connections; TLS is checked against the name, whatever the address."""

    def __init__(self, deadline: Deadline, allow_private: bool) -> None:
        self._deadline, self._allow_private, self._plain = deadline, allow_private, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """To the one address that the name leads to."""
        address = resolve(host, port, allow_private=self._allow_private)
        opened = self._plain.connect_tcp(address, port, self._deadline.within(timeout), local_address, socket_options)
        return Bounded(opened, self._deadline)


class Bounded(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of it."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """It is over."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """From here on encrypted."""
        opened = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return Bounded(opened, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """As the connection's own."""
        return self._stream.get_extra_info(info)
