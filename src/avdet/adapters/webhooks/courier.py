"""Posts a message within a bounded time: every read and write of the connection gets what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpcore

from avdet.adapters.webhooks.network import Deadline, PublicNetwork
from avdet.adapters.webhooks.places import ForbiddenPlaceError
from avdet.ports.webhooks import Answer, Unreached

SECONDS: Final = 15.0
MOST_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpCourier:
    """`allow_private` lets it go to this machine and its network, in plain HTTP too: for demonstrations and for tests."""

    allow_private: bool = False
    seconds: float = SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Unreached:
        """See `avdet.ports.webhooks.Courier`."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (self.allow_private and parts.scheme == "http"):
            return Unreached("webhooks are sent by https only", forbidden=True)
        try:
            return self._ask(parts, body, headers)
        except ForbiddenPlaceError:
            return Unreached("the address does not lie in the public internet", forbidden=True)
        except httpcore.TimeoutException:
            return Unreached(f"no answer within {self.seconds:g} seconds")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as error:
            return Unreached(f"no connection: {type(error).__name__}")

    def _ask(self, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
        deadline = Deadline(self.seconds)
        said = {**headers, "Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"}
        with (
            httpcore.ConnectionPool(network_backend=PublicNetwork(deadline, self.allow_private)) as pool,
            pool.stream("POST", parts._replace(fragment="").geturl(), headers=list(said.items()), content=body) as response,
        ):
            return Answer(response.status, _begun(response, deadline))


def _begun(response: httpcore.Response, deadline: Deadline) -> str:
    """The beginning of a body. Whoever sends without end, or a letter at a time, is left."""
    read = b""
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= MOST_BYTES or not deadline.left():
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass  # it has answered; the rest of what it says is of no account
    return read[:MOST_BYTES].decode(errors="replace")
