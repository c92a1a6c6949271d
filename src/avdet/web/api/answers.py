"""Answers as they leave: JSON, entity tags, and the links of a list's pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from avdet.records.shared.pages import Page
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.problems import Problem
from avdet.words.phrases import phrase

M = TypeVar("M", bound=Model)
JSON: Final = "application/json"
_TAG: Final = re.compile(r'"[0-9]{1,9}"|\*', re.ASCII)
BACKWARDS: Final = "-"
"""A cursor that begins with it leads to the page before."""
_encode = msgspec.json.Encoder().encode


def reply(document: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A document as JSON. Times carry an offset, as they must (RFC 3339)."""
    return HttpResponse(_encode(document), status=status, content_type=JSON, headers=dict(headers or {}))


def download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file, which no cache keeps and no browser runs."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def gone() -> HttpResponse:
    """There is nothing to say but that it is done."""
    return HttpResponse(status=204)


def etag(revision: int) -> str:
    """A record's entity tag: it changes with every change of it."""
    return f'"{revision}"'


def tagged(request: HttpRequest, document: Callable[[], Any], revision: int) -> HttpResponse:
    """A document with its tag; 304 without it, where the caller has it already."""
    tag = etag(revision)
    if tag in (each.strip() for each in request.headers.get("If-None-Match", "").split(",")):
        return HttpResponse(status=304, headers={"ETag": tag})
    return reply(document(), headers={"ETag": tag})


def unchanged(request: TokenRequest, revision: int) -> None:
    """`If-Match`: the record still is what the caller saw, else the problem `changed`. Without the header anything goes."""
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return
    if not _TAG.fullmatch(wanted):
        row = {"where": "header.If-Match", "what": phrase(request.language, "api.field.form", limit=""), "kind": "form"}
        raise Problem("invalid", members={"errors": [row]}, count=1)
    if wanted not in ("*", etag(revision)):
        raise Problem("changed", headers={"ETag": etag(revision)})


def marks(cursor: str) -> dict[str, str]:
    """A cursor as the records' own marks of where a page begins."""
    return {"before": cursor[1:]} if cursor.startswith(BACKWARDS) else {"after": cursor}


def listed(request: TokenRequest, page: Page[M], document: Callable[[M], Any]) -> HttpResponse:
    """One page of a list, with links to those beside it (RFC 8288)."""
    links = [
        f'<{_address(request, cursor)}>; rel="{rel}"'
        for rel, cursor in (("next", page.after), ("prev", f"{BACKWARDS}{page.before}" if page.before else ""))
        if cursor
    ]
    headers = {"Link": ", ".join(links)} if links else {}
    return reply({"data": [document(row) for row in page.rows], "next": page.after or None}, headers=headers)


def _address(request: TokenRequest, cursor: str) -> str:
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}")
