"""A gateway's genuine callback is heard: a reason to look the payment up, never proof by itself. Each message counts once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.ports.jobs import defer
from avdet.ports.payments import PaymentNews
from avdet.records.payments import actions, queries
from avdet.records.refunds.actions import find
from avdet.records.stores.models import Store


@transaction.atomic
def hear_gateway(store: Store, gateway: str, news: PaymentNews, *, now: datetime) -> bool:
    """Whether the message was new. News of a payment that nobody here knows becomes a finding."""
    payment = queries.payment_by_reference(store, gateway, news.reference)
    if payment is None:
        return find(store, "unknown_payment", f"{gateway}:{news.reference}"[:160], now=now, note=news.event[:200])
    said = {"event": news.event[:60], "succeeded": news.succeeded}
    if not actions.hear(payment, "callback", now=now, source=gateway, reference=news.delivery, facts=said):
        return False
    defer("look_up_payment", {"payment": payment.pk})
    return True
