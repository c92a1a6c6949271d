"""Worked examples for the published terms: a believable claim around a holiday, its last day worked out by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from avdet.analysis.publish.probe_claims import Probe, ask_probe, timeline, ways
from avdet.analysis.publish.words import phrase
from avdet.contract.answer import builtins
from avdet.core.calendar import Calendar
from avdet.core.conditions import facts_of
from avdet.core.errors import CalendarError
from avdet.core.policy import Branch, Clause, Edition, Period
from avdet.core.vocabulary import POINTS
from avdet.policies import calendar_of
from avdet.words.dates import clock, day, span, until_clock
from avdet.words.strip import Strip, strips

EXAMPLES_FROM: Final = date(2026, 1, 1)
"""Examples are set after this day, or after the version takes force: a year whose holidays are known."""

_INTERNAL: Final = frozenset({"remind_at", "average_decision_by"})
_ORDER: Final = ("claim", "refund", "inspection", *POINTS)
_REFUSED: Final = frozenset({"deny", "ask"})
_ANY_DAY: Final = frozenset({"placed", "paid", "reported"})
"""What a customer does on a holiday too."""
_UNFORESEEN: Final = "Public Holiday"
"""A closure that was announced at short notice: no example for terms that stand for years."""


@dataclass(frozen=True, slots=True)
class Example:
    """`sentence` tells the dates and what follows from them; `period` the length and what it runs from."""

    clause: str
    point: str
    reason: str
    sentence: str
    periods: tuple[str, ...]
    strips: tuple[Strip, ...]
    deadlines: Mapping[str, Any]


def examples_of(edition: Edition, language: str) -> dict[str, Example]:
    """Clause id → its worked example, for every clause that sets a period which a believable claim can show."""
    found = {}
    for clause in edition.clauses:
        example = example_of(clause, edition, language)
        if example is not None:
            found[clause.id] = example
    return found


def example_of(clause: Clause, edition: Edition, language: str) -> Example | None:
    """The first claim found that is granted, and in whose answer this clause puts a deadline with a date."""
    for branch, point in _branches(clause, edition):
        periods = {name: period for name, period in branch.then.deadlines if name not in _INTERNAL}
        if not periods or branch.then.outcome == "deny":
            continue
        probe = _probe(branch, point, next(iter(periods.values())), edition, language)
        if probe is not None:
            return _told(probe, branch, periods, edition, language)
    return None


def _branches(clause: Clause, edition: Edition) -> Iterator[tuple[Branch, str]]:
    for point in dict.fromkeys(_ORDER):
        yield from ((branch, point) for branch in edition.branches(point) if branch.clause.id == clause.id)


def _probe(branch: Branch, point: str, period: Period, edition: Edition, language: str) -> Probe | None:
    calendar = calendar_of(edition.policy)
    start = _start(calendar, period, _window(edition))
    if start is None or period.after == "refused":
        return None
    dates = timeline(calendar, period.after, start)
    dates["refused"] = dates["delivered"]
    for given in ways(branch.condition):
        probe = ask_probe(edition, point, given, dates, language)
        if probe and probe.answer.outcome not in _REFUSED and _dated(probe, branch):
            return probe
    return None


def _dated(probe: Probe, branch: Branch) -> bool:
    """Whether the clause put a deadline into the answer, and the deadline has a date."""
    document = builtins(probe.answer)
    cited = {row["effect"] for row in document["because"] if row["clause"] == branch.clause.id}
    return any(f"deadlines.{name}" in cited and "at" in due for name, due in document["deadlines"].items()
               if name not in _INTERNAL)  # fmt: skip


# ---- a day to begin with ---------------------------------------------------------------------------------------------


def _window(edition: Edition) -> tuple[date, date]:
    """The year in which the examples are set: within the time for which the edition is in force."""
    later = [other.in_force_from for other in edition.policy.editions if other.in_force_from > edition.in_force_from]
    first = max(edition.in_force_from, EXAMPLES_FROM)
    if later and min(later) <= first:
        first = max(edition.in_force_from, min(later) - timedelta(days=366))
    return first, first + timedelta(days=365)


def first_working_day(edition: Edition, calendar: Calendar) -> date:
    """The first day on which an example may begin."""
    return calendar.next_working(_window(edition)[0] + timedelta(days=14))


def _start(calendar: Calendar, period: Period, window: tuple[date, date]) -> date | None:
    """The day from which the period meets the most holidays, none of them unforeseen; the earliest of such days."""
    best, best_score = None, (-1, 0)
    start = window[0] + timedelta(days=14)
    rolls = period.unit == "working_days" and period.length == 0 and period.after in _ANY_DAY
    while start < window[1]:
        score = _holidays(calendar, start, period) if rolls or calendar.is_working(start) else (-1, 0)
        if score > best_score:
            best, best_score = start, score
        start += timedelta(days=1)
    return best


def _holidays(calendar: Calendar, start: date, period: Period) -> tuple[int, int]:
    """(days closed for a named holiday within the period, minus those whose date is only estimated)."""
    try:
        hours = period.unit == "hours"
        end = start + timedelta(days=1) if hours else calendar.last_day(start, period.unit, period.length)
    except CalendarError:
        return (-1, 0)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    closed = [calendar.holidays[day] for day in days if day in calendar.holidays and day.isoweekday() not in calendar.weekend]
    if any(_UNFORESEEN in name for name in closed):
        return (-1, 0)
    unsure = [name for name in closed if "estimated" in name]
    return len(closed) - len(unsure), -len(unsure)


# ---- telling it ------------------------------------------------------------------------------------------------------


def _told(probe: Probe, branch: Branch, periods: Mapping[str, Period], edition: Edition, language: str) -> Example:
    calendar = calendar_of(edition.policy)
    document = builtins(probe.answer)
    due = {name: each for name, each in document["deadlines"].items() if name in periods and "at" in each}
    events = ["placed", *(["delivered"] if "delivered" in probe.dates else []), *(each["after"] for each in due.values())]
    told = [name for name in probe.dates if name in events]
    before = phrase("joint", language).join(
        phrase(f"event.{name}", language, day=day(calendar.local(probe.dates[name]), language)) for name in told
    )
    after = phrase("joint", language).join(_outcome(due, probe.reason, calendar, language))
    sentence = phrase("sentence", language, before=before, after=after)
    lengths = tuple(dict.fromkeys(_length(each, language) for each in due.values()))
    reason = probe.reason if probe.point == "claim" or "reason" in facts_of(branch.condition) else ""
    return Example(branch.clause.id, probe.point, reason, sentence[0].upper() + sentence[1:], lengths,
                   strips(due, calendar, language)[-1:], due)  # fmt: skip


def _length(due: Mapping[str, Any], language: str) -> str:
    event = phrase(f"after.{due['after']}", language)
    if due["count"] == 0:
        return phrase(f"same_{due['unit']}", language, event=event)
    return phrase("period", language, span=span(due["count"], due["unit"], language), event=event)


def _outcome(due: Mapping[str, Any], reason: str, calendar: Calendar, language: str) -> Iterator[str]:
    left = dict(due)
    pair = [left[name] for name in ("refund_from", "refund_by") if name in left]
    if len(pair) == 2 and all(each["unit"] != "hours" for each in pair):
        first, last = (day(calendar.local(datetime.fromisoformat(str(each["at"]))), language) for each in pair)
        yield phrase("refund_range", language, first=first, last=last)
        left = {name: each for name, each in left.items() if each not in pair}
    for name, each in left.items():
        yield _until(name, each, reason, calendar, language)


def _until(name: str, due: Mapping[str, Any], reason: str, calendar: Calendar, language: str) -> str:
    at = datetime.fromisoformat(str(due["at"]))
    when = day(calendar.local(at), language)
    key = f"{name}.{reason}" if name == "report_by" and reason == "withdrawal" else name
    if due["unit"] == "hours":
        return phrase(f"hour.{key}", language, day=when, clock=until_clock(clock(at, calendar.zone, language), language))
    return phrase(f"day.{key}", language, day=when)
