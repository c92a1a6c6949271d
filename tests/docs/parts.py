"""A piece of YAML that stands alone on a page is no less true than a file: it is put into a small policy and type-checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from avdet.contract import read_question
from avdet.contract.question import Question
from avdet.core.errors import AvdetError
from avdet.policies.schema import Clause, PolicyFile
from avdet.policies.shelf import read_bytes
from avdet.policies.yaml_reader import read_yaml

SHELL: Mapping[str, Any] = {
    "avdet": 1, "store": "shop", "name": {"en": "Shop"}, "languages": ["en"], "currency": "TRY",
    "calendar": {"country": "TR", "zone": "Europe/Istanbul", "weekend": ["sunday"]},
    "versions": [{"version": "1", "in_force_from": "2025-01-01"}],
}  # fmt: skip
FIELDS = {field.encode_name for field in msgspec.structs.fields(PolicyFile)}
CLAUSE = {field.encode_name for field in msgspec.structs.fields(Clause)}
QUESTION = {field.encode_name for field in msgspec.structs.fields(Question)}


def check_part(text: str, *, alone: bool = False) -> None:
    """Fails unless the text is nothing but comments, or a part of a policy, of a clause or of a question that holds.

    Clauses that it names and does not contain are taken to be elsewhere in the policy, unless it stands `alone`.
    """
    if not "".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).strip():
        return
    document, _ = read_yaml(text.encode(), "part")
    if isinstance(document, dict) and {"at", "order"} <= set(document) <= QUESTION:
        read_question(json.dumps(document).encode())
        return
    whole = _policy(document, alone=alone)
    read_bytes(json.dumps(whole).encode(), "part.yaml")


def refusal(text: str) -> str:
    """What is said of a part that is refused, and the cure; nothing if it is not."""
    try:
        check_part(text, alone=True)
    except AvdetError as error:
        return f"{error.what} → {error.cure}"
    return ""


def _policy(document: Any, *, alone: bool) -> dict[str, Any]:
    if isinstance(document, list):
        document = {"clauses": document}
    elif set(document) <= CLAUSE and not set(document) <= FIELDS:
        document = {"clauses": [{"id": "SHP-1", "text": {"en": "…"}, "at": "claim", "then": {"outcome": "deny"}} | document]}
        if "cases" in document["clauses"][0]:
            document["clauses"][0].pop("then")
    assert set(document) <= FIELDS, f"neither a policy's keys nor a clause's: {sorted(set(document) - FIELDS)}"
    clauses = document.get("clauses", [])
    named = {clause["id"] for clause in clauses}
    absent = sorted({*_named(document)} - named) if not alone else ()
    stubs = [{"id": each, "text": {"en": "…"}, "carried_by": "terms_page"} for each in absent]
    return {**SHELL, **document, "clauses": [*clauses, *stubs]}


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    """The clauses that are spoken of."""
    yield from (gap["about"] for gap in document.get("gaps", []))
    for clause in document.get("clauses", []):
        for part in (clause, *clause.get("cases", [])):
            yield from part.get("exception_to", [])
