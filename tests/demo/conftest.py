"""The moment from which the demo's past is told in these tests."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now():
    return datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
