"""The customer, and the programs that listen, are told how an order stands; in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from avdet.records.orders.models import Order


def tell_order(order: Order, kind: str, *, now: datetime, **values: Any) -> None:
    """Tells of one change, once for each revision of the order. `values` are what the notice of that kind names."""
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
        values={"total_minor": order.total_minor, "currency": order.currency, **values},
        key=f"{kind}:{order.pk}:{order.revision}",
        now=now,
    )
