"""Lives a demo store's past once more: each order is placed, paid, sent and told of, at the time at which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from avdet.demo.claiming import live_claim
from avdet.demo.gateway_books import GATEWAYS, reference
from avdet.demo.orders import DemoEvent, DemoOrder
from avdet.demo.store import DemoStore
from avdet.policies import calendar_of
from avdet.policies import load as load_policy
from avdet.records.catalogue.actions import reserve
from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.actions import move
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of
from avdet.records.people.models import Customer, User
from avdet.records.refunds.queries import refunds_of
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.change_order import consent_to_parts
from avdet.workflows.orders.confirm_order import confirm_order, record_invoice
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.policy.ask_policy import Denied

STAFF: Final = Actor("staff", source="desk")
CARRIER: Final = Actor.system("carrier")


@dataclass
class Life:
    """One order on its way through its past."""

    told: DemoOrder
    order: Order
    customer: Customer
    deliveries: dict[int, Delivery] = field(default_factory=dict)

    @property
    def buyer(self) -> Actor:
        """The order's customer."""
        return Actor("customer", self.customer.user_id, source="web")

    def actor(self, event: DemoEvent) -> Actor:
        """Who brought an event about."""
        return {"customer": self.buyer, "carrier": CARRIER, "gateway": Actor.system("gateway")}.get(event.source, STAFF)


def relive(
    store: Store, demo: DemoStore, past: Iterable[DemoOrder], customers: Mapping[str, Customer], expert: User, now: datetime
) -> None:
    """Every order with all that happened to it, what was claimed of it included, the oldest first."""
    calendar = calendar_of(load_policy(store.slug))
    for told in past:
        life = _place(store, demo, told, customers[told.customer])
        for event in told.events[1:]:
            _EVENTS[event.name](life, event)
        if told.claim is not None:
            filed_at = told.events[-1].at + timedelta(hours=told.claim.filed)
            live_claim(demo, told.claim, life.order, life.buyer, expert, filed_at=filed_at, calendar=calendar, now=now)


def _place(store: Store, demo: DemoStore, told: DemoOrder, customer: Customer) -> Life:
    to, buyer = told.recipient, demo.customers[told.customer]
    in_parts = any(line.parcel > 1 for line in told.lines)
    draft = OrderDraft(
        lines=tuple(
            DraftLine(line.sku, line.quantity, unit_price_minor=line.unit_minor, discount_minor=line.discount_minor)
            for line in told.lines
        ),
        number=told.number, source="storefront", customer=customer,
        contact=Contact(buyer.name, buyer.phone, buyer.email),
        address={"recipient": to.name, "phone": to.phone, "country": to.address.country, "province": to.address.province,
                 "district": to.address.district, "street": to.address.street, "postcode": to.address.postcode},
        language=told.language, currency=demo.currency, shipping_minor=told.shipping_minor,
        payment_method=told.payment.method, delivery_method=told.delivery_method,
        recipient="customer" if told.recipient_is_customer else "other", placed_at=told.placed_at,
        reserve=not in_parts, gifts=False, note=told.note,
    )  # fmt: skip
    order = place_order(store, draft, actor=Actor("customer", customer.user_id, source="web"), now=told.placed_at)
    life = Life(told, order, customer)
    if in_parts:  # what waits for its stock is promised nothing
        first = _pieces(life, 1)
        there = [(line.product_id, line.quantity) for line in lines_of(order) if line.pk in first and line.product_id]
        reserve(store, order.number, there, now=told.placed_at, actor=life.buyer)
    return life


def _pieces(life: Life, parcel: int) -> dict[int, int]:
    """Line id → pieces that travel in a parcel."""
    return {
        line.pk: line.quantity
        for line, told in zip(lines_of(life.order), life.told.lines, strict=True)
        if told.parcel == parcel
    }


def _pay(life: Life, event: DemoEvent) -> None:
    told, currency = life.told.payment, life.order.currency
    # What has long been paid back was paid back by hand: the simulated gateway's books begin today.
    paid_back = life.told.at("refunded") is not None or (life.told.claim is not None and life.told.claim.is_paid_back)
    by_gateway = told.method == "online" and not paid_back
    record_payment(
        life.order, amount_minor=told.amount_minor, method=told.method, gateway=GATEWAYS[currency] if by_gateway else "manual",
        reference=reference(currency, told.reference.removeprefix("DEMO-")) if by_gateway else told.reference,
        paid_at=event.at, now=event.at, actor=life.actor(event),
        payer_name=life.customer.name if told.payer == "customer" else "",
    )  # fmt: skip


def _approve(life: Life, event: DemoEvent) -> None:
    if life.order.state == "placed":
        confirm_order(life.order, actor=STAFF, now=event.at)


def _hand_over(life: Life, event: DemoEvent) -> None:
    plan = Plan(_pieces(life, event.parcel), method=life.told.delivery_method, carrier=event.carrier,
                tracking_number=event.tracking)  # fmt: skip
    life.deliveries[event.parcel] = hand_over(life.order, actor=STAFF, now=event.at, source="shop", plan=plan)


def _sight(life: Life, event: DemoEvent) -> None:
    delivery = life.deliveries[event.parcel]
    source = "carrier" if event.source == "carrier" else "staff"
    record_delivery(life.order, delivery, Sighting(event.name, event.at), source=source, actor=life.actor(event), now=event.at)


def _cancel(life: Life, event: DemoEvent) -> None:
    """By the terms where they speak of it; otherwise a colleague answers for it, and says why."""
    by_store = event.source == "store"
    reason = "withdrawal" if not by_store else "not_paid" if life.told.at("paid") is None else "out_of_stock"
    try:
        cancel_order(life.order, actor=STAFF if by_store else life.buyer, now=event.at, reason=reason)
    except Denied:
        why = "not to be had any more" if by_store else "the customer asked for it by phone"
        cancel_order(life.order, actor=STAFF, now=event.at, reason=reason, override=why)


def _refunded(life: Life, event: DemoEvent) -> None:
    """The transfer that the accountant made by hand."""
    for refund in refunds_of(life.order):
        send_by_hand(refund, now=event.at, actor=STAFF)
        confirm_refund(refund, reference=f"{life.told.payment.reference}-R", at=event.at, now=event.at, actor=STAFF)


_EVENTS: Final[dict[str, Callable[[Life, DemoEvent], object]]] = {
    "paid": _pay,
    "approved": _approve,
    "consented": lambda life, event: consent_to_parts(life.order, True, actor=life.buyer, now=event.at),
    "preparing": lambda life, event: event.move and prepare_order(life.order, actor=STAFF, now=event.at),
    "invoiced": lambda life, event: record_invoice(life.order, actor=STAFF, now=event.at),
    "handed_over": _hand_over,
    **dict.fromkeys(("attempted", "delivered", "refused", "returned"), _sight),
    "cancelled": _cancel,
    "refunded": _refunded,
    "closed": lambda life, event: move(life.order, "close", actor=Actor.system("demo"), now=event.at),
}
