"""`avdet decide`: one question in, one answer out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avdet.cli.terminal import printable, read, write
from avdet.contract.answer import Settled, builtins, render, settle_question
from avdet.contract.question import MAX_BYTES, Question, read_question_file
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Options:
    """What `avdet decide` was told."""

    file: str
    json: bool = False
    trace: bool = False
    language: str | None = None


def plain(arguments: list[str]) -> Options | None:
    """The options of an ordinary call, read without the command framework, whose import takes longer than the decision.

    `None` for whatever else was written, help and mistakes included: the framework answers those.

    >>> plain(["--json", "-"])
    Options(file='-', json=True, trace=False, language=None)
    >>> plain(["--jsn", "-"]) is None
    True
    """
    words, files, language = iter(arguments), [], None
    flags: set[str] = set()
    for word in words:
        if word in ("--json", "--trace"):
            flags.add(word)
        elif word == "--lang":
            language = next(words, None)
            if language is None:
                return None
        elif word == "-" or not word.startswith("-"):
            files.append(word)
        else:
            return None
    return Options(files[0], "--json" in flags, "--trace" in flags, language) if len(files) == 1 else None


def run(options: Options) -> int:
    """Decide and print. Exit code 0 whatever the outcome: a refusal is an answer."""
    known_language(options.language)
    question = read_question_file(read(options.file, MAX_BYTES))
    settled = settle_question(question)
    if options.json:
        write(_json(settled, question, options))
        return 0
    from avdet.cli.terminal import console

    show(settled, question, console(), options.language, trace=options.trace)
    return 0


def known_language(language: str | None) -> None:
    """Refuse a language that there is no catalogue for."""
    if language is not None and language not in LANGUAGES:
        raise AvdetError(f"{language!r:.40} is no language here", where="--lang", cure=f"use {', '.join(LANGUAGES)}")


def _json(settled: Settled, question: Question, options: Options) -> bytes:
    import msgspec

    found = builtins(render(settled, question, options.language))
    if options.trace:
        from avdet.core.trace import trace as traced

        found["trace"] = [
            {"clause": r.clause, "case": r.case, "status": r.status, "part": r.part, "facts": dict(r.facts), "by": r.by}
            for r in traced(settled.engine, question.at, settled.facts)
        ]
    return msgspec.json.encode(found)


def show(settled: Settled, question: Question, console: Console, language: str | None, *,
         trace: bool = False) -> None:  # fmt: skip
    """Draw the slip of a settled question, in the reader's language or the store's own."""
    from avdet.cli.receipt import draw
    from avdet.words.catalogue import code, say
    from avdet.words.slip import About, slip

    edition = settled.engine.edition
    language = language or edition.policy.languages[0]
    name = edition.policy.names.get(language) or edition.policy.store
    claim = question.claim
    about = About(question.at, printable(question.order.number), (claim.reason or "") if claim else "",
                  settled.calendar.local(settled.when.asked))  # fmt: skip
    shown = slip(builtins(render(settled, question, language)), about, calendar=settled.calendar,
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
            failed = [r for r in reasons if r.clause == reason.clause and r.case < reason.case and r.status == "not_met"]
            yield reason.clause, verdict(reason, parameters, language, failed=failed)
