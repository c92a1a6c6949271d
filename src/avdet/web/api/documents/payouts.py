"""Payouts as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.refunds.models import Refund
from avdet.web.api.documents.plain import columns, moment, money
from avdet.workflows.money.read_bank_file import Reading

Plain = dict[str, Any]
_BATCH: Final = (
    "number", "message_id", "state", "revision", "currency", "pay_on", "made_at", "exported_at", "settled_at",
)  # fmt: skip


def due_document(refund: Refund, shared: Mapping[str, int], now: datetime) -> Plain:
    """A refund of the due list; of its account the last digits only."""
    account = refund.account
    return {
        "refund": refund.pk,
        "order": refund.payment.order.number,
        "amount": money(refund.amount_minor, refund.currency),
        "state": refund.state,
        "reason": refund.reason,
        "due_at": moment(refund.due),  # type: ignore[attr-defined]  # the list is ordered by it
        "late": bool(refund.due_by and refund.due_by < now),
        "account_kind": account.kind if account else None,
        "account_last_digits": account.last_digits if account else None,
        "shared_by": shared.get(account.number_print, 0) if account else 0,
    }


def batch_summary(batch: PayoutBatch) -> Plain:
    """A batch in a list."""
    return columns(batch, _BATCH)


def batch_document(batch: PayoutBatch) -> Plain:
    """A whole batch, with its lines and events at hand."""
    lines = list(batch.lines.all())
    total = sum(line.amount_minor for line in lines if line.result != "taken_out")
    return {
        **batch_summary(batch),
        "total": money(total, batch.currency),
        "transfers": [_transfer(line) for line in lines],
        "events": [columns(event, ("kind", "from_state", "to_state", "facts", "at")) for event in batch.events.all()],
    }


def _transfer(line: PayoutLine) -> Plain:
    return {
        "transfer": line.end_to_end,
        "refund": line.refund_id,
        "order": line.refund.payment.order.number,
        "amount": money(line.amount_minor, line.currency),
        "account_last_digits": line.last_digits,
        **columns(line, ("result", "code", "note", "ended_at")),
    }


def reading_document(reading: Reading) -> Plain:
    """What became of a bank's file."""
    return asdict(reading)
