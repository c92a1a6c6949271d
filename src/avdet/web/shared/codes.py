"""What a machine reads from paper: a QR code and the bars of Code 128, as drawings that stand in a page."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

MODULE_MM = 0.33
"""The width of the thinnest bar on paper, in millimetres: what a hand scanner reads from a hand's breadth away."""
QUIET = 10
"""Modules of white on each side, without which no scanner finds the beginning."""


def qr(text: str, label: str) -> SafeString:
    """A QR code that survives a crease (error correction M). `label` is what it says, for those who do not see it."""
    import segno  # drawing libraries are met where something is drawn

    drawn = segno.make(text, error="m", micro=False)
    side = int(drawn.symbol_size(border=4)[0])
    rows = [(x + 4, y + 4) for y, row in enumerate(drawn.matrix) for x, module in enumerate(row) if module]
    squares = format_html_join("", "M{} {}h1v1h-1z", rows)
    return _drawing(side, side, squares, label, "qr", unit=1.1)


def bars(text: str, label: str) -> SafeString:
    """The bars of Code 128, twelve millimetres high."""
    from barcode.codex import Code128  # type: ignore[import-untyped]

    modules = Code128(text).build()[0]
    found, at, high = [], 0, round(12 / MODULE_MM)
    while at < len(modules):
        width = len(modules[at:]) - len(modules[at:].lstrip(modules[at]))
        if modules[at] == "1":
            found.append((at + QUIET, width, high, width))
        at += width
    lines = format_html_join("", "M{} 0h{}v{}h-{}z", found)
    return _drawing(len(modules) + 2 * QUIET, high, lines, label, "bars", unit=MODULE_MM)


def _drawing(wide: int, high: int, path: SafeString, label: str, kind: str, *, unit: float) -> SafeString:
    """Black on white whatever the page's colours are: a scanner knows no dark scheme."""
    return format_html(
        '<svg class="{}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}mm" '
        'height="{}mm" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>',
        kind, label, wide, high, f"{wide * unit:.2f}", f"{high * unit:.2f}", wide, high, mark_safe(path),
    )  # fmt: skip
