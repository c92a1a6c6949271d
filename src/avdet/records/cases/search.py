"""Finding cases: the list, by what it is narrowed to; each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from avdet.records.cases.clauses import decided_by, decided_otherwise
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.orders.models import Order
from avdet.records.orders.queries import search as search_orders
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

MOST_OF_ORDER: Final = 60
"""So many of an order's cases are found by its number."""
_ORDERS: Final = 100
_HEAVY: Final = ("question", "decision", "answers")
_UNREAD: Final = ("address", "breakdown", "note", "contact")


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list of cases is narrowed to; nothing where it is left out. `assigned_to` is a user's id, `product` an SKU.

    Filed from `filed_from` to before `filed_to`. `missed`: a deadline of this kind was. `overridden`: decided otherwise than
    the terms, and where `clause` is named too, otherwise than that clause.
    """

    states: tuple[str, ...] = ()
    goods: str = ""
    waits_for: str = ""
    reason: str = ""
    assigned_to: int | None = None
    overdue_at: datetime | None = None
    clause: str = ""
    product: str = ""
    overridden: bool = False
    missed: str = ""
    filed_from: datetime | None = None
    filed_to: datetime | None = None
    order: Order | None = None


def search_cases(
    store: Store, text: str = "", filters: CaseFilters = CaseFilters(), *, size: int = 50, after: str = "", before: str = ""
) -> Page[Case]:
    """Cases that answer to what somebody typed (number of the case or the order, name, phone, e-mail), the newest first.

    One statement, one more where something was typed, and one more for a clause. What was asked and decided is not fetched.
    """
    found = light(Case.objects.filter(filtered(filters), _decided(store, filters), store=store))
    if text:
        found = found.filter(_typed(store, text))
    return newest_first(found, size=size, after=after, before=before)


def light(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases as lists show them, with the order, the line and whom they are assigned to."""
    rows = cases.select_related("order", "order_line", "assigned_to")
    return rows.defer(*_HEAVY, *(f"order__{name}" for name in ("address", "breakdown", "note")))


def every_case(store: Store) -> Iterator[Case]:
    """All of a store's cases, the oldest first, read through without holding them."""
    return Case.objects.filter(store=store).order_by("pk").defer("decision").iterator(500)


def _typed(store: Store, text: str) -> Q:
    numbers = [text, *(f"{text}-R{count}" for count in range(1, MOST_OF_ORDER + 1))]
    orders = search_orders(store, text, size=_ORDERS, without=_UNREAD).rows
    return Q(number__in=numbers) | Q(order__in=[order.pk for order in orders])


def filtered(filters: CaseFilters) -> Q:
    """The same as a condition, but for clauses and what was decided otherwise."""
    wanted = Q()
    if filters.states:
        wanted &= Q(state__in=filters.states)
    for column in ("goods", "waits_for", "reason", "order"):
        if getattr(filters, column):
            wanted &= Q(**{column: getattr(filters, column)})
    if filters.assigned_to is not None:
        wanted &= Q(assigned_to=filters.assigned_to) & ~Q(waits_for="nobody")
    if filters.overdue_at is not None:
        wanted &= Q(due_at__lt=filters.overdue_at) & ~Q(waits_for="nobody")
    if filters.product:
        wanted &= Q(order_line__sku=filters.product)
    if filters.missed:
        wanted &= Q(Exists(CaseDeadline.objects.filter(case=OuterRef("pk"), kind=filters.missed, state="missed")))
    return wanted & _filed(filters)


def _filed(filters: CaseFilters) -> Q:
    since = Q(filed_at__gte=filters.filed_from) if filters.filed_from else Q()
    return since & Q(filed_at__lt=filters.filed_to) if filters.filed_to else since


def _decided(store: Store, filters: CaseFilters) -> Q:
    if filters.overridden:
        return decided_otherwise(filters.clause)
    return decided_by(store, filters.clause) if filters.clause else Q()
