"""A remedy follows what carries it: the order that its goods go out with, or the refund that it pays. Its case follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from avdet.core.lifecycles import GOODS, REMEDY
from avdet.records.cases.actions import Chapter, begin_deadlines, locked, meet, note
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_put_right
from avdet.records.deliveries.models import Delivery
from avdet.records.ledger.actions import correct
from avdet.records.ledger.queries import entry_by_key
from avdet.records.orders.claimed import free_pieces
from avdet.records.orders.models import Order
from avdet.records.refunds.models import Refund
from avdet.records.refunds.queries import given_by_remedies, refunds_of_remedy
from avdet.records.remedies.actions import move, unsettle_carriage
from avdet.records.remedies.models import MONEY_BACK, Remedy
from avdet.records.remedies.queries import has_given, latest_remedy, live_remedy, remedies_by_order
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.our_deadline import CARRIER_BY, DECIDE_BY, turn_to, wait_until
from avdet.workflows.cases.settle_case import settle_case
from avdet.workflows.cases.take_decision import money_by
from avdet.workflows.money.book_order import book_taken_back
from avdet.workflows.remedies.offer_again import offer_again

WAY: Final = {
    "confirmed": ("prepare",), "preparing": ("prepare",), "part_shipped": ("prepare",), "shipped": ("prepare", "send"),
    "delivered": ("prepare", "send", "finish"), "returned": ("come_back",),
}  # fmt: skip
"""How far an order has come → the moves of the remedy that it carries."""
NEXT: Final = {"send": (CARRIER_BY, "carrier"), "come_back": (DECIDE_BY, "store")}
"""A remedy's move → the deadline that runs from then on, and whom it binds."""


