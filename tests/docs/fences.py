"""Reads the fenced blocks of a Markdown page: what is shown, how it is titled, where it stands, and whether it may go unrun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OPEN = re.compile(r"(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")
_TITLE = re.compile(r'title="([^"]*)"')
_SKIP = re.compile(r"<!-- not run: (\S.*) -->")
_SLIP = "<!-- slip -->"  # the README's slip is drawn by tools/readme_slip.py, and tests/house holds it to that


@dataclass(frozen=True, slots=True)
class Fence:
    """One block. `line` is its first line within the fence; `skip` is why nothing runs it, or empty."""

    page: Path
    kind: str
    title: str
    lines: tuple[str, ...]
    line: int
    skip: str
    indent: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """The blocks of a page in order. A block may stand unrun only after a comment `<!-- not run: the reason -->`."""
    before, opened, kept, start = "", None, [], 0
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if opened is None:
            opened, start = _OPEN.match(line), number + 1
            kept = []
            before = before if opened or not line.strip() else line.strip()
        elif line.strip() == opened["ticks"]:
            yield _fence(page, opened, kept, start, before)
            opened, before = None, ""
        else:
            kept.append(line[min(len(opened["indent"]), len(line) - len(line.lstrip())) :])
    assert opened is None, f"{page.name}:{start - 1}: this block is never closed"


def _fence(page: Path, opened: re.Match[str], kept: list[str], start: int, before: str) -> Fence:
    words = opened["info"].split()
    title, skip = _TITLE.search(opened["info"]), _SKIP.fullmatch(before)
    why = skip[1] if skip else "drawn by tools/readme_slip.py" if before == _SLIP else ""
    return Fence(page, words[0] if words else "", title[1] if title else "", tuple(kept), start, why, len(opened["indent"]))
