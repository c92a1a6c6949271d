"""A running simulator as a test holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

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
