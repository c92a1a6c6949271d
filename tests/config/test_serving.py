"""The real command serves real pages, says when it is ready, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

STARTS_WITHIN_SECONDS = 30
"""Three on a quiet machine, as benchmarks/bench_service.py measures; the tests' machine may be busy."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def environ(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "AVDET_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'a.sqlite3'}",
        "AVDET_METRICS_TOKEN": "let-me-see",
    }


@pytest.fixture(scope="module")
def served(environ: dict[str, str], home: Path) -> Iterator[str]:
    subprocess.run([sys.executable, "-m", "avdet", "migrate"], env=environ, check=True, capture_output=True)
    port = free_port()
    with (home / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "avdet", "serve", "--port", str(port)], env=environ, stderr=log)
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    url = f"http://127.0.0.1:{port}"
    while time.monotonic() < ends:
        try:
            if get(f"{url}/health/ready")[0] == 200:
                break
        except OSError:
            time.sleep(0.05)
    else:
        pytest.fail("the server did not become ready")
    yield url
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
    lines = [json.loads(line) for line in (home / "log").read_text().splitlines() if line.startswith("{")]
    requests = [line for line in lines if line.get("event") == "request"]
    assert requests
    assert all(line["request_id"] and "SECRET-1" not in json.dumps(line) for line in requests)


def test_a_database_without_tables_is_not_served(environ: dict[str, str], tmp_path: Path) -> None:
    empty = {**environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    done = subprocess.run([sys.executable, "-m", "avdet", "serve"], env=empty, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "avdet migrate" in done.stderr


def test_it_lives_and_is_ready(served: str) -> None:
    assert get(f"{served}/health/live") == (200, '{"status": "alive"}')
    assert get(f"{served}/health/ready") == (200, '{"status": "ready"}')


def test_metrics_are_for_the_bearer_of_the_token(served: str) -> None:
    assert get(f"{served}/metrics")[0] == 403
    assert get(f"{served}/metrics", Authorization="Bearer let-me-guess")[0] == 403
    status, text = get(f"{served}/metrics", Authorization="Bearer let-me-see")
    assert status == 200
    assert "avdet_requests_total" in text


def test_the_front_door_opens_under_a_strict_policy(served: str) -> None:
    with urllib.request.urlopen(f"{served}/", timeout=10) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_logs_name_the_route_and_never_the_path(served: str) -> None:
    assert get(f"{served}/nobody/orders/SECRET-1/")[0] == 404


def test_the_doctor_says_what_to_do(environ: dict[str, str], served: str) -> None:
    done = subprocess.run([sys.executable, "-m", "avdet", "doctor"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "✔ tables: of this version" in done.stdout
    assert "✘ mail: not set → set AVDET_MAIL_URL" in done.stdout
