"""Where a store's bank takes files over the network, released batches are handed to it and its answers are fetched.

A store without such a connection downloads the file and gives the answer by hand; nothing here touches its batches.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.banks import Bank, Declined, open_bank
from avdet.ports.jobs import Payload, defer, job
from avdet.records.payouts import actions
from avdet.records.payouts.models import PayoutBatch
from avdet.records.payouts.queries import batch_in, batches_at_banks, batches_released, file_was_read, may_be_at_bank
from avdet.records.refunds.actions import find, heal
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.export_batch import file_of_batch
from avdet.workflows.money.make_batch import put_off
from avdet.workflows.money.read_bank_file import digest_of, read_bank_file

MACHINE: Final = Actor.system("bank")
MAY_COME_BACK: Final = timedelta(days=10)
"""Banks give money back for days after they have settled it."""


def bank_of(store: Store) -> Bank | None:
    """The store's bank, where it takes files over the network."""
    said = store.payout_account
    return open_bank(str(said["bank_url"]), str(said.get("bank_key", ""))) if said.get("bank_url") else None


@job("ask_banks", every=timedelta(minutes=10))
def ask_banks(_payload: Payload, now: datetime) -> None:
    """The periodic job: what was released and never reached the bank is handed over, what the bank knows is fetched."""
    for batch in batches_released():
        if batch.store.payout_account.get("bank_url"):
            defer("hand_over_batch", {"batch": batch.pk}, key=f"batch:{batch.pk}")
    for batch in batches_at_banks(now - MAY_COME_BACK):
        if batch.store.payout_account.get("bank_url"):
            defer("fetch_answers", {"batch": batch.pk}, key=f"answers:{batch.pk}")


@job("hand_over_batch", attempts=12)
def hand_over(payload: Payload, now: datetime) -> None:
    """Gives a released batch to its bank. Where the bank refuses it for good, the accountant is shown that."""
    batch = batch_in(payload["batch"], "released")
    bank = bank_of(batch.store) if batch else None
    if batch is None or bank is None:
        return
    file = _begun(batch, now)
    if file is None:
        return
    answer = bank.hand_over(batch.message_id, file)
    if isinstance(answer, Declined):
        _declined(batch, answer, now)
    else:
        _handed(batch, now)


@job("fetch_answers", attempts=3)
def fetch_answers(payload: Payload, now: datetime) -> None:
    """Reads every answer that the bank has to a batch, each once."""
    batch = batch_in(payload["batch"], "exported", "settled", "void")
    bank = bank_of(batch.store) if batch else None
    if batch is None or bank is None:
        return
    answers = bank.answers(batch.message_id)
    if isinstance(answers, Declined):
        _declined(batch, answers, now)
        return
    for raw in answers:
        if file_was_read(batch, digest_of(raw)):
            continue
        try:
            read_bank_file(batch.store, raw, now=now, actor=MACHINE)
        except AvdetError as fault:
            find(batch.store, "bank_unreadable", f"batch:{batch.message_id}", now=now, note=str(fault)[:300])


@transaction.atomic
def _begun(batch: PayoutBatch, now: datetime) -> bytes | None:
    """The file, and that the bank may have it from now on, so that nobody voids the batch; None where it was voided."""
    fresh = actions.locked(batch.pk)
    if fresh is None or fresh.state != "released":
        return None
    if not may_be_at_bank(fresh):
        put_off(fresh, now=now, actor=MACHINE)
        actions.note(fresh, "hand_over", actor=MACHINE, now=now)
    return file_of_batch(fresh, "xml")


@transaction.atomic
def _handed(batch: PayoutBatch, now: datetime) -> None:
    fresh = actions.locked(batch.pk)
    if fresh is not None and fresh.state == "released":
        actions.move(fresh, "export", actor=MACHINE, now=now, facts={"kind": "bank"}, exported_at=now)
    heal(f"batch:{batch.message_id}", now=now, kind="bank_declined")


def _declined(batch: PayoutBatch, answer: Declined, now: datetime) -> None:
    """For the moment, it is tried again by the job's own attempts; for good, a person is asked for."""
    if not answer.permanent:
        raise AvdetError(answer.what, where=f"batch {batch.number}", cure="it is tried again")
    with transaction.atomic():
        fresh = actions.locked(batch.pk)
        if fresh is not None and fresh.state == "released":
            actions.note(fresh, "declined", actor=MACHINE, now=now)
        find(batch.store, "bank_declined", f"batch:{batch.message_id}", now=now, note=answer.what)
