"""The figures of charts as lengths and lines; the templates draw them, and the same figures stand beside them in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 1000
HEIGHT: Final = 300
"""The drawing's own units; the page stretches it to the room there is."""

Row = Mapping[str, Any]
"""`label`, `value` (a whole number, not below zero) and how it is `shown`; perhaps `tone` and `href`."""


@dataclass(frozen=True, slots=True)
class Length:
    """One bar: `percent` of the room, to a tenth, as SVG writes it in every language."""

    label: str
    shown: str
    percent: str
    tone: str
    href: str


def lengths(rows: Sequence[Row], most: int = 0) -> list[Length]:
    """Bars to one scale; `most` is what the full length stands for, the largest value unless given.

    >>> [each.percent for each in lengths([{"label": "a", "value": 1}, {"label": "b", "value": 4}])]
    ['25.0', '100.0']
    """
    whole = most or max((row["value"] for row in rows), default=0) or 1
    return [
        Length(str(row["label"]), str(row.get("shown", row["value"])), f"{100 * min(row['value'], whole) / whole:.1f}",
               str(row.get("tone", "")), str(row.get("href", "")))
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points, the area below it, and the words at its edges."""

    points: Sequence[Row]
    line: str
    area: str
    most: str
    first: str
    last: str


def curve(points: Sequence[Row]) -> Curve:
    """The line of a series from left to right, from zero to its highest value.

    >>> curve([{"label": "a", "value": 0}, {"label": "b", "value": 2}]).line
    'M0 300L1000 0'
    """
    if not points:
        return Curve((), "", "", "", "", "")
    highest = max(points, key=lambda point: point["value"])
    whole, step = highest["value"] or 1, WIDTH / max(1, len(points) - 1)
    places = [(round(i * step, 1), round(HEIGHT - HEIGHT * point["value"] / whole, 1)) for i, point in enumerate(points)]
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in places)
    shown = [{**point, "shown": point.get("shown", point["value"])} for point in points]
    return Curve(shown, line, f"{line}L{places[-1][0]:g} {HEIGHT}L0 {HEIGHT}Z", str(highest.get("shown", highest["value"])),
                 str(points[0]["label"]), str(points[-1]["label"]))  # fmt: skip
