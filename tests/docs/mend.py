"""`python -m tests.docs.mend PAGE…` writes into a page what its commands print now, wherever that is not what it says.

Read what it wrote before you commit it: it takes whatever happened for what should happen. Of the tutorial it also keeps, as
`examples/bookshop/`, the files with which its reader ends.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.pages import ROOT, Reader
from tests.docs.transcript import agrees, commands

TUTORIAL = ROOT / "docs/tutorial/first-policy.md"
EXAMPLE = ROOT / "examples/bookshop"
KEPT = ("bookshop.yaml", "draft.yaml", "claim.yaml", "order.yaml", "cases.yaml", "claims.csv")


def mend(page: Path) -> list[str]:
    """Follow a page and rewrite the transcripts that differ. Returns what else is amiss with it."""
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder))
        reader.follow(page)
        for name in KEPT if page == TUTORIAL else ():
            (EXAMPLE / name).write_bytes(Path(folder, name).read_bytes())
    lines = page.read_text(encoding="utf-8").splitlines()
    for fence, at, ran in reversed(reader.seen):
        command = next(each for each in commands(fence.lines) if each.line == at)
        if ran.exit == command.exit and not agrees(command.expected, ran.output):
            first = fence.line + at
            blank = [""] if at + len(command.expected) + 1 < len(fence.lines) and command.expected[-1:] != ("",) else []
            margin = " " * fence.indent
            lines[first : first + len(command.expected)] = [(margin + each).rstrip() for each in (*ran.output, *blank)]
        if ran.exit != command.exit:
            print(f"{page}:{fence.line + at}: exit {ran.exit}, not {command.exit}: $ {command.words}")
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [each for each in reader.amiss if "$ " not in each]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print("\n\n".join(mend(Path(name).resolve())))
