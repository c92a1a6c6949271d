"""What the pages of figures share: points and bars of a drawing, means, shares and spans in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from avdet.web.desk.pages import to
from avdet.web.desk.periods import Period
from avdet.web.shared.access import PageRequest
from avdet.words.digits import number
from avdet.words.phrases import phrase

ROOMS: Final = ("dashboard", "claim_figures")
"""The pages of figures, as tabs of each other."""


def rooms(request: PageRequest, here: str, period: Period) -> list[dict[str, Any]]:
    """The tabs from one page of figures to the others, over the same days."""
    return [
        {"label": phrase(request.language, f"desk.period.room.{name}"), "url": f"{to(request, name)}?{period.query}",
         "current": name == here}
        for name in ROOMS
    ]  # fmt: skip


def point(label: str, count: int, language: str, href: str = "") -> dict[str, Any]:
    """One bar, or one point of a line."""
    return {"label": label, "value": count, "shown": number(count, language), "href": href}


def drawn(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points of a line, if they make one: a single point is no line, and its figure stands elsewhere on the page.

    >>> drawn([{"value": 3}])
    []
    """
    return points if len(points) > 1 else []


def mean(parts: Iterable[tuple[timedelta | None, int]]) -> timedelta | None:
    """The mean of means, each with its weight.

    >>> mean([(timedelta(hours=1), 3), (None, 5), (timedelta(hours=5), 1)])
    datetime.timedelta(seconds=7200)
    """
    known = [(span, weight) for span, weight in parts if span is not None and weight]
    whole = sum(weight for _, weight in known)
    return sum((span * weight for span, weight in known), timedelta()) / whole if whole else None


def hours(span: timedelta | None) -> int | None:
    """A length of time in whole hours, as it is drawn."""
    return None if span is None else round(span.total_seconds() / 3600)


def share(part: int, whole: int) -> int | None:
    """Per cent, or nothing of nothing. All and none are said of all and none only.

    >>> share(1, 3), share(999, 1000), share(1, 1000), share(0, 0)
    (33, 99, 1, None)
    """
    if not whole:
        return None
    return round(100 * part / whole) if part in (0, whole) else min(99, max(1, round(100 * part / whole)))


def per_cent(share_: int | None, language: str) -> str:
    """A share as it is written."""
    return "–" if share_ is None else phrase(language, "desk.period.per_cent", share=share_)


def spoken(span: timedelta | None, language: str) -> str:
    """A length of time: below two hours in minutes, below three days in hours, else in days."""
    if span is None:
        return "–"
    minutes = round(span.total_seconds() / 60)
    hours = round(minutes / 60)
    name, count = ("minutes", minutes) if minutes < 120 else ("hours", hours) if hours < 72 else ("days", round(hours / 24))
    return phrase(language, f"desk.dashboard.{name}", count=count)
