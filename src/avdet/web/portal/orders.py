"""My orders, and one order: where it is, what comes next, and what may be done with it now and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from avdet.core.lifecycles import ORDER
from avdet.core.vocabulary import REASONS
from avdet.records.cases.of_order import claims_of_order
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import events_of, lines_of, orders_of
from avdet.records.outbox.queries import notices_of_order
from avdet.records.refunds.shown import money_shown
from avdet.records.shared.pages import Page
from avdet.web.portal.case_told import standing
from avdet.web.portal.choices import MOVES, choices, slip_of_choice
from avdet.web.portal.ownership import own_order, writer
from avdet.web.portal.story import DELIVERY_TONES, happenings, headline, steps, what_next
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks
from avdet.words.catalogue import say
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.orders.claim_orders import customer_here
from avdet.workflows.policy.options_now import options_now

_OVER: Final = ("delivered", "closed", "cancelled")
_WHICH: Final[dict[str, tuple[str, ...]]] = {
    "": (), "open": tuple(state for state in ORDER.states if state not in _OVER), "done": _OVER,
}  # fmt: skip
"""Which orders are shown → their states; every one where none is named."""
CONSENTING: Final = ("placed", "confirmed", "preparing", "part_shipped")
"""States in which something is still to be sent, so that it matters whether it may come in parts."""


@open_to("signed_in")
def orders(request: PageRequest) -> HttpResponse:
    """The reader's orders in this store, the newest first: all, those under way or those that are done, as they search."""
    now = timezone.now()
    customer = customer_here(request.user, request.store, now=now)
    which = request.GET.get("which", "") if request.GET.get("which") in _WHICH else ""
    q = "".join(sign for sign in request.GET.get("q", "")[:100] if sign.isprintable()).strip()
    wanted: dict[str, Any] = {"text": digits(q, "en"), "states": _WHICH[which]}
    page: Page[Order] = orders_of(customer, **wanted, **marks(request)) if customer else Page([])
    tabs = [
        {"label": phrase(request.language, f"portal.orders.{name or 'all'}"), "current": name == which,
         "url": "?" + urlencode({key: said for key, said in (("which", name), ("q", q)) if said})}
        for name in _WHICH
    ]  # fmt: skip
    shown = [(order, headline(order, now)) for order in page.rows]
    return render(request, "portal/orders.html", {"page": page, "shown": shown, "q": q, "which": which, "tabs": tabs})


@open_to("anyone")
def order(request: PageRequest, number: str) -> HttpResponse:
    """One order. Twelve statements, whatever lies in it."""
    found, now = own_order(request, number), timezone.now()
    options, money = options_now(found, now, request.language), money_shown(found)
    deliveries = options.file.deliveries if options else deliveries_of(found)
    lines = options.file.lines if options else lines_of(found)
    cases, writing = claims_of_order(found, writer(found))
    context = {
        "order": found,
        "lines": lines,
        "parcels": _parcels(deliveries, lines),
        "headline": (head := headline(found, now, deliveries)),
        "next": what_next(head.state, money),
        "steps": _steps(request, found),
        "happenings": happenings(events_of(found), deliveries),
        "choices": choices(options) if options else None,
        "money": money,
        "may_consent": found.state in CONSENTING,
        "claims": options is not None and any(each.kind in REASONS for each in options.options),
        "draft": writing,
        "cases": [(each, standing(each), say(request.language, "reason", each.reason)) for each in cases],
    }
    return render(request, "portal/order.html", context)


@open_to("anyone")
def choice(request: PageRequest, number: str, kind: str) -> HttpResponse:
    """One thing that may be done, as a decision slip: what holds, until when, and by which clauses."""
    found = own_order(request, number)
    options = options_now(found, timezone.now(), request.language)
    line = request.GET.get("line", "0")
    position = int(line[:9]) if line.isascii() and line.isdigit() else 0
    chosen = choices(options).of(kind, position) if options else None
    if options is None or chosen is None:
        raise Http404
    slip, texts = slip_of_choice(options, chosen, request.language)
    move = MOVES.get(kind) if chosen.is_granted else None
    claim = kind in REASONS and chosen.option.is_open
    context = {"order": found, "choice": chosen, "slip": slip, "texts": texts, "move": move, "claim": claim}
    return render(request, "portal/choice.html", context)


@open_to("anyone")
def told(request: PageRequest, number: str) -> HttpResponse:
    """What the customer was told of the order, by which way and when."""
    found = own_order(request, number)
    sent = [notice for notice in notices_of_order(request.store, found.number) if notice.state == "sent"]
    return render(request, "portal/told.html", {"order": found, "notices": sent})


def _steps(request: PageRequest, found: Order) -> list[dict[str, str]]:
    return [{**step, "label": phrase(request.language, f"portal.step.{step['key']}")} for step in steps(found)]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery, the tone of its state, and what lies in it: (line, pieces)."""

    delivery: Delivery
    tone: str
    held: list[tuple[OrderLine, int]]


def _parcels(deliveries: list[Delivery], lines: list[OrderLine]) -> list[Parcel]:
    by_id = {line.pk: line for line in lines}
    return [
        Parcel(
            delivery,
            DELIVERY_TONES.get(delivery.state, "news"),
            [(by_id[each.order_line_id], each.quantity) for each in delivery.lines.all() if each.order_line_id in by_id],
        )
        for delivery in deliveries
        if delivery.state != "cancelled"
    ]
