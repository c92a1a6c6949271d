"""Lists on pages: where one goes on, the addresses of the pages beside it, and a whole list as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from django.http import StreamingHttpResponse

from avdet.core.errors import AvdetError
from avdet.records.shared.pages import Page, position
from avdet.web.shared.access import PageRequest


class Marks(TypedDict, total=False):
    """Where a page of a list begins: after one row, or before one."""

    after: str
    before: str


def marks(request: PageRequest) -> Marks:
    """Where the address says that a list goes on; at its beginning after a mark that nobody gave out."""
    after, before = (request.GET.get(way, "") for way in ("after", "before"))
    try:
        for mark in filter(None, (after, before)):
            position(mark)
    except AvdetError:
        return {}
    return {"after": after, "before": before}


def pager(url: str, query: str, found: Page[Any]) -> dict[str, str]:
    """The addresses of the newer and the older page of a list, for `<c-pager>`."""
    begin = f"{url}?{query}&" if query else f"{url}?"
    return {
        "newer": f"{begin}before={found.before}" if found.before else "",
        "older": f"{begin}after={found.after}" if found.after else "",
    }


def as_csv(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A file to be kept, line by line."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
