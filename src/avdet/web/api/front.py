"""The API's own front door: its exceptions become problems, its answers get their headers, its language is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import unquote

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from avdet.core.errors import AvdetError
from avdet.web.api.answers import JSON
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.once import FORM, is_upload
from avdet.web.api.problems import Problem, answer, not_found, of_error, of_fields
from avdet.web.shared.wished import UNASKED, wished

log = structlog.get_logger("avdet.api")


class Api(NinjaAPI):
    """Operations are called by their functions' names, which no two of them share."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return answer(request, problem_of(request, exc))


def problem_of(request: HttpRequest, fault: Exception) -> Problem:
    """What went wrong, in the API's terms; what nobody has foreseen goes to the log, and only its number to the caller."""
    language = getattr(request, "language", UNASKED)
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, AvdetError):
        return of_error(fault, language)
    if isinstance(fault, ValidationError):
        return of_fields(language, fault.errors)
    if isinstance(fault, RequestDataTooBig):
        return Problem("too_large")
    if isinstance(fault, MultiPartParserError | SuspiciousOperation):
        return of_fields(language, [{"loc": ("body",), "type": "string_pattern_mismatch"}])
    if isinstance(fault, Http404):
        return not_found()
    if isinstance(fault, HttpError) and fault.status_code == 400:
        return Problem("not_json")
    log.exception("api_failed")
    return Problem("failed")


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around every address of the API."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = cast(TokenRequest, request)
        asked.wished = wished(request)
        asked.language = asked.wished or UNASKED
        response = _answer(asked, view, args, kwargs)
        allowance = getattr(asked, "allowance", None)
        for name, value in (allowance.headers() if allowance else {}).items():
            response[name] = value
        response.headers.setdefault("Cache-Control", "private, no-store")
        response["Content-Language"] = asked.language
        response["Vary"] = "Authorization, Accept-Language"
        return response

    answering.refuses_null = True  # type: ignore[attr-defined]
    answering.csrf_exempt = True  # type: ignore[attr-defined]  # a token is no cookie
    return answering


def _answer(request: TokenRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse:
    if "\0" in request.path:
        return no_such(request)
    if "\0" in unquote(request.META.get("QUERY_STRING", "")):
        return answer(request, of_fields(request.language, [{"loc": ("query",), "type": "string_pattern_mismatch"}]))
    if request.method in ("POST", "PUT", "PATCH") and request.headers.get("Content-Length") not in (None, "", "0"):
        wanted = FORM if is_upload(request) else JSON
        if (request.content_type or "").lower() != wanted:
            return answer(request, Problem("media_type", body=wanted))
    response = view(request, *args, **kwargs)
    if response.status_code == 405:
        return answer(request, Problem("method", headers={"Allow": response["Allow"]}))
    return response


def no_such(request: HttpRequest, **_: object) -> HttpResponse:
    """An address that the API does not have."""
    return answer(request, not_found("address"))
