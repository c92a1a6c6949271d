"""Draws a decision slip in the terminal, like a till receipt; right to left in Persian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from avdet.words.catalogue import RLM, code, say
from avdet.words.dates import SHORT_WEEKDAYS, month_day, parts
from avdet.words.digits import digits
from avdet.words.slip import Line, Slip
from avdet.words.strip import Cell, Strip

WIDEST: Final = 80
NARROW: Final = 60
_LOOK: Final = {
    "approve": ("✔", "green"), "deny": ("✘", "red"), "evidence": ("◔", "yellow"), "review": ("◑", "yellow"),
    "ask": ("?", "cyan"),
}  # fmt: skip


def draw(slip: Slip, console: Console, *, trace: Iterable[tuple[str, str]] | None = None, hint: str = "") -> None:
    """Print a slip. `trace` is (clause, what became of it); without it `hint` says how to get it."""
    width = min(console.width, WIDEST)
    rule = Rule(style="dim", characters="─")

    def put(thing: object) -> None:
        console.print(thing, width=width)

    start = RLM if slip.language == "fa" else ""
    icon, colour = _LOOK[slip.result]
    put(Text(f"{start}{icon} {slip.sentence}", style=f"bold {colour}"))
    put(Text(start + " · ".join(slip.about), style="dim"))
    put(rule)
    if slip.lines:
        put(_table(slip.lines, slip.language, width))
    for strip in slip.strips:
        for row in _strip(strip, slip.language, width):
            put(row)
    put(rule)
    put(Text(start + " · ".join(slip.foot), style="dim"))
    why = say(slip.language, "slip", "why_not")
    put(Text(start + (why if trace is not None else f"{why} {hint}"), style="dim"))
    if trace is not None:
        reasons = [Line(code(clause, slip.language), said) for clause, said in dict.fromkeys(trace)]
        put(_table(reasons, slip.language, width, dim=True))
    if slip.staff:
        put(rule)
        put(Text(start + say(slip.language, "slip", "staff"), style="bold"))
        put(_table(slip.staff, slip.language, width))


def _start(language: str) -> str:
    """A mark that makes a terminal lay the line out from the right."""
    return RLM if language == "fa" else ""


def _table(lines: Sequence[Line], language: str, width: int, *, dim: bool = False) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=width >= NARROW and not dim)
    labelled = any(line.label for line in lines)
    if labelled:
        table.add_column(style="dim", no_wrap=dim or width >= NARROW)
    table.add_column(ratio=None if dim else 1, overflow="fold")
    marked = not dim and width >= NARROW
    if marked:
        table.add_column(justify="right", style="dim", overflow="fold")
    for line in lines:
        marks = ", ".join(code(clause, language) for clause in line.clauses)
        value = line.value if marked or not marks else f"{line.value} [{marks}]"
        label = [_start(language) + line.label] if labelled else []
        table.add_row(*(Text(cell) for cell in (*label, value, *([marks] if marked else []))))
    return table


# ---- the calendar strip ----------------------------------------------------------------------------------------------


def _strip(strip: Strip, language: str, width: int) -> Iterator[Text | Padding]:
    yield Text("")
    yield Text(f"{_start(language)}{' · '.join(strip.labels)}: {_from(strip, language)}", style="dim")
    room = max(1, width // 3)
    for first in range(0, len(strip.cells), room):
        chunk = strip.cells[first : first + room]
        last = first + room >= len(strip.cells)
        yield _row((SHORT_WEEKDAYS[language][cell.day.weekday()] for cell in chunk), language, ["dim"] * len(chunk))
        numbers = [digits(str(parts(cell.day, language)[2]), language) for cell in chunk]
        yield _row(numbers, language, [_shade(cell) for cell in chunk])
        marks = [digits(str(cell.count), language) if cell.count else "·" for cell in chunk]
        yield _row(marks, language, [*["dim"] * (len(chunk) - 1), "bold" if last else "dim"])
    for why, days in strip.closings.items():
        yield Text(f"{_start(language)}· {_days(days, language)}: {why}", style="dim")


def _from(strip: Strip, language: str) -> str:
    arrow = "←" if language == "fa" else "→"
    return f"{month_day(strip.start, language)} {arrow} {month_day(strip.cells[-1].day, language)}"


def _row(cells: Iterable[str], language: str, styles: Sequence[str]) -> Text:
    row = Text(_start(language))
    for cell, style in zip(cells, styles, strict=True):
        row.append(f"{cell:>2} ", style=style)
    return row


def _shade(cell: Cell) -> str:
    return "" if cell.count else "dim strike"


def _days(days: Sequence[date], language: str) -> str:
    """Day numbers, with the month after the last of each month."""
    said: list[str] = []
    for here, after in zip(days, [*days[1:], None], strict=True):
        same = after is not None and parts(after, language)[1] == parts(here, language)[1]
        said.append(digits(str(parts(here, language)[2]), language) if same else month_day(here, language))
    return ("، " if language == "fa" else ", ").join(said)
