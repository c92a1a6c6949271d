"""`avdet facts` and `avdet schema`: the vocabulary, and the shapes of the documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import fill
from typing import Any, Final

from avdet.cli.deciding import known_language
from avdet.cli.terminal import console, write_json
from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS, Fact
from avdet.core.vocabulary import LANGUAGES
from avdet.words.catalogue import code, say
from avdet.words.digits import number

_WIDTH: Final = 20
"""Of the column of kinds: no name of a value is longer."""


def run(about: str | None = None, *, json: bool, language: str | None) -> int:
    """Print the facts: name, kind, who knows it, and how it is asked. `about` keeps those in which it occurs."""
    known_language(language)
    found = [fact for fact in FACTS if about is None or _speaks(fact, about.casefold())]
    if not found:
        raise AvdetError(f"no fact speaks of {about!r:.40}", where="facts", cure="try another word, or none to list them all")
    if json:
        write_json([_plain(fact) for fact in found])
    else:
        _table([fact for fact in found if not fact.event], language or "en")
        _elapsed([fact for fact in found if fact.event], language or "en")
    return 0


def _speaks(fact: Fact, word: str) -> bool:
    return any(word in text.casefold() for text in (fact.name, *fact.values, *fact.question))


def _plain(fact: Fact) -> dict[str, Any]:
    found: dict[str, Any] = {"name": fact.name, "kind": fact.kind, "known_by": fact.known_by, "always": fact.always,
                             "question": dict(zip(LANGUAGES, fact.question, strict=True))}  # fmt: skip
    if fact.kind == "enum":
        found["values"] = list(fact.values)
    if fact.kind == "int":
        found |= {"low": fact.low, "high": fact.high, "unit": fact.unit}
    return found


def _table(facts: Sequence[Fact], language: str) -> None:
    """The facts that are asked for or on record, one a row; a list of values is broken between them, never within one."""
    from rich.table import Table
    from rich.text import Text

    if not facts:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="bold")
    for column in ("name", "kind", "known_by", "question"):
        table.add_column(say(language, "facts", column), overflow="fold", no_wrap=column in ("name", "kind"))
    for fact in facts:
        kind, knower = fill(_kind(fact, language), _WIDTH), say(language, "facts", fact.known_by)
        table.add_row(*(Text(cell) for cell in (fact.name, kind, knower, fact.asked(language))))
    console().print(table)


def _elapsed(facts: Sequence[Fact], language: str) -> None:
    """The elapsed times by name alone: they are the same units after each event."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    if facts:
        out.print(Text(f"\n{say(language, 'facts', 'elapsed')}", style="bold"))
    for _, same in groupby(facts, lambda fact: fact.event):
        out.print(Padding(Text(", ".join(fact.name for fact in same)), (0, 0, 0, 2)))


def _kind(fact: Fact, language: str) -> str:
    values = ", ".join(fact.values)
    unit = say(language, "unit", fact.unit) if fact.kind == "int" else ""
    return say(language, "facts", fact.kind, values=code(values, language), low=number(fact.low, language),
               high=number(fact.high, language), unit=unit)  # fmt: skip


def schema(document: str) -> int:
    """Print a JSON Schema."""
    if document == "policy":
        from avdet.policies.schema import json_schema

        write_json(json_schema())
        return 0
    if document not in ("question", "answer"):
        raise AvdetError(f"there is no document {document!r:.40}", where="schema", cure="use question, answer or policy")
    from msgspec import json

    from avdet.contract import Answer, Question

    header = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Avdet {document}"}
    write_json(header | json.schema(Question if document == "question" else Answer))
    return 0
