"""Charts drawn as SVG on the server: bars that need no script and run from the right where the text does.

They take the page's colours, in light and in dark. Every chart has a title and a description for readers who do not see it,
and a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 480
_ROW: Final = 52
_BAR: Final = 20
_LETTER: Final = 8
"""Width of a letter at the charts' size, generously: a label that may not fit in its bar is left to the table."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, length, how the figure is written, and the class that colours it."""

    label: str
    length: int
    shown: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """Bars end to end in one row."""

    label: str
    parts: tuple[Bar, ...]


def bars(name: str, title: str, description: str, rows: Sequence[Bar], *, rtl: bool, longest: int = 0) -> str:
    """A bar for each row, the label above it and the figure at its end; `longest` is what the full width stands for."""
    longest = longest or max((row.length for row in rows), default=0) or 1
    drawn: list[str] = []
    for i, row in enumerate(rows):
        width = _length(row.length, longest, WIDTH - 130)
        drawn += [_text(0, i * _ROW + 16, row.label, "label", rtl), _rect(0, i * _ROW + 24, width, row.look, rtl),
                  _text(width + 8, i * _ROW + 39, row.shown, "figure", rtl)]  # fmt: skip
    return _svg(name, title, description, len(rows) * _ROW, drawn, rtl)


def stacks(name: str, title: str, description: str, rows: Sequence[Stack], *, rtl: bool) -> str:
    """Bars whose parts make up a whole, the rows to one scale."""
    whole = max((sum(part.length for part in row.parts) for row in rows), default=0) or 1
    drawn: list[str] = []
    for i, row in enumerate(rows):
        drawn.append(_text(0, i * (_ROW + 8) + 16, row.label, "label", rtl))
        drawn += _parts(row, i * (_ROW + 8) + 24, whole, rtl)
    return _svg(name, title, description, len(rows) * (_ROW + 8), drawn, rtl)


def _parts(row: Stack, y: int, whole: int, rtl: bool) -> Iterator[str]:
    x = 0.0
    for part in row.parts:
        width = _length(part.length, whole, WIDTH)
        yield _rect(x, y, max(0.0, width - 2), part.look, rtl, _BAR + 8)
        words = f"{part.label} {part.shown}"
        if len(words) * _LETTER < width - 12:
            yield _text(x + 8, y + 19, words, "inside", rtl)
        x += width


def _length(length: int, longest: int, room: int) -> float:
    return round(length / longest * room, 1)


def _rect(x: float, y: float, width: float, look: str, rtl: bool, height: int = _BAR) -> str:
    left = WIDTH - x - width if rtl else x
    return f'<rect class="{escape(look)}" x="{left:g}" y="{y:g}" width="{width:g}" height="{height}" rx="2"/>'


def _text(x: float, y: float, words: str, look: str, rtl: bool) -> str:
    return f'<text class="{look}" x="{WIDTH - x if rtl else x:g}" y="{y:g}">{escape(words)}</text>'


def _svg(name: str, title: str, description: str, height: int, drawn: Sequence[str], rtl: bool) -> str:
    way = ' direction="rtl"' if rtl else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {max(1, height)}" role="img" aria-labelledby="{name}-title {name}-desc"{way}>'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        + "".join(drawn) + "</svg>"
    )  # fmt: skip
