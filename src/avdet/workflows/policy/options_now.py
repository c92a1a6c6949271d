"""*What may I do now, and until when?* Every line of the answer is the engine's, with the clauses that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET

from avdet.contract.returns import WELL_KEPT
from avdet.contract.shape import Answer
from avdet.core.calendar import Calendar
from avdet.core.vocabulary import REASONS
from avdet.records.orders.models import Order, OrderLine
from avdet.words.strip import Strip, strips
from avdet.workflows.policy.ask_policy import OrderFile, ask, claimable, clauses_of, file_of, lines_to_ask, stage

OPEN: Final = ("approve", "ask", "evidence", "review")
"""Outcomes with which something may still come of it."""


@dataclass(frozen=True, slots=True)
class Why:
    """A clause that the answer rests on, with its text; a gap in the terms has no clause."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a customer may want: `cancel`, `change_address`, `failed_delivery`, or the reason of a claim.

    `lines` are the ids of the order's lines that it is about; none where it is about the whole order. `until` is the last
    instant, where the terms set one; `closed_at` the same once it has passed. `strip` shows which days were counted.

    Where the answer is `ask`, what can still come of it is `best`: the answer for goods that were kept well; otherwise it
    is the answer itself. Dates and reasons are those of `best`.
    """

    kind: str
    lines: tuple[int, ...]
    answer: Answer
    best: Answer
    until: datetime | None
    closed_at: datetime | None
    since: datetime | None
    why: tuple[Why, ...]
    until_clauses: tuple[str, ...]
    strip: Strip | None

    @property
    def outcome(self) -> str:
        return self.answer.outcome

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.answer.outcome in OPEN and self.closed_at is None


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that a customer may want of one order now, and the file that it was asked from."""

    file: OrderFile
    options: tuple[Option, ...]

    @property
    def open(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.is_open)

    @property
    def closed(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if not option.is_open)


def options_now(order: Order, now: datetime, language: str = "") -> Options | None:
    """What may be done with an order now; `None` where no terms decide it. The statements are those of `file_of`."""
    file = file_of(order, now)
    return options_of(file, language) if file else None


def options_of(file: OrderFile, language: str = "") -> Options:
    """What may be done with an order whose file is at hand. No statements."""
    return Options(file, tuple(_alike(_each(file, language or file.order.language))))


def _each(file: OrderFile, language: str) -> Iterator[Option]:
    state, lines = file.order.state, lines_to_ask(file)
    if state == "cancelled" or not lines:
        return
    if state not in ("delivered", "closed"):
        yield _option(file, "cancel", (), ask(file, "cancellation", language=language), language)
        yield _option(file, "change_address", (), ask(file, "address_change", language=language), language)
    if state == "returned" or any(each.state == "attempted" for each in file.deliveries):
        yield _option(file, "failed_delivery", (), ask(file, "delivery_failed", language=language), language)
    if state in ("placed", "confirmed", "preparing"):
        return  # nothing has left the store: a change of mind is a cancellation
    for line in lines:
        for reason in reasons_for(file, line):
            answer = ask(file, "claim", line=line, reason=reason, language=language)
            best = answer
            if answer.outcome == "ask":
                best = ask(file, "claim", line=line, reason=reason, answers=WELL_KEPT, language=language)
            yield _option(file, reason, (line.pk,), answer, language, best)


def reasons_for(file: OrderFile, line: OrderLine) -> tuple[str, ...]:
    """What may be claimed of a line as far as it has come: nobody can find a fault in what has not arrived."""
    at = stage(file, line)
    if at in ("store", "on_the_way"):
        return ("withdrawal", "not_received") if at == "on_the_way" else ()
    unasked = {"not_received"} if "authorised_installation" in line.traits else {"not_received", "installation_fault"}
    return tuple(reason for reason in REASONS if reason not in unasked)


def lines_to_claim(file: OrderFile) -> dict[OrderLine, int]:
    """Lines of which something may be claimed now, and how many pieces of each."""
    counts = {line: claimable(file, line) for line in lines_to_ask(file) if reasons_for(file, line)}
    return {line: count for line, count in counts.items() if count}


def _option(
    file: OrderFile, kind: str, lines: tuple[int, ...], answer: Answer, language: str, best: Answer | None = None
) -> Option:
    best = best or answer
    deadline = best.deadlines.get("report_by")
    until = deadline.at if deadline is not None and deadline.at is not UNSET else None
    since = deadline.since if deadline is not None and deadline.since is not UNSET else None
    at, start = until if isinstance(until, datetime) else None, since if isinstance(since, datetime) else None
    rows = [row for row in best.because if row.effect == "outcome"]
    return Option(
        kind=kind, lines=lines, answer=answer, best=best, until=at, closed_at=at if at and at < file.now else None, since=start,
        why=tuple(dict.fromkeys(Why("" if row.finding == "gap" else row.clause, row.text) for row in rows)),
        until_clauses=clauses_of(best, "deadlines.report_by"),
        strip=_strip(best, file.terms.calendar, language) if at and start else None,
    )  # fmt: skip


def _strip(answer: Answer, calendar: Calendar, language: str) -> Strip | None:
    deadline = answer.deadlines["report_by"]
    plain: dict[str, Any] = {"unit": deadline.unit}
    if isinstance(deadline.at, datetime) and isinstance(deadline.since, datetime):
        plain |= {"at": deadline.at.isoformat(), "since": deadline.since.isoformat()}
    return next(iter(strips({"report_by": plain}, calendar, language)), None)


def _alike(options: Iterable[Option]) -> Iterator[Option]:
    """Lines that fare alike in one thing stand in one option."""
    found: list[Option] = []
    for option in options:
        for at, other in enumerate(found):
            if option.lines and option.kind == other.kind and option.answer == other.answer:
                found[at] = replace(other, lines=other.lines + option.lines)
                break
        else:
            found.append(option)
    return iter(found)
