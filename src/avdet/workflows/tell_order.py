"""The customer, and the programs that listen, are told how an order stands; in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from avdet.records.orders.models import Order
from avdet.workflows.tell import tell


def tell_order(order: Order, kind: str, *, now: datetime, cause: str = "", **values: Any) -> None:
    """Tells of one change, once for each revision of the order and each `cause`. `values` are what the notice names."""
    contact = order.contact or {}
    tell(
        order.store,
        kind=kind,
        order_number=order.number,
        to={"email": contact.get("email", ""), "phone": contact.get("phone", "")},
        language=order.language,
        values={"total_minor": order.total_minor, "currency": order.currency, **values},
        key=f"{kind}:{order.pk}:{order.revision}:{cause}",
        now=now,
    )
