"""A customer chooses how their case is put right, and it is: money is granted, or goods are promised, in the same moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, begin_deadlines, locked, meet
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import product_of
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.ledger.actions import post
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.actions import locked_payments
from avdet.records.remedies.actions import Worth, carried_by, move, open_remedy, settle_carriage
from avdet.records.remedies.models import MONEY_BACK, SECOND_VISIT, SENT_ANEW, VISITS, Remedy
from avdet.records.remedies.queries import carriages_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.cases.our_deadline import CHOOSE_BY, STORE_BY, VISIT_BY, turn_to, wait_until
from avdet.workflows.cases.take_decision import money_by
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.orders.exchange_order import exchange_order
from avdet.workflows.remedies.await_payment import await_payment
from avdet.workflows.remedies.follow_remedy import finish
from avdet.workflows.remedies.offer_again import offer_again
from avdet.workflows.remedies.remedy_sums import granted_kinds, grounds, moment_of, needs_first, worth_of

REASON: Final = "claim"
"""Why a refund of a case is owed, as the accountant reads it."""
TOLD: Final = {"makers_representative": "remedy_visit", SECOND_VISIT: "remedy_second_visit"}
"""A visit → the notice that it will take place."""


def choose_remedy(
    case: Case, kind: str, *, actor: Actor, now: datetime, sku: str = "", difference_minor: int | None = None
) -> Remedy:
    """Puts a case right by one of the remedies that were granted; `sku` names the other product, where that is chosen.

    `difference_minor` is what whoever chooses has been shown that there is to settle: below zero it is paid back, and `None`
    stands for nothing. `Conflict` where it comes to another one, and where something was chosen already;
    `AvdetError` for what was not granted or waits for a colleague.
    `OutOfStock` where the goods have run out meanwhile: the choice is then open again, among what is left.
    """
    try:
        with transaction.atomic():
            return _choose(case, kind, sku, difference_minor, actor, now)
    except OutOfStock:
        if kind != "other_product":
            run_out(case, kind, now=now)
        raise


@transaction.atomic
def run_out(case: Case, kind: str, *, now: datetime) -> None:
    """A remedy's goods have run out before it could be chosen; nothing happens where one was chosen meanwhile."""
    fresh = locked(case.pk)
    if fresh is not None and fresh.state == "choosing":
        offer_again(Chapter(fresh, actor=Actor.system("stock"), now=now), gone=kind)


def _choose(case: Case, kind: str, sku: str, shown_minor: int | None, actor: Actor, now: datetime) -> Remedy:
    if kind in (*MONEY_BACK, "other_product"):
        locked_payments(case.order)  # before the case, as whoever takes an earlier refund of it back
    fresh = locked(case.pk)
    if fresh is None or fresh.state != "choosing":
        raise coded(Conflict, "remedy.nothing_to_choose", where="state")
    if kind not in granted_kinds(fresh):
        raise coded(AvdetError, "remedy.not_granted", where="remedy", granted=", ".join(granted_kinds(fresh)) or "–")
    if why := needs_first(fresh, kind):
        raise coded(AvdetError, f"remedy.{why}", where=why)
    product = _product(fresh, sku) if kind == "other_product" else None
    worth = worth_of(fresh, kind, product)
    if (shown_minor or 0) != worth.difference_minor:
        raise coded(Conflict, "remedy.difference", where="difference")
    back = kind in MONEY_BACK
    if fresh.settled_before and back and not worth.amount_minor:
        raise coded(AvdetError, "remedy.given", where="given")
    remedy = open_remedy(fresh, kind, worth, actor=actor, now=now, product=product)
    promised = money_by(fresh, now)
    chapter = Chapter(fresh, actor=actor, now=now).move("choose", facts={"remedy": kind, **_figures(worth, remedy)})
    meet(fresh, CHOOSE_BY, STORE_BY)
    if back:
        chapter.set(waits_for=Case.WaitsFor.BANK, due_at=promised.due_at if promised else None).write()
        begin_deadlines([promised] if promised else [])
    elif kind in VISITS:
        wait_until(chapter, VISIT_BY, binds="carrier" if kind == SECOND_VISIT else "store")
    else:
        turn_to(chapter.set(due_at=None), Case.WaitsFor.STORE).write()
    _carry_out(remedy, fresh, product, promised, actor, now)
    _tell(fresh, remedy, now)
    if back and not worth.amount_minor:
        finish(remedy, actor=actor, now=now)
    return remedy


def _product(case: Case, sku: str) -> Product:
    found = product_of(case.store, sku, on_sale=True) if sku else None
    if found is None:
        raise coded(AvdetError, "remedy.product", where="product")
    return found


def _figures(worth: Worth, remedy: Remedy) -> dict[str, object]:
    return {
        "currency": remedy.currency, "goods_minor": worth.goods_minor, "outbound_minor": worth.outbound_minor,
        "deducted_minor": worth.deducted_minor,
        "amount_minor": worth.amount_minor, "difference_minor": worth.difference_minor,
    }  # fmt: skip


def _carry_out(
    remedy: Remedy, case: Case, product: Product | None, promised: CaseDeadline | None, actor: Actor, now: datetime
) -> None:
    """Begins what was chosen. A difference is settled before dispatch: its order waits to be paid, or it is paid back."""
    _deduct(remedy, case, now)
    if remedy.amount_minor:
        _pay_back(remedy, case, promised, now, actor)
    if remedy.kind in SENT_ANEW:
        order = exchange_order(remedy, case, product=product, actor=Actor.system("remedy"), now=now)
        if to_pay_minor(order):
            await_payment(remedy, case, order, actor=actor, now=now)
    elif remedy.kind == "redelivery":  # goods that came back undelivered are sent again with the order that they are of
        carried_by(remedy, case.order)
        move(remedy, "prepare", actor=actor, now=now)


def _pay_back(remedy: Remedy, case: Case, promised: CaseDeadline | None, now: datetime, actor: Actor) -> None:
    grant_refund(
        case.order, amount_minor=remedy.amount_minor, reason=REASON, because=grounds(case),
        key=f"case:{case.number}:{remedy.pk}"[:120], now=now, actor=actor, remedy=remedy,
        due_from=moment_of(case, "refund_from"), due_by=promised.due_at if promised else None,
    )  # fmt: skip


def _deduct(remedy: Remedy, case: Case, now: datetime) -> None:
    """What the store laid out for a return that the customer bears is kept, and earned as carriage."""
    kept = bookings.carriage_deducted(remedy.deducted_minor, remedy.currency)
    if kept:
        settle_carriage(carriages_of(case)["return"], "deducted")
        key = f"remedy:{remedy.pk}:deducted"
        post(case.store, key, "carriage_deducted", kept, now=now, order_number=case.order.number, memo=case.number)


def _tell(case: Case, remedy: Remedy, now: datetime) -> None:
    order = remedy.order
    if order is not None and remedy.state == "awaiting_payment":
        until = {"until_at": case.due_at.isoformat()} if case.due_at else {}
        tell_case(case, "remedy_unpaid", now=now, amount_minor=to_pay_minor(order), replacement=order.number, **until)
        return
    kind = TOLD.get(remedy.kind, "remedy_refund" if remedy.kind in MONEY_BACK else "remedy_goods")
    tell_case(case, kind, now=now, amount_minor=remedy.amount_minor, replacement=order.number if order else "")
