"""An order that its customer had called back, and that came back while a case of it was open, ends once its cases have."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.ports.jobs import Payload, job
from avdet.records.orders.queries import order_by_id
from avdet.workflows.orders.cancel_order import cancel_recalled
from avdet.workflows.orders.follow_deliveries import recalled


@job("end_recalled")
def end_recalled(payload: Payload, now: datetime) -> None:
    """The job: payload {order}. Done again, it changes nothing."""
    with transaction.atomic():
        order = order_by_id(int(payload["order"]))
        if order is not None and order.state == "returned" and recalled(order):
            cancel_recalled(order, now=now)
