"""Imports run one way only: import-linter holds the contracts of `.importlinter`."""

import subprocess
import sys

from tests.house.sources import ROOT


def test_imports_run_one_way():
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    found = subprocess.run([sys.executable, "-c", lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-2000:]
    assert "0 broken" in found.stdout
