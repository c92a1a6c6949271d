"""Whose an order is, and where its pages are. Somebody else's is not there."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from avdet.records.cases.models import Case
from avdet.records.cases.queries import case_by_number
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_number
from avdet.records.shared.actors import Actor
from avdet.web.shared.access import PageRequest, may_see


def to(request: PageRequest, name: str, **places: object) -> str:
    """The address of one of the portal's pages of this store."""
    return reverse(f"portal:{name}", kwargs={"store": request.store.slug, **places})


def own_order(request: PageRequest, number: str) -> Order:
    """The reader's own order of this store: of their account, or opened to them as a guest. One statement."""
    order = order_by_number(request.store, number)
    if order is None or not may_see(request, order):
        raise Http404
    return order


def own_case(request: PageRequest, number: str) -> Case:
    """The reader's own case of this store, as they see its order. One statement."""
    case = case_by_number(request.store, number)
    if case is None or not may_see(request, case.order):
        raise Http404
    return case


def writer(order: Order) -> str:
    """Whose claim on an order is being written, as its draft has it: its customer's, who may begin as a guest and sign in."""
    return f"customer:{order.pk}"


def reader(request: PageRequest) -> Actor:
    """The customer who acts; a guest has no account, and acts all the same."""
    return Actor("customer", request.user.pk if request.user.is_authenticated else None, source="web")
