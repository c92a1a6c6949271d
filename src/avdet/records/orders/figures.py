"""Figures of the orders that were placed in some days; what is counted is bounded by the days, not by the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncDate

from avdet.records.orders.models import Order, OrderEvent
from avdet.records.stores.models import Store

_SPAN: Final = DurationField()


@dataclass(frozen=True, slots=True)
class Day:
    """The orders of one day. Times run from payment, as means over those that came so far; `in_time` of `handed_over`."""

    day: date
    orders: int
    total_minor: int
    handed_over: int
    in_time: int
    to_hand_over: timedelta | None
    delivered: int
    to_delivery: timedelta | None


def days(store: Store, since: datetime, until: datetime) -> list[Day]:
    """Each day on which an order was placed, on the store's clock. One statement."""
    after_payment = Q(paid_at__isnull=False, handed_over_at__gte=F("paid_at"))
    arrived = Q(paid_at__isnull=False, delivered_at__gte=F("paid_at"))
    rows: Any = (
        _placed(store, since, until)
        .values(day=TruncDate("placed_at", tzinfo=ZoneInfo(store.time_zone)))
        .annotate(
            orders=Count("pk"),
            total_minor=Sum("total_minor"),
            handed_over=Count("pk", filter=after_payment),
            in_time=Count("pk", filter=after_payment & Q(handed_over_at__lte=F("process_by"))),
            to_hand_over=Avg(ExpressionWrapper(F("handed_over_at") - F("paid_at"), _SPAN), filter=after_payment),
            delivered=Count("pk", filter=arrived),
            to_delivery=Avg(ExpressionWrapper(F("delivered_at") - F("paid_at"), _SPAN), filter=arrived),
        )
        .order_by("day")
    )
    return [Day(**row) for row in rows]


def states(store: Store, since: datetime, until: datetime) -> dict[str, int]:
    """State → how many of the days' orders stand in it. One statement."""
    return dict(_placed(store, since, until).values_list("state").annotate(Count("pk")))


def cancellation_reasons(store: Store, since: datetime, until: datetime) -> dict[str, int]:
    """Reason → how many of the days' orders were cancelled for it. One statement."""
    cancelled = _placed(store, since, until).filter(state="cancelled").values("pk")
    rows = OrderEvent.objects.filter(order__in=cancelled, kind="cancel").order_by()
    return dict(rows.values_list(KeyTextTransform("reason", "facts")).annotate(Count("order", distinct=True)))


def _placed(store: Store, since: datetime, until: datetime) -> QuerySet[Order]:
    return Order.objects.filter(store=store, placed_at__gte=since, placed_at__lt=until).order_by()
