"""The customer, and the programs that listen, are told how a refund stands; in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime

from avdet.records.orders.models import Order
from avdet.records.refunds.models import Refund
from avdet.workflows.notices.tell import tell
from avdet.workflows.notices.tell_order import reached


def tell_refund(refund: Refund, order: Order, kind: str, *, now: datetime, url: str = "", before: int = 0) -> None:
    """One of the notices that begin with `refund_`, once for each revision of the refund. `url` is where the reader goes on.

    `before` is how much was asked and refused before, of what can be asked for again while the refund stands where it stood.
    """
    values = {"url": url} if url else {}
    tell(
        order.store,
        kind=kind,
        order_number=order.number,
        to=reached(order),
        language=order.language,
        values={"amount_minor": refund.amount_minor, "currency": refund.currency, "refund": refund.pk, **values},
        key=f"{kind}:{refund.pk}:{refund.revision}" + (f":{before}" if before else ""),
        now=now,
    )
