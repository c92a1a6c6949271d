"""`avdet demo`: one real claim of each shipped store, decided, with the slip in the store's own language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from avdet.cli.deciding import show
from avdet.cli.terminal import console, write_json
from avdet.contract import answer
from avdet.contract.answer import settle_question
from avdet.contract.question import read_question
from avdet.policies import STORES

CLAIMS: Final = Path(__file__).parent / "claims"


def run(*, json: bool = False) -> int:
    """Decide each of the claims in `claims/`, and draw it or print the answers."""
    questions = [read_question((CLAIMS / f"{store}.yaml").read_bytes()) for store in STORES]
    if json:
        write_json([answer(question) for question in questions])
        return 0
    out = console()
    for question in questions:
        show(settle_question(question), question, out, None)
        out.print()
    return 0
