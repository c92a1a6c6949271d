"""What happens around every request: it gets an id and is timed, its store is found, and its language is chosen."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation

from avdet.records.stores.queries import store_by_slug
from avdet.web.shared.metrics import observe_request
from avdet.web.shared.wished import wished

log = structlog.get_logger("avdet.request")
Answer = Callable[[HttpRequest], HttpResponse]


def observe(answer: Answer) -> Answer:
    """Gives each request an id, and notes how it went: the route, never the path, since a path may name a person's order."""

    def observed(request: HttpRequest) -> HttpResponse:
        said = request.headers.get("X-Request-ID", "")
        request.id = said if said.isalnum() and len(said) <= 64 else uuid.uuid4().hex  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request.id):  # type: ignore[attr-defined]
            response = answer(request)
            route = request.resolver_match.route if request.resolver_match else "unmatched"
            seconds = time.perf_counter() - started
            observe_request(request.method or "", route, response.status_code, seconds)
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
            )
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    return observed


class Speak:
    """Finds the store that the address names, and the language to answer in: chosen, remembered, or the store's own."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.store, request.role = None, None  # type: ignore[attr-defined]
        self.choose(request)
        response = self.answer(request)
        chosen = request.GET.get("lang")
        if chosen and chosen == request.language:  # type: ignore[attr-defined]
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax", secure=settings.SECURE
            )
        response.headers.setdefault("Content-Language", request.language)  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", _keeping(request))
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        """Puts the store in the place of its slug; a store that is not there is a page that is not there."""
        if not getattr(view, "refuses_null", False) and _has_null(request, view):
            raise BadRequest
        if "store" in kwargs:
            store = store_by_slug(kwargs.pop("store"))
            if store is None:
                raise Http404
            request.store = store  # type: ignore[attr-defined]
            self.choose(request)

    def choose(self, request: HttpRequest) -> None:
        """Sets `request.language`, and Django's own language with it."""
        store = request.store  # type: ignore[attr-defined]
        spoken = list(store.languages) if store else [code for code, _ in settings.LANGUAGES]
        wishes = [request.GET.get("lang"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)]
        if not store:
            wishes.append(wished(request))
        language = str(next((wish for wish in wishes if wish in spoken), spoken[0]))
        request.language = language  # type: ignore[attr-defined]
        translation.activate(language)
        timezone.activate(str(store.time_zone if store else settings.TIME_ZONE))


def _keeping(request: HttpRequest) -> str:
    """Who may keep a page: nobody one that may be about a person; no cache on the way any other, for its reader may differ."""
    return "private, no-cache" if request.session.is_empty() else "private, no-store"


def _has_null(request: HttpRequest, view: Any) -> bool:
    """Whether the character of code 0 was sent, which PostgreSQL does not keep; views for programs look themselves."""
    texts = [request.path, unquote(request.META.get("QUERY_STRING", ""))]
    if request.method == "POST" and not getattr(view, "csrf_exempt", False):
        texts += [text for name, values in request.POST.lists() for text in (name, *map(str, values))]
    return any("\0" in text for text in texts)
