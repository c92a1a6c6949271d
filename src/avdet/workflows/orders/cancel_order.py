"""An order is cancelled, or pieces of it: where the terms grant it, or a colleague says why. What was paid goes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.cases.queries import stands_in_cases, with_open_cases
from avdet.records.deliveries.actions import move as move_delivery
from avdet.records.deliveries.queries import deliveries_of, left_to_cancel
from avdet.records.orders.actions import cancel_pieces, mark, move
from avdet.records.orders.models import Order
from avdet.records.orders.queries import has_event, lines_of
from avdet.records.payments.queries import paid_minor
from avdet.records.refunds.queries import CANCELLATION, OrderMoney, money_of
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.money.book_order import book_cancellation, book_kept, held_minor
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.record_payment import follow_money
from avdet.workflows.notices.tell_order import tell_order
from avdet.workflows.orders.follow_deliveries import follow, may_carry
from avdet.workflows.orders.order_stock import let_stock_go
from avdet.workflows.policy.ask_policy import Denied, ask, because, file_of
from avdet.workflows.remedies.follow_remedy import follow_order

REASONS: Final = ("withdrawal", "out_of_stock", "not_paid", "undeliverable", "mistake", "shop")
"""Why an order is cancelled. The terms are asked of the first two; the others are the store's own to answer for."""
OVER: Final = ("delivered", "closed", "cancelled")
"""States in which no piece can be cancelled any more."""
Pieces = Mapping[int, int]
"""Order line id → how many of its pieces."""


@transaction.atomic
def cancel_order(
    order: Order, *, actor: Actor, now: datetime, reason: str = "withdrawal", pieces: Pieces | None = None,
    override: str = "", refund_minor: int | None = None,
) -> Order:  # fmt: skip
    """Cancels an order, or only `pieces` of it that are not with the customer or on their way.

    A customer is granted what the terms grant, else `Denied`. A member of the staff may override them, and the history
    keeps why. What was paid goes back: `refund_minor` where it is not what the pieces came to, 0 where the shop has seen to
    it. An order on its way is called back if the terms grant that, and ends when it returns. Pieces that stand in a case
    are left to it: `AvdetError`.
    """
    if reason not in REASONS:
        raise coded(AvdetError, "order.reason", where="reason", reasons=", ".join(REASONS))
    chosen = {line: count for line, count in (pieces or {}).items() if count}
    if pieces is not None and not chosen:
        raise coded(AvdetError, "order.no_pieces", where="pieces")
    if order.follows_id and chosen and not _is_whole(order, chosen):
        raise coded(AvdetError, "order.one_thing", where="pieces")
    facts = {"reason": reason, **_grounds(order, reason, chosen, actor, now, override)}
    if chosen and not _is_whole(order, chosen):
        return _cancel_some(order, chosen, facts, actor, now, refund_minor)
    if ORDER.allows(order.state, "cancel"):
        return _cancel_all(order, facts, actor, now, refund_minor)
    if order.state in ("part_shipped", "shipped") and reason == "withdrawal":
        if unsent := left_to_cancel(lines_of(order), deliveries_of(order)):
            _cancel_some(order, unsent, facts, actor, now, refund_minor)
        return recall(order, facts, actor=actor, now=now)
    ORDER.after(order.state, "cancel")  # says what else may be done from here
    return order


