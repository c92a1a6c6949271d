"""Two people stand behind a batch: one approves what it comes to, another one lets it go; then its refunds are on their way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.banks import Party
from avdet.ports.jobs import defer
from avdet.ports.payments import Pending
from avdet.records.payouts import actions
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.payouts.queries import open_lines
from avdet.records.people.banks import is_iban
from avdet.records.people.models import User
from avdet.records.refunds import actions as refunds
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.money.begin_refund import begin_refund
from avdet.workflows.money.make_batch import put_off
from avdet.workflows.money.take_outcome import take_outcome
from avdet.workflows.notices.tell_payout import tell_batch


def payer_of(store: Store) -> Party | None:
    """The account that the store pays from; None until it has been entered."""
    said = store.payout_account
    iban, holder = str(said.get("iban", "")), str(said.get("holder", "")).strip()
    return Party(holder, iban, str(said.get("bic", ""))) if holder and is_iban(iban) else None


@transaction.atomic
def approve_batch(batch: PayoutBatch, *, user: User, now: datetime, actor: Actor) -> PayoutBatch:
    """One person has looked at every line. What it comes to and the account that pays stand still from here on; the day moves
    on as long as it is over and the bank has no file.

    `AvdetError` for an empty batch, or while the store's own account is not known.
    """
    fresh, lines = _locked(batch)
    payer = payer_of(fresh.store)
    if payer is None:
        raise coded(AvdetError, "payout.no_payer", where="payer")
    if not lines:
        raise coded(AvdetError, "payout.empty", where="lines")
    _still_owed(lines)
    put_off(fresh, now=now, actor=actor)
    total = sum(line.amount_minor for line in lines)
    paid_from = {"iban": payer.iban, "holder": payer.name, "bic": payer.bic}
    actions.move(
        fresh, "approve", actor=actor, now=now, facts={"total_minor": total, "lines": len(lines)},
        approved_by=user, total_minor=total, lines_count=len(lines), paid_from=paid_from,
    )  # fmt: skip
    return fresh


@transaction.atomic
def release_batch(batch: PayoutBatch, *, user: User, now: datetime, actor: Actor) -> PayoutBatch:
    """A second person lets it go: each refund is on its way, its transfer pending in the books, until the bank answers.

    `AvdetError` for the person who approved it; `Conflict` where a refund has been settled otherwise meanwhile.
    """
    fresh, lines = _locked(batch)
    if fresh.approved_by_id == user.pk:
        raise coded(AvdetError, "payout.two_people", where="two_people")
    put_off(fresh, now=now, actor=actor)
    actions.move(fresh, "release", actor=actor, now=now, released_by=user)
    _still_owed(lines)
    for line in lines:
        refund = refunds.locked(line.refund_id)
        if refund is not None:
            attempt = begin_refund(refund, "payout", "refund", now=now, actor=actor)
            take_outcome(attempt.pk, Pending(line.end_to_end), now=now, actor=actor)
    tell_batch(fresh, now=now)
    defer("hand_over_batch", {"batch": fresh.pk}, key=f"batch:{fresh.pk}")
    return fresh


def _locked(batch: PayoutBatch) -> tuple[PayoutBatch, list[PayoutLine]]:
    fresh = actions.locked(batch.pk)
    if fresh is None or fresh.revision != batch.revision:
        raise coded(Conflict, "record.changed", where="batch")
    return fresh, open_lines(fresh)


def _still_owed(lines: list[PayoutLine]) -> None:
    gone = [line.end_to_end for line in lines if line.refund.state not in ("granted", "failed")]
    if gone:
        raise coded(Conflict, "payout.owed_no_longer", where="batch", transfers=", ".join(gone[:5]))
    removed = [line.end_to_end for line in lines if line.account_gone]
    if removed:
        raise coded(AvdetError, "payout.account_gone", where="batch", transfers=", ".join(removed[:5]))
