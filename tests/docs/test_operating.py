"""What an operator may set stands on the operator's page, and what the project stands on stands on the page about it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from avdet.core.periods import OURS

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "flag", "number", "several"}
CARRIERS = ("KAVENEGAR", "NETGSM")
"""Carriers of SMS: `config/messengers.py` makes the name of the variable from the name of one."""


def read_by(file: Path) -> Iterator[str]:
    """Every variable of the environment that a module reads, or sets for another process."""
    source = file.read_text(encoding="utf-8")
    yield from re.findall(r"""environ(?:\[|\.get\()["']((?:AVDET|DATABASE)_[A-Z_]+)""", source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            named = isinstance(node.func.value, ast.Name) and node.func.value.id == "environment"
            if named and isinstance(node.args[0], ast.Constant):
                yield f"AVDET_{node.args[0].value}"
    if file.name == "messengers.py":
        yield from (f"AVDET_{carrier}_URL" for carrier in CARRIERS)


def variables() -> set[str]:
    return {name for room in ("config", "cli") for file in (ROOT / "src/avdet" / room).rglob("*.py") for name in read_by(file)} | {"AVDET_HOME"}


def table(page: str) -> set[str]:
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_variable_is_in_the_operators_table_and_no_other():
    assert {"AVDET_IYZICO_URL", "AVDET_KAVENEGAR_URL", "AVDET_DATA_KEYS", "DATABASE_URL"} <= variables()
    listed = table((ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8"))
    assert variables() - listed == set()
    assert listed - variables() == set()


def parts() -> dict[str, set[str]]:
    """Name of a part of pyproject.toml → what it asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    asked = {"engine": project["project"]["dependencies"], "replay": extras["prove"] + extras["replay"], "server": extras["server"],
             "development": project["dependency-groups"]["dev"]}  # fmt: skip
    names = {part: {re.split(r"[\[<>=]", each)[0] for each in several} for part, several in asked.items()}
    return {part: several - {"avdet"} for part, several in names.items()}


@pytest.mark.parametrize("part", ["engine", "replay", "server", "development"])
def test_each_dependency_says_why_it_is_there(part):
    page = (ROOT / "docs/explanation/dependencies.md").read_text(encoding="utf-8")
    chapter = next(each for each in page.split("\n## ") if f" {part}" in each.partition("\n")[0].replace("`", ""))
    named = [row.split("|")[1:] for row in chapter.splitlines() if row.startswith("| ") and not row.startswith(("| ---", "| library"))]
    assert all(cell.strip() for row in named for cell in row[:-1])
    listed = {re.sub(r" \(.*\)", "", name.strip()) for row in named for name in row[0].split(",")}
    assert listed == parts()[part]


def test_the_periods_of_nobodys_choosing_are_those_of_the_code() -> None:
    page = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) ([a-z ]+) \|", page, re.MULTILINE)
    assert {name: (unit, int(count)) for name, count, unit in rows} == {name: (each.unit.replace("_", " "), each.length) for name, each in OURS.items()}
