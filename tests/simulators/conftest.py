"""Each simulator over real HTTP. Other folders use these fixtures by `from tests.simulators.conftest import *`."""

import httpx
import pytest

from avdet.simulators.payments import Payments
from tests.simulators.stands import standing

__all__ = ["http", "payment_simulator"]


@pytest.fixture
def http():
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def payment_simulator():
    with standing(Payments()) as handle:
        yield handle
