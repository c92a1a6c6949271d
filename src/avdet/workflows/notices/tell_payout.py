"""Programs are told how payouts and claims on carriers stand; to be called in the transaction of the change, and after it."""

from __future__ import annotations

from datetime import datetime

from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.remedies.models import CarrierClaim
from avdet.workflows.notices.tell import announce


def tell_batch(batch: PayoutBatch, *, now: datetime) -> None:
    """`payout.released`: two people have let it go; `payout.settled`: the bank has spoken of every transfer in it;
    `payout.void`: nothing of what was let go will be paid by it.
    """
    about = {"batch": batch.number, "lines": batch.lines_count, "total_minor": batch.total_minor, "currency": batch.currency}
    announce(batch.store, f"payout.{batch.state}", about, key=f"payout:{batch.pk}:{batch.state}", now=now)


def tell_return(line: PayoutLine, *, code: str, now: datetime) -> None:
    """`payout.returned`: the bank has not paid a transfer, or its money has come back; `code` is the bank's."""
    about = {"batch": line.batch.number, "transfer": line.end_to_end, "refund": line.refund_id, "code": code}
    money = {"amount_minor": line.amount_minor, "currency": line.currency}
    announce(line.batch.store, "payout.returned", {**about, **money}, key=f"payout:line:{line.pk}:returned", now=now)


def tell_claim(claim: CarrierClaim, *, now: datetime) -> None:
    """`carrier_claim.opened` and every state after it."""
    about = {"claim": claim.pk, "order_number": claim.case.order.number, "case": claim.case.number, "carrier": claim.carrier}
    money = {"asked_minor": claim.asked_minor, "recovered_minor": claim.recovered_minor, "currency": claim.currency}
    key = f"carrier_claim:{claim.pk}:{claim.revision}"
    announce(claim.store, f"carrier_claim.{claim.state}", {**about, **money}, key=key, now=now)
