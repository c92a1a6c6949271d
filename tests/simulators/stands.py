"""A running simulator as a test holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from avdet.simulators.exchange import Answer, as_json
from avdet.simulators.server import running
from avdet.simulators.stand import Stand


@dataclass(frozen=True)
class Handle:
    """`url` of a running simulator; `faults(http_500=2)` sets faults; `ask` and `tell` use its own routes."""

    url: str
    smtp_port: int = 0

    def faults(self, **wanted: object) -> None:
        answer = httpx.post(f"{self.url}/_faults", json=wanted)
        assert answer.status_code == 200, answer.text

    def ask(self, path: str):
        return httpx.get(f"{self.url}{path}").raise_for_status().json()

    def tell(self, path: str, said: object):
        return httpx.post(f"{self.url}{path}", json=said).raise_for_status().json()


@contextmanager
def standing(stand: Stand, *, smtp_port: int = 0) -> Iterator[Handle]:
    with running(stand) as open_stand:
        yield Handle(open_stand.url, smtp_port)


@dataclass
class Received:
    url: str = ""
    messages: list = field(default_factory=list)


class Receiver(Stand):
    """Keeps what it gets."""

    def __init__(self, kept: Received) -> None:
        super().__init__()
        self.kept = kept

    def route(self, request):
        return self._keep

    def _keep(self, request) -> Answer:
        self.kept.messages.append((request.headers, request.body))
        return as_json({})


@contextmanager
def receiving() -> Iterator[Received]:
    kept = Received()
    with running(Receiver(kept)) as open_stand:
        kept.url = f"{open_stand.url}/webhook"
        yield kept
