"""`avdet replay`: past claims under two policies, as a table, as JSON, or as a page with charts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from avdet.cli.comparing import editions_of
from avdet.cli.deciding import known_language
from avdet.cli.terminal import console, printable, write_json
from avdet.core.errors import AvdetError
from avdet.policies import load
from avdet.words.digits import money

if TYPE_CHECKING:
    from rich.console import RenderableType

    from avdet.analysis.report import Change, Report, Stake

ENGINES: Final = ("numpy", "duckdb")
MOST: Final = 20
"""Changes that are listed for people; the JSON and the page have them all."""
_LOOK: Final = {"better": ("▲", "green"), "worse": ("▼", "red"), "other": ("◆", "yellow")}
Progress = Callable[[int, int | None], None]


def run(old: str, new: str, claims: str, *, engine: str, html: str | None, json: bool,
        language: str | None) -> int:  # fmt: skip
    """Replay and report. Exit code 0 whatever was found: a replay is a report, not a test."""
    known_language(language)
    if engine not in ENGINES:
        raise AvdetError(f"{engine!r:.40} is no engine", where="--engine", cure=f"use {' or '.join(ENGINES)}")
    editions = editions_of(load(old), load(new))
    from avdet.analysis.replay import replay

    with _progress() as progress:
        report = replay(*editions, Path(claims), engine="duckdb" if engine == "duckdb" else "numpy", progress=progress)
    if html is not None:
        _write_page(report, html, language or "en")
    if json:
        write_json(report.as_json())
    else:
        _print(report)
    return 0


def _write_page(report: Report, file: str, language: str) -> None:
    from avdet.analysis.report.page import report_html

    Path(file).write_text(report_html(report, language), encoding="utf-8")


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error while a person watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("claims"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(errors=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, every: bar.update(task, completed=done, total=every)


# ---- for people ------------------------------------------------------------------------------------------------------


def _print(report: Report) -> None:
    out = console()
    for line in _lines(report):
        out.print(line)


def _lines(report: Report) -> Iterator[RenderableType]:
    from rich.text import Text

    names = " → ".join(f"{terms.store} {terms.version}" for terms in (report.old, report.new))
    yield Text(f"{names} over {printable(report.file)}", style="bold")
    yield Text(f"{report.judged:,} of {report.rows:,} claims judged; {report.changed():,} fare otherwise: "
               f"{report.changed(direction='better'):,} better, {report.changed(direction='worse'):,} worse")  # fmt: skip
    for refused in report.refused:
        yield Text(f"  not judged, {refused.claims:,}: {printable(refused.why)}", style="dim")
    for change in report.changes[:MOST]:
        yield from _change(change)
    if len(report.changes) > MOST:
        yield Text(f"and {len(report.changes) - MOST} more changes; --json and --html have them all", style="dim")
    yield Text("")
    for name in ("refund_gained", "refund_lost", "carriage_to_store", "carriage_to_customer"):
        yield Text(_stake(name.replace("_", " "), getattr(report.stakes, name)))


def _change(change: Change) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    from avdet.analysis.report import spoken

    icon, style = _LOOK[change.direction]
    clauses = " → ".join(", ".join(stand.clauses) or "no clause" for stand in (change.old, change.new))
    yield Text("")
    yield Text.assemble((f"{icon} {change.claims:,} at {change.point}  ", style), (clauses, "bold"))
    yield Padding(Text(" → ".join(spoken(change))), (0, 0, 0, 2))
    if change.value:
        yield Text(f"  worth {_amounts(change.value)}", style="dim")


def _stake(name: str, stake: Stake) -> str:
    worth = f", worth {_amounts(stake.value)}" if stake.value else ""
    return f"{name:<22}{stake.claims:>9,}{worth}" + (f"; carriage {_amounts(stake.cost)}" if stake.cost else "")


def _amounts(amounts: dict[str, int]) -> str:
    return ", ".join(money(minor, currency, "en") for currency, minor in amounts.items())
