"""`avdet facts` and `avdet schema`: the vocabulary, and the shapes of the documents."""

from __future__ import annotations

from typing import Any

from avdet.cli.deciding import known_language
from avdet.cli.terminal import console, write_json
from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS, Fact
from avdet.core.vocabulary import LANGUAGES
from avdet.words.catalogue import code, say
from avdet.words.digits import number


def run(*, json: bool, language: str | None) -> int:
    """Print every fact: its name, kind, who knows it, and how it is asked."""
    known_language(language)
    if json:
        write_json([_plain(fact) for fact in FACTS])
    else:
        _table(language or "en")
    return 0


def _plain(fact: Fact) -> dict[str, Any]:
    found: dict[str, Any] = {"name": fact.name, "kind": fact.kind, "known_by": fact.known_by, "always": fact.always,
                             "question": dict(zip(LANGUAGES, fact.question, strict=True))}  # fmt: skip
    if fact.kind == "enum":
        found["values"] = list(fact.values)
    if fact.kind == "int":
        found |= {"low": fact.low, "high": fact.high, "unit": fact.unit}
    return found


def _table(language: str) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="bold")
    for column in ("name", "kind", "known_by", "question"):
        table.add_column(say(language, "facts", column), overflow="fold", no_wrap=column == "name")
    for fact in FACTS:
        kind, knower = _kind(fact, language), say(language, "facts", fact.known_by)
        table.add_row(*(Text(cell) for cell in (fact.name, kind, knower, fact.asked(language))))
    console().print(table)


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
