"""The page about lifecycles says what the tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from avdet.core.lifecycles import ALL

TOOL = Path(__file__).parents[2] / "tools/lifecycles.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lifecycles_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_current(tool):
    assert tool.TARGET.read_text(encoding="utf-8") == tool.page(), "stale: run python tools/lifecycles.py"


def test_a_stale_page_is_noticed(tool, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "TARGET", tmp_path / "lifecycles.md")
    monkeypatch.setattr("sys.argv", ["lifecycles.py", "--check"])
    assert tool.main() == 1
    assert "stale" in capsys.readouterr().err
    tool.TARGET.write_text(tool.page(), encoding="utf-8")
    assert tool.main() == 0


@pytest.mark.parametrize("lifecycle", ALL, ids=lambda lifecycle: lifecycle.noun)
def test_every_move_is_drawn_and_stands_in_the_table(tool, lifecycle):
    page = tool.page()
    for (source, move), target in lifecycle.table.items():
        assert f"    {source} --> {target}: {move}\n" in page
    chapter = page.split(f"## {lifecycle.noun.capitalize()}\n")[1].split("\n## ")[0]
    rows = [row.split("|")[2:] for row in chapter.splitlines() if row.startswith("| **")]
    assert len(rows) == len(lifecycle.states)
    assert sum(cell.strip() in lifecycle.states for row in rows for cell in row) == len(lifecycle.table)
