"""A receiver of webhooks over real HTTP."""

from dataclasses import dataclass, field

import pytest

from avdet.simulators.exchange import Answer, as_json
from avdet.simulators.server import running
from avdet.simulators.stand import Stand


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


@pytest.fixture
def received():
    kept = Received()
    with running(Receiver(kept)) as open_stand:
        kept.url = f"{open_stand.url}/webhook"
        yield kept
