"""Writing down what goes to the bank. A batch moves by compare-and-swap with its event, in its caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from avdet.core.lifecycles import PAYOUT_BATCH
from avdet.records.payouts.models import BankWord, PayoutBatch, PayoutEvent, PayoutLine
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import change, swap_or_conflict
from avdet.records.stores.models import Store
from avdet.words.faults import coded


def open_batch(store: Store, *, currency: str, pay_on: date, user: User, now: datetime, actor: Actor) -> PayoutBatch:
    """A draft without lines, under the store's next number. The store stays locked until the transaction ends."""
    Store.objects.select_for_update(no_key=True).only("pk").get(pk=store.pk)
    last = PayoutBatch.objects.filter(store=store).aggregate(last=Max("number"))["last"] or 0
    made: PayoutBatch = PayoutBatch.objects.create(
        store=store, number=last + 1, message_id=f"AVDET-{store.pk}-{last + 1}-{now:%Y%m%d}", currency=currency,
        pay_on=pay_on, made_by=user, made_at=now,
    )  # fmt: skip
    _write(made, "make", "", made.state, actor, now, None)
    return made


def add_lines(batch: PayoutBatch, refunds: Sequence[Refund]) -> list[PayoutLine]:
    """One line for each refund, with its account as it stands now. The account of each is at hand.

    `Conflict` where one of them has gone into another batch meanwhile.
    """
    lines = [
        PayoutLine(
            batch=batch, refund=refund, end_to_end=f"AVDET-B{batch.pk}-{position}", iban=refund.account.number,
            last_digits=refund.account.last_digits, holder_name=refund.account.holder_name,
            amount_minor=refund.amount_minor, currency=refund.currency,
        )
        for position, refund in enumerate(refunds, 1)
        if refund.account is not None
    ]  # fmt: skip
    try:
        with transaction.atomic():
            return PayoutLine.objects.bulk_create(lines)
    except IntegrityError:
        raise coded(Conflict, "payout.refund_gone", where="refunds") from None


def locked(batch_id: int, store: Store | None = None) -> PayoutBatch | None:
    """The batch, its row locked until the transaction ends, with its store; only of one store if it is given."""
    rows = PayoutBatch.objects.select_for_update(of=("self",)).select_related("store").filter(pk=batch_id)
    return (rows.filter(store=store) if store else rows).first()


def held_batch(batch_id: int) -> PayoutBatch:
    """The same; `Conflict` where there is none any more."""
    batch = locked(batch_id)
    if batch is None:
        raise coded(Conflict, "record.gone", where="batch")
    return batch


def move(
    batch: PayoutBatch, name: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **fields: Any
) -> None:
    """One move of the lifecycle, with its event. `fields` are columns that the move fills in.

    `AvdetError` for a move that its state does not allow; `Conflict` where somebody else was faster.
    """
    source, target = batch.state, PAYOUT_BATCH.after(batch.state, name)
    swap_or_conflict(batch, {"state": target, **fields}, where=f"batch {batch.number}")
    _write(batch, name, source, target, actor, now, facts)


def note(batch: PayoutBatch, kind: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """Something that moves nothing, such as a file that was read."""
    _write(batch, kind, batch.state, batch.state, actor, now, facts)


def put_off(batch: PayoutBatch, pay_on: date, *, actor: Actor, now: datetime) -> None:
    """The bank is asked to pay on another day. The batch is locked, and has not left."""
    note(batch, "put_off", actor=actor, now=now, facts={"from": batch.pay_on.isoformat(), "to": pay_on.isoformat()})
    change(batch, {"pay_on": pay_on})


def end_line(line: PayoutLine, result: str, *, now: datetime, code: str = "", note: str = "", was: str = "open") -> bool:
    """What became of a line. False where it does not stand at `was` any more."""
    values = {"result": result, "code": code[:35], "note": note[:500], "ended_at": now}
    return change(line, values, result=was)


def keep_word(batch: PayoutBatch, line: PayoutLine | None, word: Mapping[str, str], *, author: User, now: datetime) -> BankWord:
    """What the bank has said, as `word` has it: result, reference, why. `Conflict` where another one waits for agreement."""
    kept = BankWord(batch=batch, line=line, **word, author=author, made_at=now)
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:
        raise coded(Conflict, "payout.word_waits", where="batch") from None
    return kept


def end_word(word: BankWord, state: str, *, approver: User | None, now: datetime) -> bool:
    """Agreed or refused, once; False where somebody was faster."""
    return change(word, {"state": state, "approver": approver, "ended_at": now}, state="waiting")


def take_out(lines: Iterable[PayoutLine], *, now: datetime) -> int:
    """Lines that go out with no file; their refunds can be put into another batch. How many were open."""
    rows = PayoutLine.objects.filter(pk__in=[line.pk for line in lines], result="open")
    return rows.update(result="taken_out", ended_at=now)


def _write(
    batch: PayoutBatch, kind: str, source: str, target: str, actor: Actor, now: datetime, facts: Mapping[str, Any] | None
) -> None:
    PayoutEvent.objects.create(
        batch=batch, kind=kind, from_state=source, to_state=target, actor=actor.kind, actor_id=actor.id,
        facts=dict(facts or {}), at=now,
    )  # fmt: skip
