"""Writes the decision slip of the demo into README.md, between its marks: `python tools/readme_slip.py`."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from avdet.cli.deciding import show
from avdet.cli.demo import CLAIMS
from avdet.contract.answer import settle_question
from avdet.contract.question import read_question

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- slip -->\n```text\n", "```\n<!-- /slip -->"


def slip(store: str, language: str) -> str:
    """The slip of a store's demo claim, as a plain terminal of 80 columns shows it."""
    question = read_question((CLAIMS / f"{store}.yaml").read_bytes())
    page = io.StringIO()
    show(settle_question(question), question, Console(file=page, width=80, highlight=False, markup=False), language)
    return "".join(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def with_slip(text: str) -> str:
    """The README with the slip as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + slip("fetrashop", "en") + END + after


if __name__ == "__main__":
    README.write_text(with_slip(README.read_text(encoding="utf-8")), encoding="utf-8")
