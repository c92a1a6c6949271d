"""What the README shows is what the program does."""

import re

from tools.readme_slip import README, with_slip

from tests.house.sources import ROOT


def test_the_slip_on_the_first_screen_is_the_one_the_demo_prints():
    text = README.read_text(encoding="utf-8")
    assert with_slip(text) == text, "run: python tools/readme_slip.py"
    assert "FET-WDR-1" in text[: text.index("## ")]


def test_every_command_it_names_exists():
    from avdet.cli.app import ROOT as COMMANDS
    from avdet.cli.policy_app import COMMANDS as POLICY

    text = README.read_text(encoding="utf-8")
    known = {each.__name__ for each in COMMANDS} | {f"policy {name}" for name in POLICY}
    named = set(re.findall(r"avdet (policy [a-z]+|[a-z]+)", text))
    assert named <= known
    assert len(named) >= 6


def test_every_make_target_it_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "check", "bench", "format"} <= targets
    for page in ("README.md", "CONTRIBUTING.md", "HOUSE.md"):
        named = set(re.findall(r"(?:`|^)make ([a-z]+)\b", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
        assert named
        assert named <= targets
