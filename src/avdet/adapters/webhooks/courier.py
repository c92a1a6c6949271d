"""Posts a message: the name is looked up once, the connection goes to the very address that was found fit, TLS to the name."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from avdet.adapters.webhooks.places import ForbiddenPlaceError, resolve
from avdet.ports.webhooks import Answer, Unreached

SECONDS: Final = 15.0
MOST_BYTES: Final = 64 * 1024
PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class HttpCourier:
    """`allow_private` lets it go to this machine and its network, in plain HTTP too: for demonstrations and for tests."""

    allow_private: bool = False
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Unreached:
        """See `avdet.ports.webhooks.Courier`."""
        parts = urlsplit(url)
        if parts.scheme not in (PORTS if self.allow_private else {"https"}):
            return Unreached("webhooks are sent by https only", forbidden=True)
        try:
            address = resolve(parts.hostname or "", parts.port or PORTS[parts.scheme], allow_private=self.allow_private)
        except ForbiddenPlaceError:
            return Unreached("the address does not lie in the public internet", forbidden=True)
        except (OSError, UnicodeError):
            return Unreached("the name leads to no address")
        try:
            return self._ask(parts, address, body, headers)
        except httpx.TimeoutException:
            return Unreached(f"no answer within {self.seconds:.0f} seconds")
        except httpx.HTTPError as error:
            return Unreached(f"no connection: {type(error).__name__}")

    def _ask(self, parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        until = time.monotonic() + self.seconds
        host = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        there = parts._replace(netloc=f"{host}{port}", fragment="").geturl()
        with (
            httpx.Client(timeout=self.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", there, content=body, headers={**headers, "Host": parts.netloc},
                extensions={"sni_hostname": parts.hostname or ""},
            ) as response,
        ):  # fmt: skip
            return Answer(response.status_code, _begun(response, until))


def _begun(response: httpx.Response, until: float) -> str:
    """The beginning of a body. Whoever sends without end, or a letter at a time, is left."""
    read = b""
    for chunk in response.iter_raw(8192):
        read += chunk
        if len(read) >= MOST_BYTES or time.monotonic() > until:
            break
    return read[:MOST_BYTES].decode(response.encoding or "utf-8", errors="replace")
