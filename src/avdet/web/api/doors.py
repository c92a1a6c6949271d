"""How an endpoint is declared: its path, the scope it takes, what it answers, and what may go wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from avdet.core.vocabulary import LANGUAGES
from avdet.web.api.bearer import Bearer, TokenRequest
from avdet.web.api.once import once
from avdet.web.api.problems import Problem
from avdet.web.api.shapes.plain import Asked
from avdet.web.api.shapes.problem import ProblemDocument
from avdet.words.phrases import phrase

P = ParamSpec("P")
View = Callable[Concatenate[TokenRequest, P], HttpResponse]
ALWAYS: Final = (401, 403, 422, 429)
LANG: Final = "lang"


class Door:
    """The endpoints about one noun."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.router = Router(tags=[noun])

    def get(self, path: str, scope: str, returns: Any, **more: Any) -> Callable[[View[P]], View[P]]:
        """Something is read."""
        return self._declare("GET", path, scope, returns, **more)

    def post(self, path: str, scope: str, returns: Any, **more: Any) -> Callable[[View[P]], View[P]]:
        """Something is done: at most once for an `Idempotency-Key`, and all of it or nothing."""
        return self._declare("POST", path, scope, returns, **more)

    def put(self, path: str, scope: str, returns: Any, **more: Any) -> Callable[[View[P]], View[P]]:
        """Something is put in a place, whatever was there."""
        return self._declare("PUT", path, scope, returns, **more)

    def patch(self, path: str, scope: str, returns: Any, **more: Any) -> Callable[[View[P]], View[P]]:
        """Some of the fields of something are changed."""
        return self._declare("PATCH", path, scope, returns, **more)

    def delete(self, path: str, scope: str, returns: Any, **more: Any) -> Callable[[View[P]], View[P]]:
        """Something is taken away."""
        return self._declare("DELETE", path, scope, returns, **more)

    def _declare(
        self, method: str, path: str, scope: str, returns: Any, *, status: int = 200, also: tuple[int, ...] = (),
        extra: dict[str, Any] | None = None,
    ) -> Callable[[View[P]], View[P]]:  # fmt: skip
        problems = {*ALWAYS, *also, *((404,) if "{" in path else ()), *((400, 409, 413, 415) if method in BODIES else ())}
        shapes = {status: returns} | dict.fromkeys(sorted(problems), ProblemDocument)

        def declare(view: View[P]) -> View[P]:
            answered = _answering(method, view)
            operation = getattr(self.router, method.lower())
            operation(path, auth=Bearer(scope), response=shapes, summary=_summary(view), openapi_extra=extra)(answered)
            return view

        return declare


def file_of(*media_types: str) -> dict[str, Any]:
    """For `extra`: what is answered is a file of one of these kinds."""
    shape = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"content": dict.fromkeys(media_types, shape)}}}


BODIES: Final = ("POST", "PUT", "PATCH")


def _summary(view: Any) -> str:
    return str(view.__doc__).strip().split("\n")[0].rstrip(".")


def _answering(method: str, view: View[P]) -> View[P]:
    """The view with what every endpoint of its method does: known parameters only, and one transaction around a change."""

    @wraps(view)
    def answering(request: TokenRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _known(request, kwargs.values())
        if method == "GET":
            return view(request, *args, **kwargs)
        if method == "POST":
            return once(request, lambda: view(request, *args, **kwargs))
        with transaction.atomic():
            return view(request, *args, **kwargs)

    # Its types are read where the view stands: their names mean nothing here.
    answering.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return cast(View[P], answering)


def _known(request: TokenRequest, arguments: Iterable[object]) -> None:
    """A parameter that nobody reads is a mistake that somebody would look for in vain."""
    names = {name for each in arguments if isinstance(each, Asked) for name in type(each).model_fields}
    unknown = sorted(set(request.GET) - names - {LANG})
    if request.GET.get(LANG, "en") not in LANGUAGES:
        what = phrase(request.language, "api.field.choice", limit=", ".join(LANGUAGES))
        raise Problem("invalid", members={"errors": [{"where": "query.lang", "what": what, "kind": "literal_error"}]}, count=1)
    if unknown:
        what = phrase(request.language, "api.field.extra", limit="")
        rows = [{"where": f"query.{name[:60]}", "what": what, "kind": "extra_forbidden"} for name in unknown[:20]]
        raise Problem("invalid", members={"errors": rows}, count=len(rows))
