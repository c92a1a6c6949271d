"""Several orders at once: each is moved by itself, and a report says of each what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.deliveries.queries import left_to_send, with_deliveries
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of, orders_by_numbers, with_lines
from avdet.records.outbox.actions import SECRET
from avdet.records.outbox.queries import notices_of_order
from avdet.records.shared.errors import Conflict
from avdet.web.desk.orders import as_file
from avdet.web.desk.pages import HANDS, actor_of, page, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.notices.send_again import repeat_notice
from avdet.workflows.orders.prepare_order import prepare_order

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order: done, or why not."""

    number: str
    done: bool
    says: str


@open_to(*HANDS)
@require_POST
def bulk(request: PageRequest) -> HttpResponseBase:
    """`do` with the orders that are ticked: prepare, tell, packing or export."""
    wish = request.POST.get("do", "")
    numbers = request.POST.getlist("number")[:MOST]
    if not numbers:
        return redirect(to(request, "orders"))
    if wish not in ("prepare", "tell", "packing", "export"):
        raise Http404
    found = orders_by_numbers(request.store, numbers)
    if wish == "export":
        return as_file(request, found)
    if wish == "packing":
        return _packing(request, found)
    work = {"prepare": _prepare, "tell": _tell}[wish]
    results = [_one(request, order, wish, work) for order in found]
    prepared = [each.number for each in results if each.done]
    context = {"wish": wish, "results": results, "count": len(prepared), "prepared": prepared}
    return page(request, "bulk", "orders", context)


def _one(request: PageRequest, order: Order, wish: str, work: Callable[[PageRequest, Order, datetime], bool]) -> Result:
    say = request.language
    try:
        if work(request, order, timezone.now()):
            return Result(order.number, True, phrase(say, f"desk.bulk.{wish}_done"))
        return Result(order.number, False, phrase(say, "desk.bulk.nothing_told"))
    except Conflict:
        return Result(order.number, False, phrase(say, "desk.refused.changed"))
    except AvdetError:
        state = phrase(say, f"desk.state.{order.state}")
        return Result(order.number, False, phrase(say, "desk.bulk.not_now", state=state))


def _prepare(request: PageRequest, order: Order, now: datetime) -> bool:
    prepare_order(order, actor=actor_of(request), now=now)
    return True


def _tell(request: PageRequest, order: Order, now: datetime) -> bool:
    """Sends the newest notice of an order once more, on each of its channels."""
    notices = [each for each in notices_of_order(request.store, order.number) if each.kind not in SECRET]
    newest = [each for each in notices if each.kind == notices[0].kind and each.created_at == notices[0].created_at]
    repeated = [repeat_notice(each, now=now) for each in newest]
    return any(repeated)


def _packing(request: PageRequest, found: list[Order]) -> HttpResponseBase:
    """One sheet an order: what to put in, and where it goes. Three statements and one, however many."""
    sheets = []
    for order, deliveries in zip(with_lines(found), with_deliveries(found), strict=True):
        left = left_to_send(lines_of(order), deliveries)
        sheets.append((order, [(line, left[line.pk]) for line in lines_of(order) if line.pk in left]))
    return page(request, "packing", "orders", {"sheets": sheets})
