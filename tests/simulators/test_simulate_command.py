"""`avdet simulate` in a process of its own."""

import re
import signal
import subprocess
import sys

import httpx
import pytest


def avdet(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "avdet", "simulate", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_unknown_simulator_is_bad_input():
    with avdet("weather") as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "no simulator 'weather'" in said


def test_a_port_that_is_taken_is_bad_input(payment_simulator):
    with avdet("payments", "--port", payment_simulator.url.rsplit(":", 1)[1]) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "the port is taken" in said


@pytest.mark.parametrize("kind", ["payments", "shops", "messages", "bank"])
def test_each_simulator_answers_until_it_is_told_to_end(kind, tmp_path):
    with avdet(kind, "--port", "0", "--smtp-port", "0", "--orders", "3", "--state", str(tmp_path / "books.json")) as process:
        url = re.search(r"http://[\d.:]+", process.stdout.readline()).group()
        assert "simulator" in httpx.get(url).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
