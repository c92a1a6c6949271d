"""Moves are made: each checks that the order is still the one that was looked at, and says what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of, delivery_of, left_to_send
from avdet.records.orders.actions import move, write_note
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import fresh, lines_of
from avdet.records.outbox.queries import notice_of
from avdet.records.shared.errors import Conflict
from avdet.web.desk import reading
from avdet.web.desk.moves import WHO
from avdet.web.desk.order import order_page, the_order
from avdet.web.desk.pages import HANDS, WRITERS, actor_of, done, refused, to, typed, unchanged
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.money.give_goodwill import give_goodwill
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.notices.send_again import repeat_notice
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.confirm_order import confirm_order, record_invoice
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.policy.ask_policy import Denied, file_of, slip_of

Work = Callable[[PageRequest, Order, datetime], object]


@open_to(*WRITERS)
@require_POST
def do(request: PageRequest, number: str, name: str) -> HttpResponse:
    """Makes one move, or shows the order again with what stood in its way."""
    if name not in _WORK or request.role not in WHO[name]:
        raise Http404
    order = the_order(request, number)
    try:
        with transaction.atomic():
            unchanged(request, order.revision)
            _WORK[name](request, order, timezone.now())
    except Conflict:
        return order_page(
            request, fresh(order), {"fault": phrase(request.language, "desk.refused.changed"), "tried": name}, status=409
        )
    except Denied as denied:
        return _denied(request, fresh(order), denied, name)
    except AvdetError as fault:
        return order_page(
            request, fresh(order), {"fault": refused(request, fault), "tried": name, "typed": request.POST}, status=422
        )
    return done(request, name, to(request, "order", number=number))


def _denied(request: PageRequest, order: Order, denied: Denied, name: str) -> HttpResponse:
    """The order with the terms' answer, and room for a reason to do it all the same."""
    file = file_of(order, timezone.now())
    slip = slip_of(file, denied.answer, point=str(denied.where), language=request.language) if file else None
    more = {"fault": phrase(request.language, "desk.refused.denied"), "denied": slip, "tried": name, "typed": request.POST}
    return order_page(request, order, more, status=422)


def _approve(request: PageRequest, order: Order, now: datetime) -> object:
    return confirm_order(order, actor=actor_of(request), now=now)


def _prepare(request: PageRequest, order: Order, now: datetime) -> object:
    return prepare_order(order, actor=actor_of(request), now=now)


def _close(request: PageRequest, order: Order, now: datetime) -> object:
    return move(order, "close", actor=actor_of(request), now=now)


def _note(request: PageRequest, order: Order, now: datetime) -> object:
    return write_note(order, typed(request, "note", 4_000), actor=actor_of(request), now=now)


def _invoice(request: PageRequest, order: Order, now: datetime) -> object:
    return record_invoice(order, actor=actor_of(request), now=now, at=_at(request, now), number=typed(request, "number"))


def _pay(request: PageRequest, order: Order, now: datetime) -> object:
    method = typed(request, "method")
    if method not in ("card_to_card", "bank_transfer", "cash_on_delivery"):
        raise AvdetError("no such way to pay", where="method", cure="choose one of the list")
    reference = typed(request, "reference")
    if not reference and method != "cash_on_delivery":
        raise AvdetError("a transfer has a reference", where="reference", cure="copy it from the bank's receipt")
    return record_payment(
        order, amount_minor=reading.amount(typed(request, "amount"), order.currency), method=method, reference=reference,
        paid_at=_at(request, now), now=now, actor=actor_of(request), payer_name=typed(request, "payer"),
    )  # fmt: skip


def _plan(request: PageRequest, order: Order, now: datetime) -> object:
    wanted = Plan(
        reading.pieces(request.POST.dict(), _left(order)), order.delivery_method, typed(request, "carrier", 60),
        typed(request, "tracking_number", 80), expected_from=reading.day(typed(request, "expected_from")),
        expected_to=reading.day(typed(request, "expected_to")),
    )  # fmt: skip
    return plan_delivery(order, wanted, actor=actor_of(request), now=now)


def _hand_over(request: PageRequest, order: Order, now: datetime) -> object:
    said = typed(request, "delivery")
    delivery = _delivery(order, said) if said else None
    return hand_over(
        order, delivery, actor=actor_of(request), now=now, at=_at(request, now), carrier=typed(request, "carrier", 60),
        tracking_number=typed(request, "tracking_number", 80), override=typed(request, "override", 500),
    )  # fmt: skip


def _happened(request: PageRequest, order: Order, now: datetime) -> object:
    """`what` names the delivery and the kind of event, such as `2:delivered`."""
    number, _, kind = typed(request, "what").partition(":")
    delivery = _delivery(order, number)
    if delivery.state == DELIVERY.first:
        raise AvdetError("nobody has handed it over yet", where="what", cure="hand it over first")
    sighting = Sighting(kind, _at(request, now), place=typed(request, "place", 120), note=typed(request, "note", 2_000))
    return record_delivery(order, delivery, sighting, source="staff", actor=actor_of(request), now=now)


def _goodwill(request: PageRequest, order: Order, now: datetime) -> object:
    amount = reading.amount(typed(request, "amount"), order.currency)
    return give_goodwill(
        order, amount_minor=amount, reason=typed(request, "why", 500), author=request.user, now=now, actor=actor_of(request)
    )


def _cancel(request: PageRequest, order: Order, now: datetime) -> object:
    left = _left(order)
    chosen = reading.pieces(request.POST.dict(), left) if left else {}
    whole = chosen == {line.pk: count for line, count in left}
    return cancel_order(
        order, actor=actor_of(request), now=now, reason=typed(request, "reason"), pieces=None if whole else chosen,
        override=typed(request, "override", 500),
    )  # fmt: skip


_WORK: Final[dict[str, Work]] = {
    "approve": _approve, "prepare": _prepare, "close": _close, "note": _note, "invoice": _invoice, "pay": _pay, "plan": _plan,
    "hand_over": _hand_over, "happened": _happened, "cancel": _cancel,
    "goodwill": _goodwill,
}  # fmt: skip


def _at(request: PageRequest, now: datetime) -> datetime:
    return reading.moment(typed(request, "at"), request.store.time_zone, now)


def _left(order: Order) -> list[tuple[OrderLine, int]]:
    lines = lines_of(order)
    there = left_to_send(lines, deliveries_of(order))
    return [(line, there[line.pk]) for line in lines if line.pk in there]


def _delivery(order: Order, number: str) -> Delivery:
    found = delivery_of(order, int(number)) if number.isascii() and number.isdecimal() and len(number) < 5 else None
    if found is None:
        raise AvdetError("no such delivery", where="what", cure="choose one of the list")
    return found


@open_to(*HANDS)
@require_POST
def tell_again(request: PageRequest, number: str, notice: int) -> HttpResponse:
    """Sends one message of an order once more."""
    order = the_order(request, number)
    found = notice_of(request.store, notice)
    if found is None or found.order_number != order.number:
        raise Http404
    if repeat_notice(found, now=timezone.now()) is None:
        return order_page(request, order, {"fault": phrase(request.language, "desk.refused.secret")}, status=422)
    return done(request, "told_again", to(request, "order", number=number))
