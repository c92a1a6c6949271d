"""Whatever breaks, every refund is paid once: the gateway's books, our refunds and our ledger say the same."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

LONG = os.environ.get("AVDET_LONG") == "1"
COUNT, KILLS, SECONDS = (1_000, 25, 900) if LONG else (45, 4, 420)
DAY_COUNT, DAY_KILLS, DAY_SECONDS = (1_000, 40, 1_500) if LONG else (24, 4, 240)


@contextmanager
def database(home):
    """Where the play finds a database of its own, on the kind of server that the suite runs on."""
    if not settings.POSTGRES:
        yield {"AVDET_HOME": str(home)}
        return
    given = settings.DATABASES["default"]
    server = f"postgresql://{given['USER']}@{given['HOST']}:{given['PORT']}"
    name = f"avdet_chaos_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", password=given["PASSWORD"] or None, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            yield {"DATABASE_URL": f"{server}/{name}", "AVDET_HOME": str(home), "PGPASSWORD": given["PASSWORD"]}
        finally:
            connection.execute(f"drop database {name} with (force)")


def played(home, play, count, kills, seconds):
    """What came of a play, in a process of its own."""
    with database(home) as where:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-m", f"tests.workflows.{play}", "stage", str(count), str(kills)],
            cwd=Path(__file__).parents[2], env={**environ, **where, "CHAOS_SECONDS": str(seconds)}, capture_output=True, text=True, check=False, timeout=seconds + 60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout.strip().splitlines()[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.database
def test_every_refund_is_paid_once_whatever_breaks(tmp_path):
    found = played(tmp_path, "chaos", COUNT, KILLS, SECONDS)
    assert (found["wrong"], found["books"], found["gateway_minor"], found["findings"]) == ([], [], 0, [])
    assert found["refunds"] > COUNT
    assert found["killed"] >= KILLS
    assert min(found["lost_sight"], found["came_back"], found["called_again"]) > 0, "nothing broke, so nothing was proved"


@pytest.mark.database
def test_imports_cancellations_and_reversals_go_on_while_servers_and_workers_are_killed(tmp_path):
    found = played(tmp_path, "chaos_day", DAY_COUNT, DAY_KILLS, DAY_SECONDS)
    assert (found["wrong"], found["told_wrong"], found["books"], found["ledger_minor"]) == ([], [], [], 0)
    assert (found["orders"], found["imported"]) == (DAY_COUNT, DAY_COUNT)
    assert min(found["workers_killed"], found["servers_killed"]) >= DAY_KILLS // 2
    assert min(found["refunds"], found["lost_sight"], found["repeated"]) > 0, "nothing broke, so nothing was proved"
