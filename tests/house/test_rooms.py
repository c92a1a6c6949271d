"""Every module has a use; the core stands on the standard library; nothing is half done or needs what a clone lacks."""

import re
import sys

import pytest

from tests.house.sources import ROOT, SOURCE, imports, kept_files, module_name, named, prefixes, python_files

ENTRY_POINTS = {"avdet.__main__"}
BY_CUSTOM = re.compile(r"\.(apps|models|urls|migrations\.\w+|templatetags\.\w+|management\.commands\.\w+)$")
"""Modules that Django finds by what they are called."""
ROOMS = {
    "core", "policies", "words", "contract", "analysis", "ports", "records", "adapters", "workflows", "web", "simulators", "demo",
    "cli", "config",
}  # fmt: skip
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|service|info|misc|common)(_|\.py|$)")
UNFINISHED = re.compile("FIX" + r"ME|\bTO" + r"DO\b")
ELSEWHERE = re.compile(r"\.\./sha" + r"red|/wor" + r"k/|/tmp/bri" + "ef")


def test_every_module_is_imported_or_an_entry_point():
    used = {name for path in python_files("src", "tools", "benchmarks", "examples") for name in imports(path)}
    packages = {module_name(path) for path in python_files("src") if path.name == "__init__.py"}
    chosen = {name for path in python_files("src") for name in prefixes(path)}
    used |= {name for path in python_files("src") for prefix in chosen if (name := module_name(path)).startswith(prefix)}
    used |= {name for path in python_files("src") for name in named(path)}
    dead = {module_name(path) for path in python_files("src")} - used - ENTRY_POINTS - packages
    assert {name for name in dead if not BY_CUSTOM.search(name)} == set()


def test_the_rooms_are_those_of_the_house():
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == ROOMS
    assert all(f"  {room}/" in (ROOT / "HOUSE.md").read_text(encoding="utf-8") for room in ROOMS)


def test_names_say_what_a_module_is_about():
    vague = [str(path.relative_to(ROOT)) for path in python_files("src") if BANNED_NAMES.search(path.name)]
    assert vague == []


def test_the_core_imports_the_standard_library_alone():
    foreign = {(module_name(path), name) for path in python_files("src/avdet/core") for name in imports(path)
               if name.split(".")[0] not in {*sys.stdlib_module_names, "avdet"}}  # fmt: skip
    assert foreign == set()


@pytest.mark.parametrize("clock", ["datetime.now", "date.today", "time.time", "random", "os.environ", "locale"])
def test_the_core_reads_no_clock_and_rolls_no_dice(clock):
    found = [path.name for path in python_files("src/avdet/core") if re.search(rf"\b{re.escape(clock)}\b\(?", _code(path))]
    assert found == []


def _code(path):
    """The file without its docstrings and comments."""
    text = re.sub(r'"""[\s\S]*?"""', "", path.read_text(encoding="utf-8"))
    return re.sub(r"#.*", "", text)


@pytest.mark.parametrize(("mark", "why"), [(UNFINISHED, "unfinished"), (ELSEWHERE, "points outside the project")])
def test_nothing_kept_is_unfinished_or_points_outside(mark, why):
    found = []
    for path in kept_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}" for match in mark.finditer(text)]
    assert found == [], why
