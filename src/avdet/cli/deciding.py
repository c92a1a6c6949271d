"""`avdet decide`: one question in, one answer out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from avdet.cli.terminal import read, write
from avdet.contract.answer import Settled, builtins, render, settle_question
from avdet.contract.question import MAX_BYTES, Question, read_question
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from rich.console import Console


def run(file: str, *, json: bool, trace: bool, language: str | None) -> int:
    """Decide and print. Exit code 0 whatever the outcome: a refusal is an answer."""
    known_language(language)
    question = read_question(read(file, MAX_BYTES))
    settled = settle_question(question)
    if json:
        write(_json(settled, question, language, trace=trace))
        return 0
    from avdet.cli.terminal import console

    show(settled, question, console(), language, trace=trace)
    return 0


def known_language(language: str | None) -> None:
    """Refuse a language that there is no catalogue for."""
    if language is not None and language not in LANGUAGES:
        raise AvdetError(f"{language!r:.40} is no language here", where="--lang", cure=f"use {', '.join(LANGUAGES)}")


def _json(settled: Settled, question: Question, language: str | None, *, trace: bool) -> bytes:
    import msgspec

    found = builtins(render(settled, question, language))
    if trace:
        from avdet.core.trace import trace as traced

        found["trace"] = [
            {"clause": r.clause, "case": r.case, "status": r.status, "part": r.part, "facts": dict(r.facts), "by": r.by}
            for r in traced(settled.engine, question.at, settled.facts)
        ]
    return msgspec.json.encode(found)


def show(settled: Settled, question: Question, console: Console, language: str | None, *, trace: bool = False) -> None:
    """Draw the slip of a settled question, in the reader's language or the store's own."""
    from avdet.cli.receipt import draw
    from avdet.words.catalogue import code, say
    from avdet.words.slip import slip

    edition = settled.engine.edition
    language = language or edition.policy.languages[0]
    name = edition.policy.names.get(language) or edition.policy.store
    shown = slip(builtins(render(settled, question, language)), point=question.at, calendar=settled.calendar,
                 in_force_from=edition.in_force_from, name=name, language=language)  # fmt: skip
    draw(shown, console, trace=_traced(settled, question, language) if trace else None,
         hint=say(language, "slip", "how_trace", option=code("--trace", language)))  # fmt: skip


def _traced(settled: Settled, question: Question, language: str) -> Iterator[tuple[str, str]]:
    from avdet.core.trace import trace
    from avdet.words.trace import verdict

    parameters = settled.engine.edition.policy.parameters
    reasons = trace(settled.engine, question.at, settled.facts)
    spoken = {reason.clause for reason in reasons if reason.status in ("in_force", "set_aside")}
    for reason in reasons:
        if reason.status in ("in_force", "set_aside") or reason.clause not in spoken:
            yield reason.clause, verdict(reason, parameters, language)
