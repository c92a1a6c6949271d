"""Refunds that go to an IBAN are gathered in a batch; what is in a batch that is not sent can be taken out again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.payouts import actions
from avdet.records.payouts.due import refunds_for_batch
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.payouts.queries import may_be_at_bank, open_lines
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.money.settle_payout import not_sent
from avdet.workflows.notices.tell_payout import tell_batch

MOST: Final = 500
"""Refunds in one batch."""
LATEST: Final = timedelta(days=31)
"""No batch is made to be paid later than this."""


def day_to_pay(store: Store, wanted: date | None, now: datetime) -> date:
    """The day on which the bank is to pay, as the store's clock has it: today, if none is named. `AvdetError` for any but
    today and the days of the next month.
    """
    today = store.day_of(now)
    day = wanted or today
    if not today <= day <= today + LATEST:
        raise coded(AvdetError, "payout.pay_on", where="pay_on")
    return day


def put_off(batch: PayoutBatch, *, now: datetime, actor: Actor) -> None:
    """No bank is asked to pay on a day that is over: then today is the day. The batch is locked, and has not left."""
    if batch.pay_on < (today := batch.store.day_of(now)):
        actions.put_off(batch, today, actor=actor, now=now)


@transaction.atomic
def make_batch(
    store: Store, refund_ids: Iterable[int], *, pay_on: date, user: User, now: datetime, actor: Actor
) -> PayoutBatch:
    """A draft of the named refunds, which are all of one currency. Nothing leaves, and no refund moves.

    `AvdetError` for none or too many, for several currencies; `Conflict` where one of them is no longer free.
    """
    wanted = set(refund_ids)
    if not 0 < len(wanted) <= MOST:
        raise coded(AvdetError, "payout.count", where="refunds", most=MOST)
    found = refunds_for_batch(store, wanted)
    if len(found) != len(wanted):
        raise coded(Conflict, "payout.refund_gone", where="refunds")
    currencies = {each.currency for each in found}
    if len(currencies) != 1:
        raise coded(AvdetError, "payout.currency", where="currency")
    batch = actions.open_batch(store, currency=currencies.pop(), pay_on=pay_on, user=user, now=now, actor=actor)
    actions.add_lines(batch, found)
    return batch


@transaction.atomic
def take_out(batch: PayoutBatch, line: PayoutLine, *, now: datetime, actor: Actor) -> None:
    """A refund stays behind: it can go into another batch. Only from a draft, since people approve what they saw.

    `AvdetError` in any other state.
    """
    fresh = actions.locked(batch.pk)
    if fresh is None or fresh.state != "draft" or line.batch_id != fresh.pk or not actions.take_out([line], now=now):
        raise coded(AvdetError, "payout.not_draft", where="batch")
    actions.note(fresh, "take_out", actor=actor, now=now, facts={"transfer": line.end_to_end})


@transaction.atomic
def void_batch(batch: PayoutBatch, *, why: str, now: datetime, actor: Actor) -> None:
    """A batch that has not left is given up; its refunds are owed as before, and no customer is told anything.

    `AvdetError` without a reason, or for one that the bank may have.
    """
    if not why.strip():
        raise coded(AvdetError, "record.why", where="why")
    fresh = actions.held_batch(batch.pk)
    begun, lines = fresh.state == "released", open_lines(fresh)
    if begun and may_be_at_bank(fresh):
        raise coded(AvdetError, "payout.at_bank", where="batch")
    actions.move(fresh, "void", actor=actor, now=now, facts={"why": why.strip()[:500]})
    if begun:
        for line in lines:
            not_sent(line, "not_sent", now=now, actor=actor)
        tell_batch(fresh, now=now)
    actions.take_out(lines, now=now)
