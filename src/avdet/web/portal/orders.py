"""My orders, and one order: where it is, what comes next, and what may be done with it now and until when."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import events_of, orders_of
from avdet.records.outbox.queries import notices_of_order
from avdet.records.people.queries import customer_of
from avdet.records.refunds.queries import money_of
from avdet.records.shared.pages import Page
from avdet.web.portal.choices import choices
from avdet.web.portal.ownership import own_order
from avdet.web.portal.story import DELIVERY_TONES, happenings, headline, steps
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.options_now import options_now


@open_to("signed_in")
def orders(request: PageRequest) -> HttpResponse:
    """The reader's orders in this store, the newest first."""
    customer = customer_of(request.user, request.store)
    after, before = (request.GET.get(way, "") for way in ("after", "before"))
    try:
        page: Page[Order] = orders_of(customer, after=after, before=before) if customer else Page([])
    except AvdetError as fault:
        raise BadRequest(str(fault)) from None
    context = {"page": page, "shown": [(order, headline(order)) for order in page.rows]}
    return render(request, "portal/orders.html", context)


@open_to("anyone")
def order(request: PageRequest, number: str) -> HttpResponse:
    """One order. Twelve statements, whatever lies in it."""
    found, now = own_order(request, number), timezone.now()
    options = options_now(found, now, request.language)
    deliveries = options.file.deliveries if options else []
    lines = options.file.lines if options else list(found.lines.all())
    context = {
        "order": found,
        "lines": lines,
        "parcels": _parcels(deliveries, lines),
        "headline": headline(found, deliveries),
        "steps": _steps(request, found),
        "happenings": happenings(events_of(found), deliveries),
        "choices": choices(options, request.language) if options else None,
        "money": money_of(found),
        "notices": [notice for notice in notices_of_order(request.store, found.number) if notice.state == "sent"],
    }
    return render(request, "portal/order.html", context)


def _steps(request: PageRequest, found: Order) -> list[dict[str, str]]:
    return [{**step, "label": phrase(request.language, f"portal.step.{step['key']}")} for step in steps(found)]


def _parcels(deliveries: list[Delivery], lines: list[OrderLine]) -> list[tuple[Delivery, str, list[tuple[OrderLine, int]]]]:
    """Each delivery with its tone, and what lies in it."""
    by_id = {line.pk: line for line in lines}
    return [
        (delivery, DELIVERY_TONES.get(delivery.state, "news"), [(by_id[held.order_line_id], held.quantity) for held in delivery.lines.all() if held.order_line_id in by_id])
        for delivery in deliveries
        if delivery.state != "cancelled"
    ]
