"""What every test may ask for: jobs that are only remembered, a browser, a sign-in that is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from avdet.ports import jobs
from tests.browser import browser, open_page  # noqa: F401  # fixtures


def pytest_configure() -> None:
    """Passwords of tests are hashed fast; the real hasher is slow on purpose, and tests/web/accounts looks at it."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    if not settings.POSTGRES:
        # In memory, the threads of a server would share one connection, and close it under each other.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.HOME / "tests.sqlite3")


DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
LONGEST = (
    "tests/workflows/test_chaos.py", "tests/simulation/", "tests/workflows/test_order_machine.py",
    "tests/workflows/test_remedy_machine.py", "tests/workflows/test_money_machine.py", "tests/workflows/orders/test_bulk_orders.py",
    "tests/workflows/money/test_grant_refund.py", "tests/docs/test_connect_your_shop.py", "tests/config/test_backup.py",
    "tests/config/test_serving.py", "tests/stories/",
)  # fmt: skip
"""What takes longest comes first, and the longest of all before that, so that no process is left alone with it at the end."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks what touches the database, however it says so, for the second run on PostgreSQL.

    Pages that are only looked at (`…_sound`) look the same on either database: like whatever else is marked so, they are tried
    once, on SQLite.
    """
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if "_sound" in item.name:
            item.add_marker("once")
    yield
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST)))


class Deferred:
    """A `Jobs` that only remembers what it was given; `run` carries it out."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, dict[str, Any], datetime | None, str]] = []

    def defer(self, name: str, payload: Any, *, run_at: datetime | None = None, key: str = "") -> None:
        if not key or all(key != waiting[3] for waiting in self.waiting):
            self.waiting.append((name, dict(payload), run_at, key))

    def run(self, now: datetime) -> int:
        """Does everything that waits, and what that enqueues, until nothing is left that is due; says how much it did."""
        done = 0
        while due := [each for each in self.waiting if each[2] is None or each[2] <= now]:
            for each in due:
                self.waiting.remove(each)
                jobs.KINDS[each[0]].work(each[1], now)
                done += 1
        return done


@pytest.fixture(autouse=True)
def deferred() -> Iterator[Deferred]:
    """Jobs are remembered instead of carried out, in every test that does not connect an adapter of its own."""
    before = list(jobs._connected)
    remembered = Deferred()
    jobs.connect(remembered)
    yield remembered
    jobs._connected[:] = before


@pytest.fixture(autouse=True, scope="session")
def _forced_sign_in_is_whole() -> None:
    """`force_login` stands for a whole sign-in, a second factor of the staff included; signing in by the pages does not."""
    from django.contrib.auth.signals import user_logged_in

    from avdet.web.shared.access import PROVEN

    def proven(request: Any, user: Any, **_: Any) -> None:
        if "REMOTE_ADDR" not in request.META:  # the test client's own request, which came from nowhere
            request.session[PROVEN] = user.pk

    user_logged_in.connect(proven, weak=False)


@pytest.fixture(autouse=True, scope="session")
def _books_can_be_emptied() -> Iterator[None]:
    """A test that commits is followed by emptying the tables, which the ledger's triggers would refuse on SQLite."""
    from django.db import connection

    from avdet.records.ledger import guards

    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)  # of every connection: beside a browser there are several
    flush = operations.sql_flush

    def sql_flush(self: Any, *given: Any, **said: Any) -> list[str]:
        statements = flush(self, *given, **said)
        return [*guards.removal("sqlite"), *statements, *guards.creation("sqlite")] if statements else []

    operations.sql_flush = sql_flush  # type: ignore[method-assign]
    yield
    operations.sql_flush = flush  # type: ignore[method-assign]
