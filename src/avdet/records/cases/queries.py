"""What is read of claims and their cases, always in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from avdet.records.cases.models import FREED, OVER, Case, CaseDeadline, CaseEvent
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import LIGHT
from avdet.records.shared.composed import composed
from avdet.records.stores.models import Store


def cases_of(order: Order) -> list[Case]:
    """The order's cases with their claims, as they were filed."""
    return list(Case.objects.filter(order=order).select_related("claim", "order_line").order_by("pk"))


def places_of(order: Order) -> list[Case]:
    """The order's cases as far as a new one has to know them: number, line, pieces, state, and their claim's key."""
    return _places(order.pk)


@composed
def _places(order: int) -> QuerySet[Case]:
    known = ("number", "order_id", "order_line_id", "pieces_before", "quantity", "state", "outcome", "settled_before")
    return Case.objects.filter(order=order).select_related("claim").only(*known, "claim__key").order_by("pk")


def with_open_cases(orders: Iterable[Order]) -> set[int]:
    """The row ids of those orders of which a case is still under way. One statement."""
    rows = Case.objects.filter(order__in=[order.pk for order in orders]).exclude(state__in=OVER)
    return set(rows.order_by().values_list("order", flat=True))


def count_for_decision(store: Store, most: int) -> int:
    """How many cases wait for a colleague's decision; counted no further than one beyond `most`."""
    return Case.objects.filter(store=store, state="review").order_by()[: most + 1].count()


def stands_in_cases(order: Order) -> bool:
    """Whether a case of the order is under way, or has ended with its goods being their owner's."""
    denied = Q(outcome="deny", goods__in=("arrived", "inspected", "kept"))
    owners = Q(goods__in=("in_custody", "going_back", "given_back"))
    return Case.objects.filter(~Q(state__in=OVER) | owners | denied, order=order).exists()


def case_by_number(store: Store, number: str) -> Case | None:
    """The case that a number names, with its order, line and claim."""
    return next(map(with_order, _numbered(store.pk, number)), None)


def cases_put_right(order: Order, lines: Iterable[int]) -> list[int]:
    """The ids of the cases of these lines whose remedy is to be chosen or carried out, in their order. One statement."""
    rows = Case.objects.filter(order=order, order_line__in=lines, state__in=("choosing", "settling"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def with_order(case: Case) -> Case:
    """The case; its order's store and terms are its own, and not read a second time."""
    order = case.order
    order.store = case.store
    if order.policy_version_id == case.policy_version_id:
        order.policy_version = case.policy_version
    return case


@composed
def _numbered(store: int, number: str) -> QuerySet[Case]:
    rows = Case.objects.select_related("order__customer", "order_line", "claim", "store", "policy_version", "assigned_to")
    return rows.defer(*LIGHT).filter(store=store, number=number)


def events_of(case: Case) -> list[CaseEvent]:
    """Everything that has happened to a case, in the order of its chain."""
    return list(CaseEvent.objects.filter(case=case).order_by("number"))


def were_lost(case: Case) -> bool:
    """Whether a case's goods have been lost, on whichever way."""
    return CaseEvent.objects.filter(case=case, axis="goods", to_state="lost").exists()


def deadline_of(case: Case, *kinds: str) -> CaseDeadline | None:
    """The latest deadline of these kinds that a case has had, whatever has become of it."""
    return CaseDeadline.objects.filter(case=case, kind__in=kinds).order_by("-pk").first()


def open_deadline_of(cases: Iterable[Case], *kinds: str) -> CaseDeadline | None:
    """The first of these kinds that runs for any of these cases. One statement."""
    ids = [case.pk for case in cases]
    return CaseDeadline.objects.filter(case__in=ids, kind__in=kinds, state="open").order_by("due_at").first()


def pieces_before(cases: Iterable[Case], line: OrderLine, count: int) -> int:
    """Where `count` further pieces of a line stand among its pieces: the first gap that claimed ones leave; the cancelled ones
    stand behind them all.

    Where no gap is wide enough they stand as far behind as the line is long.
    """
    taken = [(case.pieces_before, case.pieces_before + case.quantity) for case in cases if _holds(case, line)]
    at = 0
    for start, end in sorted(taken):
        if start - at >= count:
            return at
        at = max(at, end)
    return min(at, line.quantity - line.cancelled_quantity - count)


def _holds(case: Case, line: OrderLine) -> bool:
    """A case that was denied holds nothing, though its goods may still be on their way back to their owner."""
    given = case.settled_before or case.outcome != "deny"
    return case.order_line_id == line.pk and case.state not in FREED and given
