"""What the README shows is what the program does."""

import re

from tools.readme_slip import README, with_slip

from tests.house.sources import ROOT


def test_the_slip_is_the_one_that_the_demo_prints():
    text = README.read_text(encoding="utf-8")
    assert with_slip(text) == text, "run: python tools/readme_slip.py"
    assert "FET-WDR-1" in text


def test_the_first_screen_says_what_it_is_shows_it_and_starts_it():
    first = README.read_text(encoding="utf-8").partition("\n- ")[0]
    assert "make demo" in first
    assert "make test" in first
    assert 'src="docs/assets/customer.png"' in first


def test_its_pictures_are_there_and_light():
    named = re.findall(r"docs/assets/\w+\.png", README.read_text(encoding="utf-8"))
    assert len(named) >= 3
    heavy = [name for name in named if (ROOT / name).stat().st_size > 150_000]
    assert heavy == [], "run: python tools/pictures.py"


def test_every_command_it_names_exists():
    from avdet.cli.app import ROOT as COMMANDS
    from avdet.cli.policy_app import COMMANDS as POLICY
    from avdet.cli.server_app import SERVICE

    text = README.read_text(encoding="utf-8")
    known = {each.__name__ for each in (*COMMANDS, *SERVICE)} | {f"policy {name}" for name in POLICY}
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
