"""Deliveries: planned, sent, and told of by their carriers."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.deliveries import delivery_document
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.routes.order_moves import at_hand, pieces_at
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.deliveries import Deliveries, DeliveryDocument, DeliverySaid, SightingSaid, Told
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.orders.record_delivery import record_delivery

door = Door("deliveries")


@door.get("/orders/{number}/deliveries", "orders:read", Deliveries)
def list_deliveries(request: TokenRequest, number: str) -> HttpResponse:
    """An order's deliveries, with what has happened to each."""
    order = order_of(request, number)
    return reply({"data": [_document(order, each) for each in deliveries_of(order)]})


@door.post("/orders/{number}/deliveries", "deliveries:write", DeliveryDocument, status=201, also=(412,))
def create_delivery(request: TokenRequest, number: str, said: DeliverySaid) -> HttpResponse:
    """Plan a delivery, or hand it over at once."""
    order, now = at_hand(request, number), timezone.now()
    plan = Plan(
        pieces=pieces_at(order, said.lines), method=said.method, carrier=said.carrier,
        tracking_number=said.tracking_number, expected_from=said.expected_from, expected_to=said.expected_to,
        external_ref=said.external_ref,
    )  # fmt: skip
    if said.hand_over:
        delivery = hand_over(order, plan=plan, actor=ACTOR, now=now, override=said.override)
    else:
        delivery = plan_delivery(order, plan, actor=ACTOR, now=now)
    return reply(_document(order, _fresh(order, delivery.number)), status=201)


@door.post("/orders/{number}/deliveries/{delivery}/events", "deliveries:write", Told)
def tell_delivery(request: TokenRequest, number: str, delivery: int, said: SightingSaid) -> HttpResponse:
    """Tell what has happened to a delivery; told again it changes nothing."""
    order = order_of(request, number)
    found = _fresh(order, delivery)
    sighting = Sighting(said.kind, said.at, said.reference, said.place, said.note)
    news = record_delivery(order, found, sighting, source=said.source, actor=ACTOR, now=timezone.now())
    return reply({"news": news, "delivery": _document(order, _fresh(order, delivery))})


def _fresh(order: Order, number: int) -> Delivery:
    found = next((each for each in deliveries_of(order) if each.number == number), None)
    if found is None:
        raise not_found("delivery")
    return found


def _document(order: Order, delivery: Delivery) -> dict[str, object]:
    return delivery_document(delivery, {line.pk: line.position for line in lines_of(order)})
