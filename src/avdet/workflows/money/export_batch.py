"""A released batch becomes a file for the bank. Once one has been made, it is the same again, under the same message id."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.banks import Party, PaymentOrder, Transfer, files
from avdet.records.payouts import actions
from avdet.records.payouts.models import PayoutBatch
from avdet.records.payouts.queries import lines_in_file, may_be_at_bank
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.make_batch import put_off

KINDS: Final = ("xml", "csv")
SENT: Final = ("released", "exported", "settled")
"""States of which there is a file."""


@transaction.atomic
def export_batch(batch: PayoutBatch, kind: str, *, now: datetime, actor: Actor) -> bytes:
    """The file, as `xml` (pain.001.001.09) or `csv`; that somebody has it is kept.

    `AvdetError` before it is released, or for an order that the bank's form has no room for.
    """
    fresh = actions.locked(batch.pk)
    if fresh is None or fresh.state not in SENT:
        raise coded(AvdetError, "payout.not_released", where="batch")
    if kind not in KINDS:
        raise coded(AvdetError, "payout.file_kind", where="kind", kinds=", ".join(KINDS))
    if fresh.state == "released" and not may_be_at_bank(fresh):
        put_off(fresh, now=now, actor=actor)
    made = file_of_batch(fresh, kind)
    if fresh.state == "settled":
        actions.note(fresh, "export_again", actor=actor, now=now, facts={"kind": kind})
    else:
        first = fresh.exported_at or now
        actions.move(fresh, "export", actor=actor, now=now, facts={"kind": kind}, exported_at=first)
    return made


def file_of_batch(batch: PayoutBatch, kind: str) -> bytes:
    """The file itself; nothing is kept of that it was made. `Conflict` where its lines do not come to what was approved, or
    somebody whom it paid has been forgotten since.
    """
    order = _order(batch)
    if not all(each.to.iban for each in order.transfers):
        raise coded(Conflict, "payout.forgotten", where=f"batch {batch.number}")
    total = sum(each.amount_minor for each in order.transfers)
    if (total, len(order.transfers)) != (batch.total_minor, batch.lines_count):
        raise coded(Conflict, "payout.other_lines", where=f"batch {batch.number}")
    return files().xml(order) if kind == "xml" else files().csv(order)


def _order(batch: PayoutBatch) -> PaymentOrder:
    said, store = batch.paid_from, batch.store
    shop = store.name_in(store.language)
    transfers = tuple(
        Transfer(
            line.end_to_end, line.amount_minor, Party(line.holder_name, line.iban), f"{shop} {line.refund.payment.order.number}"
        )
        for line in lines_in_file(batch)
    )
    payer = Party(str(said.get("holder", "")), str(said.get("iban", "")), str(said.get("bic", "")))
    return PaymentOrder(batch.message_id, batch.made_at, batch.pay_on, batch.currency, payer, transfers)
