"""Figures of what cases were granted back in some days, beside what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from avdet.records.refunds.models import OPEN, Refund
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class PaidBack:
    """Refunds of cases. `to_pay`: the mean from being granted to having arrived; of those with a day that was promised,
    `in_time` arrived by it, `late` after it, and `overdue` have not arrived though it has passed."""

    granted: int
    arrived: int
    to_pay: timedelta | None
    in_time: int
    late: int
    overdue: int


def paid_back(store: Store, since: datetime, until: datetime, now: datetime) -> PaidBack:
    """Of the refunds that cases were granted from `since` to before `until`. One statement."""
    rows = Refund.objects.filter(store=store, remedy__isnull=False, granted_at__gte=since, granted_at__lt=until)
    arrived = Q(state="confirmed", confirmed_at__isnull=False)
    found = rows.exclude(state="void").aggregate(
        granted=Count("pk"),
        arrived=Count("pk", filter=arrived),
        to_pay=Avg(ExpressionWrapper(F("confirmed_at") - F("granted_at"), DurationField()), filter=arrived),
        in_time=Count("pk", filter=arrived & Q(confirmed_at__lte=F("due_by"))),
        late=Count("pk", filter=arrived & Q(confirmed_at__gt=F("due_by"))),
        overdue=Count("pk", filter=Q(state__in=OPEN, due_by__lt=now)),
    )
    return PaidBack(**found)
