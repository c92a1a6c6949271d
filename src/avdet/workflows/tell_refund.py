"""The customer is told how their refund stands."""

from __future__ import annotations

from datetime import datetime

from avdet.records.orders.models import Order
from avdet.records.refunds.models import Refund


def tell_refund(refund: Refund, order: Order, kind: str, *, now: datetime) -> None:
    """One of refund_granted, refund_confirmed, refund_failed, once for each attempt that it is about."""
    try:
        from avdet.workflows.tell import tell
    except ImportError:
        return
    contact = order.contact or {}
    tell(
        order.store,
        kind=kind,
        order_number=order.number,
        to={"email": contact.get("email", ""), "phone": contact.get("phone", "")},
        language=order.language,
        values={"amount_minor": refund.amount_minor, "currency": refund.currency},
        key=f"{kind}:{refund.pk}:{refund.revision}",
        now=now,
    )
