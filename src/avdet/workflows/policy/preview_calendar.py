"""Which deadlines of orders in flight a change of the calendar would move: each asked of the engine by both calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avdet.contract.returns import WELL_KEPT
from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError, CalendarError
from avdet.core.vocabulary import REASONS
from avdet.records.deliveries.queries import with_deliveries
from avdet.records.orders.due import newest_in
from avdet.records.orders.models import Order
from avdet.records.orders.queries import WAITING, counts_by_state, with_lines
from avdet.records.stores.calendars import Days, draft_of
from avdet.records.stores.models import CalendarVersion, PolicyVersion, Store
from avdet.records.stores.terms import calendar_of_version, terms_of
from avdet.words.catalogue import say
from avdet.workflows.policy.ask_policy import OrderFile, ask, lines_to_ask, stage

IN_FLIGHT: Final = ("placed", "confirmed", "preparing", "part_shipped", "shipped", "delivered", "returned")
SAMPLE: Final = 60
"""Orders that are looked at, the newest."""
MOST_LINES: Final = 3
"""Lines of each that are asked about."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline of one order, before and after the change; `label` names it in the reader's words."""

    number: str
    label: str
    old: datetime
    new: datetime

    @property
    def later(self) -> bool:
        return self.new > self.old


@dataclass(frozen=True, slots=True)
class Preview:
    """What was looked at and what would move. `more`: there are orders in flight that were not looked at."""

    looked_at: int
    in_flight: int
    more: bool
    orders: int
    moved: tuple[Moved, ...]


def moved_deadlines(store: Store, version: CalendarVersion | None, days: Days, *, language: str, now: datetime) -> Preview:
    """Compares the calendar as it is with what it would be; nothing is saved."""
    number = version.number if version else 0
    calendars = calendar_of_version(store, version), calendar_of_version(store, draft_of(store, days, number + 1))
    orders = with_lines(newest_in(store, IN_FLIGHT, size=SAMPLE))
    found = [moved for order in _filed(orders) for moved in _compared(order, calendars, language, now)]
    queues = counts_by_state(store)
    counted = [queues[state] for state in IN_FLIGHT]
    more = any(queue.more for queue in counted) or sum(queue.count for queue in counted) > len(orders)
    return Preview(len(orders), sum(queue.count for queue in counted), more, len({each.number for each in found}), tuple(found))


def _filed(orders: list[Order]) -> Iterator[Order]:
    with_deliveries(orders)
    versions: dict[int, PolicyVersion] = {}
    for order in orders:
        if order.policy_version is not None:  # one row of each version, so that its text is fetched once at most
            order.policy_version = versions.setdefault(order.policy_version.pk, order.policy_version)
        yield order


def _compared(order: Order, calendars: tuple[Calendar, Calendar], language: str, now: datetime) -> Iterator[Moved]:
    try:
        before, after = (_deadlines(order, calendar, language, now) for calendar in calendars)
    except AvdetError:
        return  # an order that the engine cannot be asked about has no deadline to move
    for label, old in before.items():
        new = after.get(label)
        if new is not None and new != old:
            yield Moved(order.number, label, old, new)


def _deadlines(order: Order, calendar: Calendar, language: str, now: datetime) -> dict[str, datetime]:
    """Label → the last instant, of everything that is promised or open for an order."""
    found: dict[str, datetime] = {}
    if order.state in WAITING:
        due = due_by(calendar, order.placed_at)
        found |= {say(language, "deadline", "process_by"): due} if due else {}
    if order.policy_version is None:
        return found
    terms = terms_of(order.store, order.policy_version, calendar)
    file = OrderFile(order, list(order.lines.all()), list(order.deliveries.all()), terms, now)
    for line in lines_to_ask(file)[:MOST_LINES]:
        if stage(file, line) == "delivered":
            for reason in REASONS:
                answer = ask(file, "claim", line=line, reason=reason, answers=WELL_KEPT, language=language)
                for name, deadline in answer.deadlines.items():
                    if isinstance(deadline.at, datetime) and deadline.after != "reported":
                        found.setdefault(f"{say(language, 'deadline', name)} ({say(language, 'reason', reason)})", deadline.at)
    return found


def due_by(calendar: Calendar, placed_at: datetime) -> datetime | None:
    """The end of the working day on which an order is due; `None` where nobody knows the holidays of that year."""
    try:
        return calendar.end(placed_at, "working_days", 0)
    except CalendarError:
        return None
