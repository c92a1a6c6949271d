"""A line of a batch has ended: the refund has arrived, or it has come back and its customer is asked for another account."""

from __future__ import annotations

from datetime import datetime

from avdet.ports.jobs import defer
from avdet.ports.payments import Done, Refused
from avdet.records.payouts.actions import end_line
from avdet.records.payouts.models import PayoutLine
from avdet.records.refunds import actions
from avdet.records.refunds.queries import payout_attempt
from avdet.records.shared.actors import Actor
from avdet.workflows.money.confirm_refund import return_refund
from avdet.workflows.money.destination import REFUSED
from avdet.workflows.money.take_outcome import settle_sent, take_outcome
from avdet.workflows.notices.tell_payout import tell_return


def settle_line(line: PayoutLine, *, now: datetime, actor: Actor, note: str = "") -> None:
    """The bank has paid it; `note` says where that stands. To be called in a transaction that has its batch locked."""
    attempt = payout_attempt(line.refund, line.end_to_end)
    if end_line(line, "settled", now=now, note=note) and attempt is not None:
        take_outcome(attempt.pk, Done(line.end_to_end, now), now=now, actor=actor)


def return_line(line: PayoutLine, *, code: str, what: str, now: datetime, actor: Actor) -> None:
    """The bank has not paid it, or the money has come back after all: it is owed again, and waits for another account.

    To be called in a transaction that has its batch locked.
    """
    attempt, was = payout_attempt(line.refund, line.end_to_end), line.result
    if not end_line(line, "returned", now=now, code=code, note=what, was=was) or attempt is None:
        return
    tell_return(line, code=code, now=now)
    said = what or code
    if was == "settled":
        return_refund(attempt, code=code, what=said, now=now, actor=actor)
    else:
        take_outcome(attempt.pk, Refused(code, said, permanent=True), now=now, actor=actor)
    refund = actions.locked(line.refund_id)
    if refund is not None and refund.state == "failed":
        actions.note(refund, REFUSED, actor=actor, now=now, facts={"account": refund.account_id, "code": code})
        actions.pay_to(refund, None)
        actions.look_again(refund, now)
        defer("send_refund", {"refund": refund.pk})


def undo_line(line: PayoutLine, *, note: str, now: datetime, actor: Actor) -> None:
    """The bank has not carried it out: it is owed as before, to the same account. To be called as `settle_line`."""
    if end_line(line, "undone", now=now, note=note):
        not_sent(line, "undone", now=now, actor=actor)


def not_sent(line: PayoutLine, code: str, *, now: datetime, actor: Actor) -> None:
    """The attempt of a released line ends without that its customer hears of it."""
    refund, attempt = actions.locked(line.refund_id), payout_attempt(line.refund, line.end_to_end)
    if refund is None or attempt is None or not actions.end_attempt(attempt, "refused", now=now, code=code):
        return
    actions.move(refund, "fail", actor=actor, now=now, facts={"code": code}, next_look_at=None)
    settle_sent(refund, attempt, "void", now=now)
