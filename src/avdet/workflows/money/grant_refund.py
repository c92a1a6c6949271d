"""A sum is owed back: it is taken out of the order's payments, entered in the books, told, and sent on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.ports.jobs import defer
from avdet.records.ledger.actions import Draft, post_all
from avdet.records.orders.models import Order
from avdet.records.payments.actions import hold_back, locked_payments
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.money.book_order import free_minor, held_minor
from avdet.workflows.notices.tell_refund import tell_refund


@transaction.atomic
def grant_refund(
    order: Order,
    *,
    amount_minor: int,
    reason: str,
    because: Sequence[Mapping[str, object]],
    key: str,
    now: datetime,
    actor: Actor,
    due_by: datetime | None = None,
    due_from: datetime | None = None,
    remedy: Remedy | None = None,
) -> list[Refund]:
    """Grant a sum, back the way it came: one refund for each payment that it is taken out of, the oldest payment first.

    `key` names the cause (`cancel:…`), and the same cause grants once. `because`: the clauses, each {policy, clause, …}.
    `due_from` and `due_by` are the ends of the time in which it has to arrive; `remedy` is what it puts right.
    `AvdetError` for more than has come in and is not promised, or for a cause that was granted another sum.
    """
    locked_payments(order)
    if earlier := queries.granted_for(order, key):
        if sum(each.amount_minor for each in earlier) != amount_minor:
            raise coded(AvdetError, "refund.other_sum", where="key")
        return earlier
    parts = hold_back(order, amount_minor)
    refunds = actions.grant(parts, actions.Grounds(key, reason, because, due_by, due_from, remedy), now=now, actor=actor)
    post_all(order.store, grant_drafts(order, refunds), now=now)
    actions.heal(f"order:{order.pk}", now=now)
    for refund in refunds:
        defer("send_refund", {"refund": refund.pk})
        tell_refund(refund, order, "refund_granted", now=now)
    return refunds


def grant_drafts(order: Order, refunds: Sequence[Refund]) -> list[Draft]:
    """What granting these writes into the books: what is still held goes back first; beyond it, the sale is taken back. Of an
    order that was cancelled nothing was sold: what was kept of it holds no VAT.
    """
    beyond = refunds[0].reason in (queries.OVERPAID, queries.CANCELLATION)
    held = held_minor(order) if beyond else free_minor(order)
    drafts, remedy = [], refunds[0].remedy
    outbound = remedy.outbound_minor if remedy else 0
    for refund in refunds:
        owed = bookings.refund_granted(
            refund.amount_minor,
            refund.currency,
            held_minor=held,
            vat_minor=0 if order.state == "cancelled" else order.vat_minor,
            total_minor=order.total_minor,
            shipping_minor=outbound,
        )
        drafts.append(Draft(f"refund:{refund.pk}:granted", "refund_granted", owed, order.number, refund.reason))
        held, outbound = held - refund.amount_minor, max(0, outbound - refund.amount_minor)
    return drafts
