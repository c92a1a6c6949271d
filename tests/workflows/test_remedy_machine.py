"""However a small shop's claims are put right, in whatever order: no more goes out than came in, and everything adds up."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CARRIER_CLAIM, CASE, GOODS, REMEDY
from avdet.records.cases.models import FREED, Case, CaseEvent
from avdet.records.catalogue.actions import receive
from avdet.records.catalogue.models import Product, Reservation, Stock, StockMove
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.models import Payment
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Carriage, CarrierClaim, Custody, Remedy
from avdet.records.remedies.queries import live_remedy
from avdet.workflows.goods.carriage import charge_carriage, record_carriage, repay_postage
from avdet.workflows.goods.carrier_claim import answer_claim, recover_damage
from avdet.workflows.goods.custody import ask_for_goods, keep_for_owner, watch_custody
from avdet.workflows.goods.send_back import come_again, give_back, hand_back
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import granted_kinds, worth_of
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    again,
    all_is_well,
    arrived,
    bought,
    claimed,
    examined,
    follow,
    fresh,
    sent,
)

EXAMPLES = 200 if os.environ.get("AVDET_LONG") else 12
ON_HAND = 5
WHICH = st.integers(0, 3)
KINDS = st.sampled_from(["refund", "replacement", "other_product", "correction"])
FOUND = st.sampled_from(["confirmed", "confirmed", "confirmed", "not_confirmed"])
REASONS = st.sampled_from(["defect", "withdrawal", "transit_damage", "wrong_item"])
BACK: tuple[Callable[..., Any], ...] = (give_back, come_again, keep_for_owner, ask_for_goods)
TABLES: tuple[Any, ...] = (Case, CaseEvent, Remedy, Refund, Payment, Order, Reservation, Stock, Carriage, Custody, CarrierClaim)


class PutRight(RuleBasedStateMachine):
    """One store with two products, an order of each, and whatever is claimed of them."""

    @initialize(slug=st.sampled_from(["fetrashop", "persianpetshop", "offykala"]), count=st.integers(1, 3), off=st.integers(0, 50), finding=FOUND)
    def open(self, slug: str, count: int, off: int, finding: str) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.store, self.filed, self.paid = make_store(slug), 0, 0
        traits = {"traits": ["seven_day_test", "serial_number"]} if slug == "fetrashop" else {}
        self.products = [make_product(self.store, sku, on_hand=ON_HAND, price_minor=price, **traits) for sku, price in (("a", 1_001), ("b", 700))]
        self.expert: User = make_staff(self.store, "expert")
        for at in range(2):
            bought(self.store, DraftLine(self.products[at].sku, count, discount_minor=off), at=NOW.replace(day=16, hour=20))
        for at in range(2):
            self.claim(at, "defect", 1)
            self.examine(at, finding)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def tried(self, do: Callable[[], Any], *, traceless: bool = True) -> None:
        """What is refused leaves no trace."""
        before, refused = self.everything(), ""
        try:
            with transaction.atomic():
                do()
        except AvdetError as fault:
            refused = str(fault)
        assert not (refused and traceless) or self.everything() == before, f"{refused} left a trace"

    def everything(self) -> list[Any]:
        return [list(table.objects.order_by("pk").values_list()) for table in TABLES]

    def case(self, which: int, *states: str) -> Case | None:
        cases = list(Case.objects.filter(store=self.store, **({"state__in": states} if states else {})).order_by("pk"))
        return again(cases[which % len(cases)]) if cases else None

    @rule(which=WHICH, reason=REASONS, quantity=st.integers(1, 2))
    def claim(self, which: int, reason: str, quantity: int) -> None:
        orders = [order for order in Order.objects.filter(store=self.store).order_by("pk") if order.state == "delivered"]
        order, self.filed = fresh(orders[which % len(orders)]), self.filed + 1
        self.tried(lambda: claimed(order, reason, quantity=quantity, key=str(self.filed)))

    @rule(which=WHICH, finding=FOUND)
    def examine(self, which: int, finding: str) -> None:
        case = self.case(which, "approved", "review", "denied", "choosing")
        if case is not None:
            if case.goods == "with_customer" and case.state != "denied":
                self.tried(lambda: arrived(case))
            self.tried(lambda: examined(case, finding, by=self.expert))
            follow(case)

    @rule(which=WHICH, kind=KINDS, sku=st.sampled_from(["a", "b"]), twice=st.booleans())
    def choose(self, which: int, kind: str, sku: str, twice: bool) -> None:
        """Once more it is refused; what has run out opens the choice again."""
        case = self.case(which, "choosing")
        for _ in range(1 + twice if case is not None else 0):
            assert case is not None
            shown = worth_of(case, kind, Product.objects.get(sku=sku) if kind == "other_product" else None).difference_minor
            said = {"sku": sku, "difference_minor": shown}
            self.tried(lambda said=said: choose_remedy(case, kind, actor=CUSTOMER, now=NOW, **said), traceless=False)

    @rule(which=WHICH, at=st.integers(0, 2))
    def onward(self, which: int, at: int) -> None:
        """The next step that a case would take by itself."""
        case = self.case(which, "choosing", "settling")
        if case is None:
            return
        remedy = live_remedy(case)
        if remedy is None:
            kinds = granted_kinds(case) or ("refund",)
            self.choose(which, kinds[at % len(kinds)], "b", twice=False)
        elif remedy.order_id:
            orders = list(Order.objects.filter(follows__isnull=False).exclude(state="delivered").order_by("pk"))
            for how in ("pay", "send"):
                self.exchange([order.pk for order in orders].index(remedy.order_id), how)
        elif remedy.kind == "send_back":
            self.tried(lambda: hand_back(case, carrier="Post", tracking_number="1", actor=MACHINE, now=NOW))
            self.tried(lambda: give_back(case, actor=MACHINE, now=NOW))
        else:
            self.refund(list(Refund.objects.order_by("pk").values_list("remedy_id", flat=True)).index(remedy.pk), "pay")

    @rule(which=WHICH, how=st.sampled_from(["pay", "send", "send", "send", "cancel", "out_of_stock"]))
    def exchange(self, which: int, how: str) -> None:
        orders = [order for order in Order.objects.filter(store=self.store, follows__isnull=False).order_by("pk") if order.state != "delivered"]
        if not orders:
            return
        order = fresh(orders[which % len(orders)])
        if how == "pay":
            self.paid += 1
            paid: dict[str, Any] = {"method": "card_to_card", "reference": f"d{self.paid}", "paid_at": NOW, "now": NOW, "actor": MACHINE}
            self.tried(lambda: record_payment(order, amount_minor=max(1, to_pay_minor(order)), **paid))
        elif how == "send":
            self.tried(lambda: sent(order, at=NOW.replace(day=17)))
        else:
            self.tried(lambda: cancel_order(order, actor=MACHINE, now=NOW, reason="mistake" if how == "cancel" else how))

    @rule(which=WHICH, how=st.sampled_from(["pay", "pay", "void"]))
    def refund(self, which: int, how: str) -> None:
        refunds = list(Refund.objects.filter(store=self.store).select_related("payment__order", "store").order_by("pk"))
        if not refunds:
            return
        refund = refunds[which % len(refunds)]
        if how == "void":
            self.tried(lambda: void_refund(refund, why="so", now=NOW, actor=MACHINE))
        else:
            self.tried(lambda: send_by_hand(refund, now=NOW, actor=MACHINE))
            refund = Refund.objects.select_related("payment__order", "store").get(pk=refund.pk)
            self.tried(lambda: confirm_refund(refund, reference=f"R{refund.pk}", at=NOW, now=NOW, actor=MACHINE))

    @rule(which=WHICH, do=st.sampled_from(BACK), leave=st.booleans())
    def back(self, which: int, do: Callable[..., Any], leave: bool) -> None:
        case = self.case(which, "settling", "denied")
        if case is not None:
            if leave:
                self.tried(lambda: hand_back(case, carrier="Post", tracking_number="1", actor=MACHINE, now=NOW))
            self.tried(lambda: do(case, actor=MACHINE, now=NOW))

    @rule(which=WHICH, way=st.sampled_from(["return", "redelivery"]), payer=st.sampled_from(["store", "customer"]), amount=st.integers(0, 2_000))
    def carry(self, which: int, way: str, payer: str, amount: int) -> None:
        case = self.case(which)
        if case is not None:
            self.tried(lambda: record_carriage(case, way, paid_by=payer, amount_minor=amount, receipt=amount % 2 == 0, actor=MACHINE, now=NOW))
            for settle in (repay_postage, charge_carriage):
                self.tried(lambda settle=settle: settle(case, way, reference="B", actor=MACHINE, now=NOW))  # type: ignore[misc]
            follow(case)

    @rule(which=WHICH, confirmed=st.booleans(), amount=st.integers(1, 2_000))
    def carrier(self, which: int, confirmed: bool, amount: int) -> None:
        claims = list(CarrierClaim.objects.filter(store=self.store).select_related("case__order", "store").order_by("pk"))
        if claims:
            claim = claims[which % len(claims)]
            self.tried(lambda: answer_claim(claim, confirmed=confirmed, actor=MACHINE, now=NOW))
            self.tried(lambda: recover_damage(claim, amount_minor=amount, reference="B", actor=MACHINE, now=NOW))
            follow(claim.case)

    @rule(count=st.integers(1, 3))
    def restock(self, count: int) -> None:
        receive(self.store, [(self.products[0].pk, count)], now=NOW, actor=MACHINE)

    @rule()
    def wait(self) -> None:
        watch_custody({}, NOW.replace(month=12, day=31))

    @invariant()
    def the_books_and_the_chains_are_whole(self) -> None:
        if hasattr(self, "store"):
            all_is_well(self.store)

    @invariant()
    def no_more_goes_out_than_came_in(self) -> None:
        for payment in Payment.objects.all():
            owed = sum(each.amount_minor for each in Refund.objects.filter(payment=payment).exclude(state="void"))
            assert owed == payment.refunded_minor <= payment.amount_minor

    @invariant()
    def a_case_has_one_remedy_and_stands_in_a_legal_state(self) -> None:
        for case in Case.objects.all():
            live = [each for each in Remedy.objects.filter(case=case) if each.state != "void"]
            assert len(live) <= 1
            assert case.state in CASE.states
            assert case.goods in GOODS.states
            assert (case.state == "settling") <= any(each.state != "done" for each in live)
            assert (case.state == "settled") <= all(each.state == "done" for each in live)
        assert {each.state for each in Remedy.objects.all()} <= set(REMEDY.states)
        assert {each.state for each in CarrierClaim.objects.all()} <= set(CARRIER_CLAIM.states)

    @invariant()
    def pieces_are_claimed_once(self) -> None:
        for line in OrderLine.objects.all():
            held = [case for case in Case.objects.filter(order_line=line) if case.state not in FREED and case.outcome != "deny"]
            assert sum(case.quantity for case in held) == line.claimed_quantity
            assert line.claimed_quantity + line.cancelled_quantity <= line.quantity

    @invariant()
    def the_shelf_adds_up(self) -> None:
        for stock in Stock.objects.all():
            rows = Reservation.objects.filter(product_id=stock.product_id)
            assert stock.reserved == sum(row.held for row in rows) >= 0
            moved = StockMove.objects.filter(product_id=stock.product_id, kind__in=("received", "returned", "shipped"))
            assert stock.on_hand == ON_HAND + sum(move.quantity for move in moved) >= stock.reserved


@pytest.mark.django_db
def test_a_case_put_right_in_any_order() -> None:
    run_state_machine_as_test(
        PutRight,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)),
    )
