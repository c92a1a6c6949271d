"""The desk's first page: what waits, how long it has waited, and what is due today."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.cases.queries import count_for_decision
from avdet.records.deliveries.queries import count_tried_in_vain
from avdet.records.orders.queries import MOST, Queue, counts_by_state, due
from avdet.records.outbox.queries import dead_notices_of
from avdet.records.payouts.due import SHOWS, due_counts
from avdet.records.payouts.queries import batches_by_state
from avdet.records.refunds.queries import count_findings, count_waiting_for_a_person
from avdet.web.desk.asked import tonight
from avdet.web.desk.pages import HANDS, PURSES, page, to
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.states import ORDER_TONES
from avdet.words.digits import number

SHOWN: Final = 12
"""Of the orders that are due, so many are shown; the list has them all."""
_QUEUES: Final = ("placed", "confirmed", "preparing", "part_shipped", "shipped", "returned")
_BATCHES: Final = ("draft", "approved", "released", "exported")


@open_to(*STAFF)
def home(request: PageRequest) -> HttpResponse:
    """The queues. At most nine statements beside those that every page of the staff needs."""
    now = timezone.now()
    counts = counts_by_state(request.store)
    urgent = due(request.store, tonight(request.store, now), size=MOST + 1)
    late = sum(1 for order in urgent if order.process_by and order.process_by < now)
    many = len(urgent) > MOST
    context = {
        "queues": [_queue(request, counts[state]) for state in _QUEUES],
        "attention": _attention(request), "late": _counted(late, late > MOST, request.language), "many": many,
        "today": _counted(len(urgent) - late, many, request.language),
        "urgent": [(order, bool(order.process_by and order.process_by < now)) for order in urgent[:SHOWN]],
        "more_urgent": len(urgent) > SHOWN, "cancelled": counts["cancelled"],
    }  # fmt: skip
    return page(request, "home", "home", context)


def _counted(found: int, more: bool, language: str) -> int | str:
    """How many there are; where there are more than are counted, one less than was found, with a plus."""
    return f"{number(found - 1, language)}+" if more else found


def _queue(request: PageRequest, queue: Queue) -> dict[str, Any]:
    return {
        "state": queue.state, "count": queue.count, "more": queue.more, "oldest_at": queue.oldest_at,
        "tone": ORDER_TONES[queue.state], "url": f"{to(request, 'orders')}?state={queue.state}",
    }  # fmt: skip


def _attention(request: PageRequest) -> list[dict[str, Any]]:
    """What no machine will do: to whom it falls, how many, and where."""
    store, orders = request.store, to(request, "orders")
    found = [("attempted", count_tried_in_vain(store, MOST), f"{orders}?state=attempted")]
    found.append(("review", count_for_decision(store, MOST), f"{to(request, 'cases')}?state=review"))
    if request.role in HANDS:
        found.append(("notices", dead_notices_of(store), to(request, "notices")))
    if request.role in PURSES:
        found.append(("refunds", count_waiting_for_a_person(store, MOST), to(request, "refunds")))
        found.append(("findings", count_findings(store, MOST), to(request, "findings")))
        found += _payouts(request)
    return [{"kind": kind, "count": min(count, MOST), "more": count > MOST, "url": url} for kind, count, url in found]


def _payouts(request: PageRequest) -> list[tuple[str, int, str]]:
    """What waits for the accountant, for a second person, for the customer and for the bank; nothing where nothing does."""
    due, batches = due_counts(request.store, now=timezone.now()), batches_by_state(request.store)
    rows = [(f"due_{show}", due[show], f"{to(request, 'payouts')}?show={show}") for show in SHOWS]
    rows += [(f"batches_{state}", batches.get(state, 0), to(request, "batches")) for state in _BATCHES]
    return [row for row in rows if row[1]]
