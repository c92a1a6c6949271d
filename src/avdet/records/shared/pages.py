"""Keyset pages: a page begins after the last row of the one before, so that the ten-thousandth costs what the first does."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet

from avdet.core.errors import AvdetError
from avdet.words.faults import coded

M = TypeVar("M", bound=Model)
_LONGEST: Final = 40


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of rows, newest first; `after` leads to the next one and `before` to the one it came from, if there are any."""

    rows: list[M]
    after: str = ""
    before: str = ""


def cursor(row_id: int) -> str:
    """An opaque mark of a row.

    >>> position(cursor(42))
    42
    """
    return base64.urlsafe_b64encode(json.dumps(row_id).encode()).decode().rstrip("=")


def position(mark: str) -> int:
    """The row id of a mark; `AvdetError` for one that nobody gave out."""
    try:
        if len(mark) > _LONGEST:  # a long one could nest deeper than can be read
            raise ValueError(mark[:_LONGEST])
        found = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
    except (ValueError, UnicodeDecodeError):
        found = None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**63:
        raise coded(AvdetError, "record.cursor", where="cursor")
    return found


def newest_first(rows: QuerySet[M], *, size: int, after: str = "", before: str = "") -> Page[M]:
    """A page of a list that is ordered by id, the newest first."""
    if before:
        found = list(rows.filter(pk__gt=position(before)).order_by("pk")[: size + 1])
        more, kept = len(found) > size, found[:size][::-1]
        return Page(kept, after=_mark(kept[-1:]), before=_mark(kept[:1]) if more else "")
    found = list((rows.filter(pk__lt=position(after)) if after else rows).order_by("-pk")[: size + 1])
    kept = found[:size]
    return Page(kept, after=_mark(kept[-1:]) if len(found) > size else "", before=_mark(kept[:1]) if after else "")


def _mark(rows: list[Any]) -> str:
    return cursor(rows[0].pk) if rows else ""
