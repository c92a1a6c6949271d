"""The API's reference as a page, made of the same endpoints as the document; its words are in the reader's language."""

from __future__ import annotations

from functools import cache

from django.http import HttpResponse
from django.shortcuts import render

from avdet.web.api.openapi import document, scopes_used
from avdet.web.api.problems import KINDS
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase


@open_to("anyone")
def reference(request: PageRequest) -> HttpResponse:
    """Every endpoint with its scope, and every problem with what it means."""
    problems = [
        {
            "kind": kind,
            "status": status,
            "title": phrase(request.language, f"api.problem.{kind}.title"),
            "detail": phrase(request.language, f"api.problem.{kind}.detail", count="…", scope="…", body="…"),
        }
        for kind, status in KINDS.items()
    ]
    return render(request, "api/reference.html", {"groups": groups(), "problems": problems})


@cache
def groups() -> list[tuple[str, list[dict[str, str]]]]:
    """Noun → its endpoints, in the document's order."""
    needs = {operation: scope for scope, operations in scopes_used().items() for operation in operations}
    groups: dict[str, list[dict[str, str]]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            row = {
                "method": method.upper(), "path": path, "summary": operation["summary"], "id": operation["operationId"],
                "scope": needs[f"{method.upper()} {path}"],
            }  # fmt: skip
            groups.setdefault(operation["tags"][0], []).append(row)
    return list(groups.items())
