"""Whatever happens in whatever order: legal states only, no piece sent, cancelled or counted twice, a complete history."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY, ORDER
from avdet.records.catalogue.models import Product, Reservation, Stock
from avdet.records.deliveries.actions import KINDS, MOVES, Plan, Sighting
from avdet.records.deliveries.models import Delivery, DeliveryEvent
from avdet.records.deliveries.queries import deliveries_of, outside, pieces
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.orders.queries import fresh, lines_of
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.cancel_order import REASONS, cancel_order
from avdet.workflows.orders.confirm_order import confirm_order, record_invoice
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import NOW, make_product, make_store

ACTORS = st.sampled_from([Actor("customer", 1), Actor("staff", 2), Actor.shop("woocommerce"), Actor.system("carrier")])
ON_HAND = 6
SELDOM = st.sampled_from([False, False, False, False, True])
OFTEN = SELDOM.map(lambda seldom: not seldom)
COUNTS = st.lists(st.sampled_from([0, 0, 0, 1, 2, 4]), min_size=2, max_size=2)
EXAMPLES = 400 if os.environ.get("AVDET_LONG") else 25


class OrdersWay(RuleBasedStateMachine):
    """One order, and everything that may be done to it by anyone; some of them look at a page that is out of date."""

    @initialize(quantities=st.lists(st.integers(1, 3), min_size=1, max_size=2), cash=SELDOM, paid=OFTEN)
    def place(self, quantities: list[int], cash: bool, paid: bool) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOW
        self.reference = 0
        self.store = make_store("offykala")
        self.products = [make_product(self.store, on_hand=ON_HAND, price_minor=101 + at) for at in range(len(quantities))]
        lines = tuple(DraftLine(product.sku, count) for product, count in zip(self.products, quantities, strict=True))
        address = {"country": "IR", "province": "Tehran", "street": "1"}
        draft = OrderDraft(lines, contact=Contact("Ali", "09121112233"), address=address, partial_consent=True, shipping_minor=7,
                           payment_method="cash_on_delivery" if cash else "online")  # fmt: skip
        self.order = place_order(self.store, draft, actor=Actor("customer", 1), now=self.now)
        self.stale = fresh(self.order)
        if paid and not cash:
            self.pay(old=False, actor=Actor("customer", 1))

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def act(self, old: bool, do: Any, *args: Any, **fields: Any) -> None:
        """Does something with the order as it stands, or with one that was read before. What is refused leaves no trace."""
        self.now += timedelta(hours=1)
        order = self.stale if old else fresh(self.order)
        was_old = order.revision != fresh(self.order).revision
        before, refused = self.everything(), None
        try:
            do(order, *args, now=self.now, **fields)
        except AvdetError as fault:
            refused = fault
        if refused is None:
            self.stale = order
        else:
            assert self.everything() == before, f"{refused} left a trace"
            assert was_old or not isinstance(refused, Conflict), "nobody else was there"

    def everything(self) -> tuple[Any, ...]:
        tables: tuple[Any, ...] = (Order, OrderEvent, DeliveryEvent, Reservation, Stock, Refund, Payment)
        return tuple(list(table.objects.order_by("pk").values_list()) for table in tables)

    @rule(old=SELDOM, actor=ACTORS)
    def pay(self, old: bool, actor: Actor) -> None:
        self.reference += 1
        self.act(old, record_payment, amount_minor=self.order.total_minor, method="online", reference=f"r{self.reference}",
                 paid_at=self.now, actor=actor)  # fmt: skip

    @rule(old=SELDOM, actor=ACTORS, do=st.sampled_from([confirm_order, prepare_order, record_invoice]))
    def queue(self, old: bool, actor: Actor, do: Any) -> None:
        self.act(old, do, actor=actor)

    @rule(old=SELDOM, actor=ACTORS, counts=COUNTS, leave=OFTEN)
    def send(self, old: bool, actor: Actor, counts: list[int], leave: bool) -> None:
        chosen = {line.pk: count for line, count in zip(lines_of(self.order), counts, strict=False) if count}
        if leave:
            self.act(old, lambda order, **rest: hand_over(order, plan=Plan(chosen), override="so be it", **rest), actor=actor)
        else:
            self.act(old, plan_delivery, Plan(chosen), actor=actor)

    @rule(old=SELDOM, which=st.integers(0, 5), kind=st.sampled_from(KINDS), late=st.integers(0, 3))
    def hear(self, old: bool, which: int, kind: str, late: int) -> None:
        if known := deliveries_of(self.order):
            self.told(known[which % len(known)], kind, old, late)

    @rule(which=st.integers(0, 5), kind=st.sampled_from(["refused", "returned", "lost"]), again=OFTEN)
    def come_back(self, which: int, kind: str, again: bool) -> None:
        """Something comes back, and mostly goes out once more."""
        if known := deliveries_of(self.order):
            self.told(known[which % len(known)], kind)
        if again:
            self.act(False, lambda order, **rest: hand_over(order, override="so be it", **rest), actor=Actor("staff", 2))

    @rule(which=st.integers(0, 5), kind=st.sampled_from(["refused", "returning", "attempted"]))
    def end_on_the_way(self, which: int, kind: str) -> None:
        """An order ends while its parcel is still coming back."""
        if known := deliveries_of(self.order):
            parcel = known[which % len(known)]
            self.told(parcel, kind)
            self.act(False, cancel_order, reason="undeliverable", actor=Actor("staff", 2))
            self.told(deliveries_of(self.order)[parcel.number - 1], "returned")

    def told(self, delivery: Delivery, kind: str, old: bool = False, late: int = 0) -> None:
        """A carrier tells of a delivery, and tells it again."""
        sighting = Sighting(kind, self.now - timedelta(hours=late))
        for again in range(2):
            kept = DeliveryEvent.objects.count()
            news = not DeliveryEvent.objects.filter(delivery=delivery, reference=sighting.key).exists()
            read = next(each for each in deliveries_of(self.order) if each.pk == delivery.pk)
            self.act(old, record_delivery, delivery if old else read, sighting, source="carrier", actor=Actor.system("carrier"))
            assert news or DeliveryEvent.objects.count() == kept, again

    @rule(old=SELDOM, actor=ACTORS, reason=st.sampled_from(REASONS), override=st.sampled_from(["", "so be it"]))
    def cancel(self, old: bool, actor: Actor, reason: str, override: str) -> None:
        self.act(old, cancel_order, actor=actor, reason=reason, override=override)

    @rule(old=SELDOM, actor=ACTORS, counts=COUNTS)
    def cancel_some(self, old: bool, actor: Actor, counts: list[int]) -> None:
        chosen = {line.pk: count for line, count in zip(lines_of(self.order), counts, strict=False) if count}
        self.act(old, cancel_order, actor=actor, reason="mistake", override="so be it", pieces=chosen)

    # ---- what is always so ----

    @invariant()
    def the_history_leads_here_by_the_table(self) -> None:
        if not hasattr(self, "order"):
            return
        state, order = ORDER.first, fresh(self.order)
        for event in OrderEvent.objects.filter(order=order).order_by("id"):
            if event.kind in ORDER.names:
                assert event.from_state == state
                state = ORDER.after(state, event.kind)
                assert event.to_state == state
        assert state == order.state
        assert order.revision == OrderEvent.objects.filter(order=order).count() - 1

    @invariant()
    def deliveries_stand_where_their_events_lead(self) -> None:
        if not hasattr(self, "order"):
            return
        for delivery in deliveries_of(self.order):
            state = DELIVERY.first
            for event in sorted(delivery.events.all(), key=lambda each: each.pk):
                if DELIVERY.allows(state, MOVES.get(event.kind, "")):
                    state = DELIVERY.after(state, MOVES[event.kind])
            assert delivery.state in (state, "cancelled")

    @invariant()
    def no_piece_is_in_two_places(self) -> None:
        if not hasattr(self, "order"):
            return
        deliveries = deliveries_of(self.order)
        alive = pieces(deliveries, ("planned", "handed_over", "attempted", "delivered"))
        for line in lines_of(fresh(self.order)):
            assert alive.get(line.pk, 0) + line.cancelled_quantity <= line.quantity

    @invariant()
    def the_shelf_adds_up(self) -> None:
        if not hasattr(self, "order"):
            return
        order, gone, there, bought = fresh(self.order), Counter[int](), Counter[int](), Counter[int]()
        for line in lines_of(order):
            product_id, deliveries = line.product_id or 0, deliveries_of(order)
            gone[product_id] += outside(deliveries).get(line.pk, 0)
            there[product_id] += outside(deliveries).get(line.pk, 0) - pieces(deliveries, ("lost",)).get(line.pk, 0)
            bought[product_id] += line.quantity - line.cancelled_quantity
        for product in Product.objects.filter(store=self.store):
            stock, row = Stock.objects.get(product=product), Reservation.objects.get(product=product)
            assert stock.reserved == row.held >= 0
            waiting = ON_HAND - stock.on_hand - gone[product.pk]
            assert waiting >= 0, "more went out than left the shelf"
            assert row.held + waiting + there[product.pk] <= bought[product.pk], "more left the shelf than was bought"
            if order.state == "cancelled":
                assert (waiting, row.held) == (0, 0), "a cancelled order leaves nothing beside the shelf"

    @invariant()
    def no_more_goes_back_than_came_in(self) -> None:
        if not hasattr(self, "order"):
            return
        paid = sum(each.amount_minor for each in Payment.objects.filter(state="paid"))
        back = sum(each.amount_minor for each in Refund.objects.exclude(state="void"))
        assert back <= paid
        order = fresh(self.order)
        if order.state == "cancelled":
            late = Payment.objects.filter(state="paid", paid_at__gte=order.cancelled_at)
            assert back == paid - sum(each.amount_minor for each in late), "what was paid before it ended has gone back"


@pytest.mark.django_db
def test_an_order_on_any_way() -> None:
    run_state_machine_as_test(
        OrdersWay,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)),
    )
