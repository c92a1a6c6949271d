"""How long the service takes to answer its first request, beside the same server with an application that does nothing."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROUNDS = 5
BAR_SECONDS = 3.0
BARE = "def application(environ, start):\n    start('200 OK', [])\n    return [b'']\n"


def seconds_to_answer(command: list[str], path: str, *, environ: dict[str, str], folder: Path) -> float:
    """From the start of a process to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--port", str(port)], env=environ, cwd=folder, **quiet)
    try:
        while time.perf_counter() - started < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    return time.perf_counter() - started
            except OSError:
                time.sleep(0.01)
        raise SystemExit("no answer within a minute")
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Prints both, and their ratio."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "bare.py").write_text(BARE)
        environ = {**os.environ, "AVDET_HOME": home, "DATABASE_URL": f"sqlite:///{folder / 'a.sqlite3'}"}
        subprocess.run([sys.executable, "-m", "avdet", "migrate"], env=environ, check=True, capture_output=True)
        bare = [sys.executable, "-m", "granian", "--interface", "wsgi", "bare:application"]
        ours = [sys.executable, "-m", "avdet", "serve"]
        known = {"environ": environ, "folder": folder}
        reference = statistics.median(seconds_to_answer(bare, "/", **known) for _ in range(ROUNDS))
        found = statistics.median(seconds_to_answer(ours, "/health/live", **known) for _ in range(ROUNDS))
    ratio = found / reference
    print(f"first answer: {found:.2f} s (bar {BAR_SECONDS:.0f} s), bare Granian {reference:.2f} s, ratio {ratio:.1f}")


if __name__ == "__main__":
    main()
