"""`avdet demo`: one real claim of each shipped store, decided, with the slip in the store's own language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from avdet.cli.deciding import show
from avdet.cli.terminal import console
from avdet.contract.answer import settle_question
from avdet.contract.question import read_question
from avdet.policies import STORES

CLAIMS: Final = Path(__file__).parent / "claims"


def run(language: str | None = None) -> int:
    """Decide and draw each of the claims in `claims/`."""
    out = console()
    for store in STORES:
        question = read_question((CLAIMS / f"{store}.yaml").read_bytes())
        show(settle_question(question), question, out, language)
        out.print()
    return 0
