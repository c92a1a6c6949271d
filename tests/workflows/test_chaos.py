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
COUNT, KILLS, SECONDS = (1_000, 25, 900) if LONG else (90, 6, 420)


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


@pytest.mark.database
def test_every_refund_is_paid_once_whatever_breaks(tmp_path):
    with database(tmp_path) as where:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        played = subprocess.run(
            [sys.executable, "-m", "tests.workflows.chaos", "stage", str(COUNT), str(KILLS)],
            cwd=Path(__file__).parents[2], env={**environ, **where, "CHAOS_SECONDS": str(SECONDS)}, capture_output=True, text=True, check=False, timeout=SECONDS + 60,
        )  # fmt: skip
    assert played.returncode == 0, played.stderr[-4000:]
    found = json.loads(played.stdout.strip().splitlines()[-1])
    assert (found["wrong"], found["books"], found["gateway_minor"], found["findings"]) == ([], [], 0, [])
    assert found["refunds"] > COUNT
    assert found["killed"] >= KILLS
    assert min(found["lost_sight"], found["came_back"], found["called_again"]) > 0, "nothing broke, so nothing was proved"
