"""Runs `make demo` as a newcomer does, on a port that is free, and says how long the first page took; then stops it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SECONDS = 240


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_page(url: str, demo: subprocess.Popen[bytes]) -> str:
    """The text of a page, as soon as there is one."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        if demo.poll() is not None:
            sys.exit(f"make demo ended with {demo.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    sys.exit(f"no page after {SECONDS} s")


def main() -> None:
    """Starts the demo, reads its pages, stops it."""
    port, started = free_port(), time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        demo = subprocess.Popen(
            ["make", "demo", f"PORT={port}"], env={**os.environ, "AVDET_HOME": home}, start_new_session=True
        )
        try:
            front = first_page(f"http://127.0.0.1:{port}/", demo)
            print(f"make demo: first page after {time.monotonic() - started:.1f} s")
            for slug in ("ofiskutum", "offykala", "hepsiburada", "persianpetshop", "fetrashop"):
                assert f"/{slug}/" in front, f"the front door does not name {slug}"
                for page in ("", "terms/", "products/"):
                    first_page(f"http://127.0.0.1:{port}/{slug}/{page}", demo)
        finally:
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(20)


if __name__ == "__main__":
    main()
