"""A plain decision starts fast because it loads little."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CLAIMS = Path(__file__).parents[2] / "src/avdet/cli/claims"
HEAVY = {"z3", "ibis", "numpy", "duckdb", "pyarrow", "jinja2", "django", "typer", "pydantic", "click", "rich"}
LIMIT_S = 0.35

LOADED = """
import json, sys
from avdet.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    print(json.dumps([left.code or 0, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def loaded(*arguments):
    ran = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    code, modules = json.loads(ran.stdout.splitlines()[-1])
    assert code == 0
    return set(modules)


def test_a_decision_as_json_loads_no_framework_and_nothing_heavy():
    assert loaded("decide", "--json", str(CLAIMS / "fetrashop.yaml")) & HEAVY == set()


def test_a_decision_as_a_slip_loads_rich_and_nothing_heavier():
    assert loaded("decide", "--trace", str(CLAIMS / "fetrashop.yaml")) & HEAVY == {"rich"}


@pytest.mark.parametrize("store", ["fetrashop", "ofiskutum"])
@pytest.mark.parametrize("options", [["--json"], []], ids=["json", "slip"])
def test_a_cold_decision_is_quick(store, options):
    """Processor time, the best of seven: what it costs, not how busy the machine is."""
    command = [sys.executable, "-m", "avdet", "decide", *options, str(CLAIMS / f"{store}.yaml")]

    def once():
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_utime + used.ru_stime

    assert min(once() for _ in range(7)) <= LIMIT_S


@pytest.mark.parametrize("arguments", [
    ["--json", "-"], ["-"], ["--trace", "claim.json"], ["--lang", "tr", "claim.json", "--json"], ["--trace", "--json", "--lang", "fa", "a b"],
], ids=" ".join)  # fmt: skip
def test_the_quick_reading_of_options_is_the_frameworks(arguments, monkeypatch):
    from avdet.cli import deciding
    from avdet.cli.app import command

    heard = []
    monkeypatch.setattr(deciding, "run", heard.append)
    command(["decide"])(args=["decide", *arguments], standalone_mode=False)
    assert heard == [deciding.plain(arguments)]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["a", "b"], ["--lang"], ["--jsn", "a"], ["--json=1", "a"]], ids=" ".join)
def test_what_is_not_plain_is_left_to_the_framework(arguments):
    from avdet.cli.deciding import plain

    assert plain(arguments) is None
