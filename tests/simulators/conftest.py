"""Each simulator over real HTTP. Other folders use these fixtures by `from tests.simulators.conftest import *`."""

import httpx
import pytest

from avdet.simulators.bank import BankSimulator
from avdet.simulators.messages import Messages, running_smtp
from avdet.simulators.payments import Payments
from avdet.simulators.shops import Shops
from tests.simulators.stands import receiving, standing

__all__ = ["bank_simulator", "http", "message_simulator", "payment_simulator", "received", "shop_simulator"]


@pytest.fixture
def http():
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def bank_simulator():
    with standing(BankSimulator()) as handle:
        yield handle


@pytest.fixture
def payment_simulator():
    with standing(Payments()) as handle:
        yield handle


@pytest.fixture
def message_simulator():
    """`.smtp_port` is the mail server's."""
    office = Messages()
    with running_smtp(office) as smtp_port, standing(office, smtp_port=smtp_port) as handle:
        yield handle


@pytest.fixture
def shop_simulator():
    """WooCommerce's documented examples and 250 generated orders; Shopify's fixtures."""
    with standing(Shops(count=250)) as handle:
        yield handle


@pytest.fixture
def received():
    """A receiver of webhooks: `.url`, and `.messages` as (headers, body)."""
    with receiving() as kept:
        yield kept
