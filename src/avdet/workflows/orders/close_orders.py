"""A delivered order closes by itself once nothing may come of it any more, as its own terms have it.

Something may still come of it while a deadline of *what may I do now* is open, money is owed either way, a parcel is under
way, or a case is not settled. What the terms grant without a last day keeps an order open for `WITHOUT_END`: a right that
never ends is there after the closing, too. An order that no terms decide is kept open for the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction

from avdet.core.errors import AvdetError
from avdet.core.periods import OURS
from avdet.ports.jobs import Payload, defer, job
from avdet.records.cases.queries import with_open_cases
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import with_deliveries
from avdet.records.orders.actions import move
from avdet.records.orders.due import delivered_until, look_again
from avdet.records.orders.models import Order
from avdet.records.orders.queries import with_lines
from avdet.records.refunds.unsettled import unsettled
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.policy.ask_policy import file_of
from avdet.workflows.policy.options_now import options_of

BATCH: Final = 50
PER_JOB: Final = 1_000
"""Orders after which a job makes room for others."""
WITHOUT_END: Final = timedelta(days=OURS["close"].length)
AGAIN: Final = timedelta(days=1)
"""When an order is looked at again that waits for a person, a bank or a carrier."""
UNDER_WAY: Final = ("planned", "handed_over", "attempted", "refused", "returning")
MACHINE: Final = Actor.system("close_orders")
Place = tuple[datetime, int]


@job("close_orders", every=timedelta(hours=1))
def close_orders(_: Payload, now: datetime) -> None:
    """The periodic job: looks at the delivered orders whose time has come, and goes on at once where there are more."""
    place: Place | None = None
    for _batch in range(PER_JOB // BATCH):
        place = close_some(now, after=place)
        if place is None:
            return
    defer("close_orders", {}, key="close_orders:more")


def close_some(now: datetime, *, after: Place | None = None, size: int = BATCH) -> Place | None:
    """Looks at the next orders; gives where it has come to, and nothing at the end.

    Ten statements whatever there is to look at, and a few for each order that closes.
    """
    orders = delivered_until(now, after=after, size=size)
    if not orders:
        return None
    place = (orders[-1].over_at or now, orders[-1].pk)
    parcels = with_deliveries(with_lines(orders))
    waiting = unsettled(orders) | with_open_cases(orders)
    later: dict[int, datetime] = {}
    for order, deliveries in zip(orders, parcels, strict=True):
        held = order.pk in waiting or any(each.state in UNDER_WAY for each in deliveries)
        until = now + AGAIN if held else _open_until(order, deliveries, now)
        if until > now or not _close(order, until, now):
            later[order.pk] = max(until, now + timedelta(seconds=1))
    look_again(later)
    return place if len(orders) == size else None


def _open_until(order: Order, deliveries: Sequence[Delivery], now: datetime) -> datetime:
    """The last moment at which something may come of an order."""
    arrived = order.delivered_at or order.placed_at
    try:
        file = file_of(order, now, list(deliveries))
        options = options_of(file) if file else None
    except AvdetError:  # its policy cannot decide it: a person may have to
        options = None
    if options is None:
        return arrived + WITHOUT_END
    open_now = [each.until or arrived + WITHOUT_END for each in options.open]
    closed = [each.closed_at for each in options.closed if each.closed_at]
    return max([*open_now, *closed], default=arrived)


def _close(order: Order, until: datetime, now: datetime) -> bool:
    """Whether it is closed; not where somebody was at work on it just now, or held it too long."""
    version = order.policy_version.number if order.policy_version else None
    try:
        with transaction.atomic():
            move(order, "close", actor=MACHINE, now=now, facts={"until": until.isoformat(), "policy_version": version})
    except (Conflict, OperationalError):
        return False
    return True
