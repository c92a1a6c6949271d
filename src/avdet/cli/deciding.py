"""`avdet decide`: one question in, one answer out."""

from __future__ import annotations

from avdet.cli.terminal import read, write
from avdet.contract.answer import answer_json
from avdet.contract.question import MAX_BYTES
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES


def run(file: str, *, json: bool, trace: bool, language: str | None) -> int:
    """Decide and print. Exit code 0 whatever the outcome: a refusal is an answer."""
    if language is not None and language not in LANGUAGES:
        raise AvdetError(f"{language!r} is no language here", where="--lang", cure=f"use {', '.join(LANGUAGES)}")
    raw = read(file, MAX_BYTES)
    write(answer_json(raw, language=language))
    return 0
