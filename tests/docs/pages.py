"""Follows a page as a reader would, in an empty folder: writes its files, changes them, types its commands, runs its Python."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.docs.fences import Fence, fences
from tests.docs.parts import check_part, refusal
from tests.docs.transcript import Ran, agrees, commands, run, terminal

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ("yaml", "json", "csv", "python", "toml")
"""Kinds of block that, with a file's name for a title, are that file."""
DRAWN = ("mermaid",)
"""Kinds of block that a browser draws: there is nothing to run, and the site's build reads them."""
REFUSED = "# refused: "
"""How a piece of YAML begins that shows a mistake: with what Avdet says of it, its place aside."""


def pages() -> list[Path]:
    """Every page that a reader may follow."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples/bookshop/README.md"]


@dataclass
class Reader:
    """Someone following a page in `folder`. `amiss` is all that did not go as the page says; `seen` what commands printed."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})
    amiss: list[str] = field(default_factory=list)
    seen: list[tuple[Fence, int, Ran]] = field(default_factory=list)

    def follow(self, page: Path) -> None:
        """The whole page, top to bottom; an example's page among its files."""
        terminal()
        if page.is_relative_to(ROOT / "examples"):
            shutil.copytree(page.parent, self.folder, dirs_exist_ok=True)
        with contextlib.chdir(self.folder):
            for fence in fences(page):
                if not fence.skip:
                    self.meet(fence)

    def meet(self, fence: Fence) -> None:
        """One block."""
        try:
            if fence.kind == "console":
                self.type(fence)
            elif fence.kind == "diff":
                self.change(fence)
            elif fence.title and fence.kind in WRITTEN:
                self.write(fence)
            elif fence.kind not in DRAWN:
                self.read(fence)
        except Exception as fault:
            self.amiss.append(f"{fence.place}: {fault}")

    def type(self, fence: Fence) -> None:
        for command in commands(fence.lines):
            ran = run(command, self.folder)
            self.seen.append((fence, command.line, ran))
            if ran.exit != command.exit or not agrees(command.expected, ran.output):
                expected, found = "\n".join(command.expected), "\n".join(ran.output)
                place = f"{fence.page.name}:{fence.line + command.line}"
                self.amiss.append(f"{place}: $ {command.words}\n--- the page says\n{expected}\n--- exit {ran.exit}\n{found}\n---")

    def write(self, fence: Fence) -> None:
        """A title says which file the block is, or what of a file it takes the place of."""
        name, _, where = fence.title.partition(", ")
        path = self.folder / name
        if not where:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.text, encoding="utf-8")
            return
        kept = path.read_text(encoding="utf-8")
        if where == "at the end":
            path.write_text(kept.rstrip("\n") + "\n\n" + fence.text, encoding="utf-8")
        else:
            start = where.removeprefix("from ").removesuffix(" to the end").strip("`")
            assert where.startswith("from "), f"where in {name} is {where!r}?"
            assert kept.count(f"\n{start}") == 1, f"where in {name} is {where!r}?"
            path.write_text(kept[: kept.index(f"\n{start}") + 1] + fence.text, encoding="utf-8")

    def change(self, fence: Fence) -> None:
        """A diff: the lines it shows, without those marked +, stand together in the file exactly once."""
        path = self.folder / fence.title
        kept = path.read_text(encoding="utf-8")
        assert all(line[:1] in ("+", "-", " ", "") for line in fence.lines), "each line of a diff begins with +, - or a space"
        old = "".join(f"{line[1:]}\n" for line in fence.lines if line[:1] != "+")
        new = "".join(f"{line[1:]}\n" for line in fence.lines if line[:1] != "-")
        assert kept.count(old) == 1, f"these lines stand {kept.count(old)} times in {fence.title}:\n{old}"
        path.write_text(kept.replace(old, new), encoding="utf-8")

    def read(self, fence: Fence) -> None:
        """A block that is no file of the reader's: it must still be true."""
        if fence.kind == "python":
            self.python(fence)
        elif fence.kind == "yaml" and fence.text.startswith(REFUSED):
            said, _, part = fence.text.removeprefix(REFUSED).partition("\n")
            found = refusal(part)
            assert agrees((said,), (found,)), f"the page says it is refused so: {said}\nit is refused so: {found}"
        elif fence.kind == "yaml":
            check_part(fence.text)
        elif fence.kind == "json":
            json.loads(fence.text)
        else:
            raise AssertionError(f"nothing runs a block of {fence.kind or 'no kind'}; say why before it: <!-- not run: … -->")

    def python(self, fence: Fence) -> None:
        """Python as a session (`>>>`), or as lines that must run; what a block defines, later ones have."""
        if ">>> " not in fence.text:
            exec(compile(fence.text, fence.place, "exec"), self.names)
            return
        told = io.StringIO()
        session = doctest.DocTestParser().get_doctest(fence.text, self.names, fence.place, str(fence.page), fence.line - 1)
        doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(session, out=told.write, clear_globs=False)
        self.names.update(session.globs)
        assert not told.getvalue(), told.getvalue()
