"""Figures of the cases that were filed in some days; what is counted is bounded by the days, not by the table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.stores.models import Store

PRODUCTS: Final = 10
"""Of the products so many are named, those with the most cases."""
Counted = list[tuple[str, int]]
_SPAN: Final = DurationField()


@dataclass(frozen=True, slots=True)
class Day:
    """The cases of one day: how many were filed, were decided, and were decided otherwise than by the terms.

    `at_once` of them were decided as they were filed; of the others, which `waited`, `to_decide` is the mean.
    """

    day: date
    filed: int
    at_once: int
    waited: int
    to_decide: timedelta | None
    overridden: int

    @property
    def decided(self) -> int:
        """How many have been decided."""
        return self.at_once + self.waited


@dataclass(frozen=True, slots=True)
class Sold:
    """A product as it was sold, and how many cases there are of it."""

    sku: str
    name: str
    cases: int


def days(store: Store, since: datetime, until: datetime) -> list[Day]:
    """Each day on which a case was filed, on the store's clock. One statement."""
    waited = Q(decided_at__gt=F("filed_at"))
    rows: Any = (
        _filed(store, since, until)
        .values(day=TruncDate("filed_at", tzinfo=ZoneInfo(store.time_zone)))
        .annotate(
            filed=Count("pk"),
            at_once=Count("pk", filter=Q(decided_at__lte=F("filed_at"))),
            waited=Count("pk", filter=waited),
            to_decide=Avg(ExpressionWrapper(F("decided_at") - F("filed_at"), _SPAN), filter=waited),
            otherwise=Count("pk", filter=Q(overridden=True)),
        )
        .order_by("day")
    )
    return [
        Day(row["day"], row["filed"], row["at_once"], row["waited"], row["to_decide"], row["otherwise"]) for row in rows
    ]  # fmt: skip


def by_reason_and_clause(store: Store, since: datetime, until: datetime) -> tuple[Counted, Counted]:
    """How many of the days' cases were filed for each reason, and how many each clause decided, the most first. One statement.

    `GAP` stands for a clause where the terms leave the outcome open.
    """
    reasons, clauses = Counter[str](), Counter[str]()
    rows = _filed(store, since, until).values_list("reason", "clauses").annotate(Count("pk"))
    for reason, line, count in rows:
        reasons[reason] += count
        clauses.update(dict.fromkeys(line.split(), count))
    return _most_first(reasons), _most_first(clauses)


def _most_first(counted: Counter[str]) -> Counted:
    return sorted(counted.items(), key=lambda row: (-row[1], row[0]))


def by_product(store: Store, since: datetime, until: datetime) -> list[Sold]:
    """The products with the most cases, no more than `PRODUCTS`. One statement."""
    rows = _filed(store, since, until).values_list("order_line__sku").annotate(name=Max("order_line__name"), count=Count("pk"))
    return [Sold(*row) for row in rows.order_by("-count", "order_line__sku")[:PRODUCTS]]


def promises(store: Store, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """(kind of deadline, met, missed or open) → how many of the days' cases have one. One statement."""
    cases = {"case__store": store, "case__filed_at__gte": since, "case__filed_at__lt": until}
    rows = CaseDeadline.objects.filter(**cases).exclude(state="void").order_by()
    return {(kind, state): count for kind, state, count in rows.values_list("kind", "state").annotate(Count("pk"))}


def _filed(store: Store, since: datetime, until: datetime) -> QuerySet[Case]:
    return Case.objects.filter(store=store, filed_at__gte=since, filed_at__lt=until).order_by()
