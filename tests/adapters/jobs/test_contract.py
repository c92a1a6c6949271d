"""Both adapters keep one contract, on the databases they are for, and while their workers are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
STAGES = [("embedded", "sqlite"), ("embedded", "postgresql"), ("procrastinate", "postgresql")]
CHECKS = [
    line[4 : line.index("(")]
    for line in (Path(__file__).parent / "stage.py").read_text(encoding="utf-8").splitlines()
    if line.startswith("def check_")
]


@cache
def postgres() -> str:
    """The address of a PostgreSQL server of our own; a machine without one skips."""
    started = subprocess.run(["sh", "tools/postgres.sh", "start"], cwd=ROOT, capture_output=True, text=True, check=False)
    if started.returncode and "CI" not in os.environ:
        pytest.skip(started.stderr.strip())
    assert started.returncode == 0, started.stderr
    return started.stdout.strip().splitlines()[-1]


@cache
def outcome(adapter: str, vendor: str, home: Path) -> dict[str, str]:
    """What the stage said of each check; a database of its own is made and dropped around it."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "AVDET_JOBS"}}
    environment |= {"AVDET_HOME": str(home), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    if vendor == "sqlite":
        return played(adapter, environment)
    import psycopg

    name = f"avdet_jobs_{os.getpid()}"
    with psycopg.connect(postgres(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            return played(adapter, environment | {"DATABASE_URL": urlunsplit(urlsplit(postgres())._replace(path=f"/{name}"))})
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def played(adapter: str, environment: dict[str, str]) -> dict[str, str]:
    stage = [sys.executable, "-m", "tests.adapters.jobs.stage", adapter]
    played = subprocess.run(stage, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert played.returncode == 0, played.stderr[-4000:]
    found: dict[str, str] = json.loads(played.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {f"{adapter}-{vendor}": tmp_path_factory.mktemp(f"{adapter}-{vendor}") for adapter, vendor in STAGES}


@pytest.mark.parametrize(("adapter", "vendor"), STAGES)
@pytest.mark.parametrize("check", CHECKS)
def test_contract(adapter: str, vendor: str, check: str, homes: dict[str, Path]) -> None:
    if vendor == "postgresql":
        postgres()
    broken = outcome(adapter, vendor, homes[f"{adapter}-{vendor}"])[check]
    assert not broken, broken


def test_there_are_checks() -> None:
    assert len(CHECKS) >= 7
