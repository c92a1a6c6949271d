"""The customer, and the programs that listen, are told how an order stands; in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from avdet.records.orders.models import Order
from avdet.records.people.models import Customer
from avdet.workflows.notices.tell import CHANNELS, tell


def reached(order: Order) -> dict[str, str]:
    """Where news of an order goes: the ways that its customer has chosen, as far as the order knows them, but never nowhere.

    Who has chosen nothing is told by every way there is.
    """
    contact = order.contact or {}
    known = {place: contact[place] for place in CHANNELS if contact.get(place)}
    wish = order.customer.order_news if order.customer else Customer.News.BOTH
    chosen = {place: to for place, to in known.items() if wish in (CHANNELS[place], Customer.News.BOTH)}
    return chosen or known


def tell_order(order: Order, kind: str, *, now: datetime, cause: str = "", **values: Any) -> None:
    """Tells of one change, once for each revision of the order and each `cause`. `values` are what the notice names."""
    tell(
        order.store,
        kind=kind,
        order_number=order.number,
        to=reached(order),
        language=order.language,
        values={"total_minor": order.total_minor, "currency": order.currency, **values},
        key=f"{kind}:{order.pk}:{order.revision}:{cause}",
        now=now,
    )