def recall(order: Order, facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> Order:
    """Has an order that is on its way called back. It ends when it returns; asked again, nothing changes."""
    if not has_event(order, "recalled"):
        mark(order, "recalled", actor=actor, now=now, facts=facts)
        tell_order(order, "order_recalled", now=now)
    return order


def cancel_recalled(order: Order, *, now: datetime) -> Order:
    """Ends an order that its customer had called back, now that it has returned; where a case decides it, not yet, and
    not by itself where goods of it are their owner's.
    """
    if stands_in_cases(order):
        return order
    return _cancel_all(order, {"reason": "withdrawal", "recalled": True}, Actor.system("recall"), now, None)


# ---- what the terms say ----------------------------------------------------------------------------------------------


def _grounds(order: Order, reason: str, pieces: Pieces, actor: Actor, now: datetime, override: str) -> dict[str, Any]:
    """What the history keeps of why: the clauses, or the colleague's own words. `Denied` where there is neither."""
    answers = _answers(order, reason, pieces, now) if actor.kind in ("customer", "staff") else []
    refused = next((answer for answer in answers if not _grants(answer)), None)
    if actor.kind == "customer" and (refused is not None or not answers):
        raise _denied(refused)
    if refused is not None and not override.strip():
        raise _denied(refused)
    cited = [row for answer in answers[:1] if refused is None for row in because(answer)]
    against = {"against": because(refused)} if refused is not None else {}
    return {"because": cited, **against, **({"override": override.strip()[:500]} if override.strip() else {})}


def _denied(answer: Answer | None) -> AvdetError:
    if answer is not None:
        return Denied(answer, where="cancellation")
    return coded(AvdetError, "order.only_the_store", where="cancellation")


def _answers(order: Order, reason: str, pieces: Pieces, now: datetime) -> list[Answer]:
    """The terms' answer for the whole order, or for each line of which pieces are cancelled; none where they are not asked."""
    file = file_of(order, now) if reason in ("withdrawal", "out_of_stock") else None
    if file is None:
        return []
    if reason == "out_of_stock":
        there = {line.pk: line.quantity - pieces.get(line.pk, 0) if pieces else 0 for line in file.lines}
        return [ask(file, "dispatch", in_stock=there)]
    if not pieces:
        return [ask(file, "cancellation")]
    chosen = [line for line in file.lines if line.pk in pieces]
    return [ask(file, "cancellation", line=line, quantity=pieces[line.pk], reason=reason) for line in chosen]


def _grants(answer: Answer) -> bool:
    """Whether the terms let the order end: at `dispatch` they deny the sending and offer the cancellation instead."""
    return "cancellation" in answer.remedies and answer.outcome in ("approve", "deny")


# ---- what is done ----------------------------------------------------------------------------------------------------


def _is_whole(order: Order, pieces: Pieces) -> bool:
    """Whether these are all the pieces that are left of an order of which nothing has been sent."""
    left = {line.pk: line.quantity - line.cancelled_quantity for line in lines_of(order)}
    return {line: count for line, count in left.items() if count} == dict(pieces) and ORDER.allows(order.state, "cancel")


def _cancel_all(order: Order, facts: Mapping[str, Any], actor: Actor, now: datetime, refund_minor: int | None) -> Order:
    for delivery in deliveries_of(order):
        if delivery.state == "planned":
            move_delivery(delivery, "cancel", at=now)
    move(order, "cancel", actor=actor, now=now, facts=facts)
    if with_open_cases([order]):  # asked now that no claim can be filed beside it
        raise coded(AvdetError, "order.in_case", where="order")
    let_stock_go(order, actor=actor, now=now)
    left = _left(order)
    amount = _give_back(order, left if refund_minor is None else min(refund_minor, left), facts, actor, now)
    if may_carry(order):
        follow_order(order, actor=actor, now=now, facts=facts)
    book_cancellation(order, now=now)
    tell_order(order, "order_cancelled", now=now, amount_minor=amount)
    return order


def _cancel_some(
    order: Order, pieces: Pieces, facts: Mapping[str, Any], actor: Actor, now: datetime, refund_minor: int | None
) -> Order:
    there = left_to_cancel(lines_of(order), deliveries_of(order))
    if order.state in OVER or any(not 1 <= count <= there.get(line, 0) for line, count in pieces.items()):
        raise coded(AvdetError, "order.none_left", where="pieces")
    back = comes_back(order, pieces)
    counted = {str(line): count for line, count in pieces.items()}
    mark(order, "pieces_cancelled", actor=actor, now=now, facts={**facts, "pieces": counted})
    cancel_pieces(order, pieces)
    let_stock_go(order, pieces, actor=actor, now=now)
    amount = _give_back(order, back if refund_minor is None else min(refund_minor, _left(order)), facts, actor, now)
    book_kept(order, back - amount, f"kept:{order.revision}", now=now)
    follow_money(order, paid_minor(order), at=now, now=now, actor=actor)
    follow(order, actor=actor, now=now, at=now, facts=facts)
    tell_order(order, "order_part_cancelled", now=now, amount_minor=amount)
    return order


def comes_back(order: Order, pieces: Pieces) -> int:
    """What comes back of pieces that are to be cancelled: their price, as far as it has been paid and is not promised yet."""
    worth = sum(
        line.minor_of_last(line.cancelled_quantity + pieces.get(line.pk, 0)) - line.cancelled_minor for line in lines_of(order)
    )
    money = money_of(order)
    return max(0, min(worth, money.spare_minor + worth, _left(order, money)))


def _left(order: Order, money: OrderMoney | None = None) -> int:
    """What can still be given back. A part of what was paid may have become the credit of an order that follows this one:
    nothing of this one has been earned yet, so that the books hold exactly what is left.
    """
    return min((money or money_of(order)).left_minor, max(0, held_minor(order)))


def _give_back(order: Order, amount: int, facts: Mapping[str, Any], actor: Actor, now: datetime) -> int:
    """Grants what is owed back, once for this revision of the order; says how much it is."""
    if amount > 0:
        key = f"cancel:{order.pk}:{order.revision}"
        why = facts.get("because", ())
        grant_refund(order, amount_minor=amount, reason=CANCELLATION, because=why, key=key, now=now, actor=actor)
    return max(0, amount)
