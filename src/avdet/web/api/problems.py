"""What went wrong, as a problem document (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse

from avdet.core.errors import AvdetError
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.shared.errors import Conflict
from avdet.web.api.documents.cases import questions
from avdet.words.faults import said
from avdet.words.phrases import phrase
from avdet.workflows.claims.file_claim import Unanswered
from avdet.workflows.policy.ask_policy import Denied, because

KINDS: Final = {
    "not_json": 400, "unauthenticated": 401, "scope": 403, "person": 403, "not_found": 404, "method": 405, "conflict": 409,
    "busy": 409, "out_of_stock": 409, "changed": 412, "too_large": 413, "media_type": 415, "invalid": 422, "refused": 422,
    "denied": 422, "unanswered": 422, "key_reused": 422, "too_many": 429, "failed": 500, "no_press": 501,
}  # fmt: skip
"""What a problem is called → the status that it is answered with."""
MEDIA_TYPE: Final = "application/problem+json"
DOCS: Final = "/api/v1/docs"


class Problem(Exception):  # noqa: N818 - it is called so in the RFC
    """Ends a request with a problem document. `values` fill its phrase; `members` stand in the document beside it."""

    def __init__(
        self, kind: str, *, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(kind)
        self.kind, self.members, self.headers, self.values = kind, dict(members or {}), dict(headers or {}), values


def not_found(noun: str = "thing") -> Problem:
    """What was named is not there, or is another store's, which is the same to the caller."""
    return Problem("not_found", members={"noun": noun})


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as its caller reads it."""
    language, status = getattr(request, "language", "en"), KINDS[problem.kind]
    document = {
        "type": f"{DOCS}#problem-{problem.kind}",
        "title": phrase(language, f"api.problem.{problem.kind}.title"),
        "status": status,
        "detail": phrase(language, f"api.problem.{problem.kind}.detail", **problem.values),
        "kind": problem.kind,
        "request": getattr(request, "id", ""),
        **problem.members,
    }
    return HttpResponse(msgspec.json.encode(document), status=status, content_type=MEDIA_TYPE, headers=problem.headers)


def of_error(error: AvdetError, language: str) -> Problem:
    """Our own refusals: what is wrong, where, and what to do about it; in the caller's language where they have a code."""
    members = said(error, language)._asdict() | ({"code": error.code} if error.code else {})
    if isinstance(error, Denied):
        found = error.answer
        return Problem("denied", members={**members, "outcome": found.outcome, "because": because(found)})
    if isinstance(error, Unanswered):
        return Problem("unanswered", members={**members, "ask": questions(error.facts, language)})
    if isinstance(error, OutOfStock):
        short = [{"sku": sku, "asked": asked, "free": left} for sku, asked, left in error.short]
        return Problem("out_of_stock", members={**members, "short": short})
    return Problem("conflict" if isinstance(error, Conflict) else "refused", members=members)


def of_fields(language: str, errors: Iterable[Mapping[str, Any]]) -> Problem:
    """What pydantic found, field by field."""
    rows = [{"where": _path(each["loc"]), "what": _what(language, each), "kind": each["type"]} for each in errors]
    return Problem("invalid", members={"errors": rows[:50]}, count=len(rows))


def _path(loc: Iterable[int | str]) -> str:
    """Where in the request a value stands: `body.lines[0].sku`. The name of the view's own argument is nobody's business."""
    first, *rest = loc
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in (first, *(rest[1:] if first == "body" else rest))]
    return "".join(steps).lstrip(".")


def _what(language: str, error: Mapping[str, Any]) -> str:
    """What is wrong with one value, in the reader's words."""
    limits = {name: value for name, value in error.get("ctx", {}).items() if isinstance(value, int | str)}
    kind = _ALIKE.get(str(error["type"]), str(error["type"]))
    limit = next((limits[name] for name in _LIMITS if name in limits), "")
    known = kind if kind in _KNOWN else "other"
    return phrase(language, f"api.field.{known}", limit=limit)


_LIMITS: Final = ("ge", "gt", "le", "lt", "max_length", "min_length", "expected")
_KNOWN: Final = frozenset({"missing", "extra", "text", "number", "flag", "list", "object", "least", "most", "long", "short",
                           "choice", "form", "moment", "day"})  # fmt: skip
_ALIKE: Final = {
    "extra_forbidden": "extra", "string_type": "text", "int_type": "number", "int_parsing": "number",
    "int_from_float": "number",
    "bool_type": "flag", "bool_parsing": "flag", "list_type": "list", "dict_type": "object", "model_type": "object",
    "model_attributes_type": "object", "greater_than_equal": "least", "greater_than": "least", "less_than_equal": "most",
    "less_than": "most", "string_too_long": "long", "too_long": "long", "string_too_short": "short", "too_short": "short",
    "literal_error": "choice", "string_pattern_mismatch": "form", "not_a_moment": "moment", "not_a_day": "day",
}  # fmt: skip