def follow_order(order: Order, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """An order that carries remedies has moved. Cancelled, it leaves their choice open again; `facts` say why it was. So does
    one that comes back with the goods of a case itself, which were to be delivered once more.
    """
    for remedy in remedies_by_order(order):
        case = locked(remedy.case_id)
        if case is None:
            continue
        if order.state == "cancelled" or (order.state, remedy.kind) == ("returned", "redelivery"):
            meet(case, DECIDE_BY, CARRIER_BY)
            _void(case, remedy, str((facts or {}).get("reason", "")), actor, now)
        elif moves := [name for name in WAY.get(order.state, ()) if _step(remedy, name, actor, now)]:
            meet(case, "pay_by", DECIDE_BY, CARRIER_BY)
            _tell(Chapter(case, actor=actor, now=now), remedy, moves[-1])


def follow_loss(order: Order, delivery: Delivery, *, actor: Actor, now: datetime) -> None:
    """A carrier has lost a delivery. Claimed goods in it that came back undelivered, or were sent once more, cannot be sent
    again: what was chosen for them is void if it was that, and the choice is open among what needs them not.
    """
    for case_id in cases_put_right(order, [line.order_line_id for line in delivery.lines.all()]):
        case = locked(case_id)
        if case is None or "redelivery" not in case.decision.get("remedies", ()) or not GOODS.allows(case.goods, "go_missing"):
            continue
        chapter = Chapter(case, actor=actor, now=now).move("go_missing", axis="goods", facts={"delivery": delivery.number})
        remedy = live_remedy(case)
        if remedy is None:
            offer_again(chapter)
            continue
        chapter.write()
        if remedy.kind == "redelivery":
            meet(case, DECIDE_BY, CARRIER_BY)
            _void(case, remedy, "", actor, now)


def follow_refund(refund: Refund, *, actor: Actor, now: datetime) -> None:
    """A refund has arrived. Once everything that its remedy pays back has, the remedy is done and its case is settled; where a
    part was taken back meanwhile, the choice is open again for what is left.
    """
    remedy = refund.remedy
    if remedy is None or remedy.kind not in MONEY_BACK or not REMEDY.allows(remedy.state, "finish"):
        return
    case = locked(remedy.case_id)  # of two refunds that arrive at once the later one sees the earlier
    refunds = refunds_of_remedy(remedy)
    if case is None or any(each.state != "confirmed" for each in refunds):
        return
    if sum(each.amount_minor for each in refunds) < remedy.amount_minor:
        _take_back(case, remedy, actor, now)
    else:
        finish(remedy, actor=actor, now=now)


def follow_return(refund: Refund, *, actor: Actor, now: datetime) -> None:
    """Money that had arrived has come back from the bank: its remedy is owed again, and the case that it had settled with it.

    A case that was opened again meanwhile is left where it is: the refund itself is owed all the same.
    """
    remedy = refund.remedy
    if remedy is None or remedy.kind not in MONEY_BACK:
        return
    case = locked(remedy.case_id)
    if case is not None:
        _owe_again(case, remedy, refund, actor, now)


def _owe_again(case: Case, remedy: Remedy, refund: Refund, actor: Actor, now: datetime) -> None:
    if case.state != "settled" or not REMEDY.allows(remedy.state, "owe_again") or latest_remedy(case) != remedy:
        return
    move(remedy, "owe_again", actor=actor, now=now, ended_at=None)
    due = money_by(case, now)
    chapter = Chapter(case, actor=actor, now=now).move("owe_again", facts={"refund": refund.pk})
    chapter.set(waits_for=Case.WaitsFor.BANK, due_at=due.due_at if due else None, ended_at=None).write()
    begin_deadlines([due] if due else [])


def follow_void(refund: Refund, *, actor: Actor, now: datetime) -> None:
    """A refund was taken back before any of it had left, or after it had come back: its remedy is void, and the choice is open
    again. A case that was opened again has then been given nothing, and is decided as any other.

    Where the remedy pays back by other refunds too, this waits until they have arrived: what they gave stays given.
    """
    remedy = refund.remedy
    if remedy is None or remedy.kind not in MONEY_BACK:
        return
    case = locked(remedy.case_id)
    if case is None or any(each.state != "confirmed" for each in refunds_of_remedy(remedy)):
        return
    _owe_again(case, remedy, refund, actor, now)
    _take_back(case, remedy, actor, now)
    if case.settled_before and not has_given(case) and not given_by_remedies(case):
        note(case, "remedy_void", actor=actor, now=now, facts={"remedy": remedy.kind}, settled_before=False)


def _take_back(case: Case, remedy: Remedy, actor: Actor, now: datetime) -> None:
    """A remedy that pays back no longer does, or not the whole; nothing is deducted by it. A part that has arrived stays given,
    whatever is decided from now on, so that its pieces are never free again.
    """
    if remedy.deducted_minor:
        _undo(case, remedy, "deducted", now)
        unsettle_carriage(case, "deducted")
    if refunds_of_remedy(remedy):
        note(case, "remedy_void", actor=actor, now=now, facts={"remedy": remedy.kind}, settled_before=True)
    void_remedy(case, remedy, gone="", actor=actor, now=now)


def finish(remedy: Remedy, *, actor: Actor, now: datetime, told: bool = True) -> None:
    """A remedy is done, and its case with it."""
    case = locked(remedy.case_id)
    move(remedy, "finish", actor=actor, now=now)
    if case is not None and case.state == "settling":
        _settle(Chapter(case, actor=actor, now=now), remedy, told=told)


def _step(remedy: Remedy, name: str, actor: Actor, now: datetime) -> bool:
    if not REMEDY.allows(remedy.state, name):
        return False
    move(remedy, name, actor=actor, now=now)
    return True


def _tell(chapter: Chapter, remedy: Remedy, name: str) -> None:
    """What a case makes of its remedy's last move. Its order tells the customer how far the goods have come."""
    if remedy.state == "done" and chapter.case.state == "settling":
        _settle(chapter, remedy, told=True)
        return
    chapter.note(f"remedy_{name}", {"remedy": remedy.kind})
    if name in NEXT:
        kind, binds = NEXT[name]
        wait_until(chapter, kind, binds=binds)
    else:
        turn_to(chapter, Case.WaitsFor.STORE).write()


def _settle(chapter: Chapter, remedy: Remedy, *, told: bool) -> None:
    chapter.note("remedy_done", {"remedy": remedy.kind})
    if remedy.kind == "redelivery" and GOODS.allows(chapter.case.goods, "give_back"):
        chapter.move("give_back", axis="goods")
    settle_case(chapter, told=told)
    if remedy.kind == "redelivery":  # the goods are with their owner once more, and may be claimed like any
        free_pieces(chapter.case.order_line, chapter.case.quantity)


def _void(case: Case, remedy: Remedy, why: str, actor: Actor, now: datetime) -> None:
    """What stood for the order's goods stands for the claimed ones again."""
    for name in ("used", "given"):
        _undo(case, remedy, name, now)
    book_taken_back(case.order, f"remedy:{remedy.pk}:void", now=now)
    void_remedy(case, remedy, gone=remedy.kind if why == "out_of_stock" else "", actor=actor, now=now)


def _undo(case: Case, remedy: Remedy, name: str, now: datetime) -> None:
    """Takes back what a remedy has written into the books."""
    entry = entry_by_key(case.store, f"remedy:{remedy.pk}:{name}")
    if entry is not None:
        correct(entry, f"remedy:{remedy.pk}:{name}:void", "remedy_void", now=now, memo=case.number)


def void_remedy(case: Case, remedy: Remedy, *, gone: str, actor: Actor, now: datetime) -> None:
    """A remedy is not carried out, and its case is open to another choice."""
    move(remedy, "void", actor=actor, now=now, facts={"gone": gone} if gone else {})
    if case.state == "settling" and live_remedy(case) is None:  # one that was chosen since lives on
        offer_again(Chapter(case, actor=actor, now=now), gone=gone)
