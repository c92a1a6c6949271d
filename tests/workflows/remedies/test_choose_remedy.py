"""How a case is put right: what cannot be chosen, what is chosen, and what becomes of money, goods, stock and books."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.bookings import ORDERS, RETURNS, SALES, VAT
from avdet.core.errors import AvdetError
from avdet.core.money import part
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.actions import count
from avdet.records.catalogue.models import Product, Stock
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.ledger.queries import balance, trial_balance
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.queries import to_pay_minor
from avdet.records.outbox.models import Notice
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Carriage, Remedy
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.goods.carriage import record_carriage
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.give_goodwill import give_goodwill
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import goods_minor, offers
from tests.conftest import Deferred
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    again,
    all_is_well,
    arrived,
    bought,
    checked_goods,
    choosing,
    claimed,
    examined,
    follow,
    fresh,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(db: None) -> Store:
    return make_store("fetrashop")


def pay_out(remedy: Remedy) -> None:
    """The transfers of a remedy have been made."""
    for refund in Refund.objects.filter(remedy=remedy).select_related("payment__order__store", "store"):
        send_by_hand(refund, now=NOW, actor=MACHINE)
        confirm_refund(Refund.objects.get(pk=refund.pk), reference=f"B{refund.pk}", at=NOW, now=NOW, actor=MACHINE)


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["correction", "custody", "send_back", "money", ""])
def test_only_what_was_granted_can_be_chosen(store: Store, kind: str) -> None:
    case = choosing(store)
    with pytest.raises(AvdetError, match="not granted"):
        choose_remedy(case, kind, actor=CUSTOMER, now=NOW)
    assert not Remedy.objects.exists()
    assert again(case).state == "choosing"


def test_who_does_not_choose_is_reminded_and_rung_up_and_no_promise_of_the_store_is_broken(store: Store) -> None:
    case = choosing(store)
    due = NOW + timedelta(days=14)
    assert (case.waits_for, case.due_at) == ("customer", due)
    for at in (due - timedelta(hours=20), due, due + timedelta(days=90)):
        watch_deadlines({}, at)
    told = Notice.objects.filter(channel="email").values_list("kind", flat=True)
    assert [kind for kind in told if kind in ("deadline_near", "choice_waits", "case_due", "case_overdue")] == ["deadline_near", "choice_waits"]
    case, late = again(case), due + timedelta(days=90)
    assert (case.state, case.due_at, case.deadlines.filter(kind="refund_by").count()) == ("choosing", due, 0)
    choose_remedy(case, "refund", actor=CUSTOMER, now=late)
    promised = CaseDeadline.objects.get(case=case, state="open")
    assert (promised.kind, again(case).due_at) == ("refund_by", promised.due_at)
    assert late < promised.due_at < late + timedelta(days=20)


def test_a_choice_that_waits_for_the_store_has_its_day_too(store: Store) -> None:
    case = choosing(store)
    Case.objects.filter(pk=case.pk).update(decision={**case.decision, "remedies": ["second_visit"]})
    follow(again(case))
    case = again(case)
    (ours,) = case.deadlines.filter(state="open")
    assert (case.state, case.waits_for, case.due_at, ours.kind) == ("choosing", "store", ours.due_at, "store_by")
    watch_deadlines({}, ours.due_at)
    assert Notice.objects.filter(kind="case_overdue").exists()


def test_nothing_can_be_chosen_before_the_goods_were_examined(store: Store) -> None:
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku))))
    with pytest.raises(Conflict):
        choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)


def test_two_tabs_choose_once(store: Store) -> None:
    first, second = (case := choosing(store)), again(case)
    choose_remedy(first, "replacement", actor=CUSTOMER, now=NOW)
    with pytest.raises(Conflict):
        choose_remedy(second, "refund", actor=CUSTOMER, now=NOW)
    assert Remedy.objects.get().kind == "replacement"
    assert not Refund.objects.exists()


@pytest.mark.parametrize("sku", ["", "nothing", "hidden"])
def test_another_product_is_one_on_sale(store: Store, sku: str) -> None:
    make_product(store, "hidden", on_sale=False)
    case = choosing(store)
    with pytest.raises(AvdetError, match="no such product"):
        choose_remedy(case, "other_product", actor=CUSTOMER, now=NOW, sku=sku)
    assert not Remedy.objects.exists()


def test_another_stores_product_is_not_there(store: Store) -> None:
    make_product(make_store("offykala"), "theirs")
    with pytest.raises(AvdetError, match="no such product"):
        choose_remedy(choosing(store), "other_product", actor=CUSTOMER, now=NOW, sku="theirs")


# ---- money back ------------------------------------------------------------------------------------------------------


def test_a_refund_is_the_invoiced_price_whatever_it_costs_today(store: Store) -> None:
    """FET-TEST-6 and FET-INSP-6."""
    case = choosing(store, price_minor=10_000_001)
    Product.objects.update(price_minor=99)
    remedy = choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    refund = Refund.objects.get()
    assert (remedy.amount_minor, refund.amount_minor, refund.remedy_id) == (10_000_001, 10_000_001, remedy.pk)
    assert {row["clause"] for row in refund.because} >= {"FET-TEST-2", "FET-INSP-2"}
    assert refund.due_from is not None
    assert refund.due_by is not None
    assert NOW < refund.due_from < refund.due_by
    case = again(case)
    assert (case.state, case.waits_for, case.due_at) == ("settling", "bank", refund.due_by)
    pay_out(remedy)
    case, remedy = again(case), Remedy.objects.get()
    assert (case.state, case.waits_for, remedy.state) == ("settled", "nobody", "done")
    assert {"remedy_refund", "claim_settled"} <= {notice.kind for notice in Notice.objects.all()}
    all_is_well(store)


def test_pieces_claimed_one_by_one_come_to_what_they_cost_together(store: Store) -> None:
    goods, other = checked_goods(store, price_minor=33_333), checked_goods(store, price_minor=7_777)
    order = bought(store, DraftLine(goods.sku, 3, discount_minor=1_000), DraftLine(other.sku, 2), discount_minor=10_001)
    cases = [examined(arrived(claimed(order, key=str(n)))) for n in range(3)]
    assert [goods_minor(case) for case in cases] == [case.decision["amounts"]["goods"] for case in cases]
    assert sum(goods_minor(case) for case in cases) == order.lines.get(sku=goods.sku).total_minor
    for case in cases:
        choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    assert sum(each.amount_minor for each in Refund.objects.all()) == order.lines.get(sku=goods.sku).total_minor
    all_is_well(store)


def test_a_return_that_the_store_paid_and_the_customer_bears_is_deducted(store: Store) -> None:
    case = examined(arrived(claimed(bought(store, DraftLine(checked_goods(store, price_minor=1_000).sku)), "withdrawal")))
    record_carriage(case, "return", paid_by="store", amount_minor=300, receipt=False, actor=MACHINE, now=NOW)
    assert [(each.kind, each.worth.deducted_minor, each.worth.amount_minor) for each in offers(again(case))] == [("refund", 300, 700)]
    case = follow(case)
    remedy = Remedy.objects.get()
    assert (case.state, remedy.kind, remedy.deducted_minor, remedy.amount_minor) == ("settling", "refund", 300, 700)
    assert Carriage.objects.get().settled == "deducted"
    assert trial_balance(store)["income:carriage", store.currency] == -300
    all_is_well(store)


def test_the_one_remedy_is_taken_by_itself_and_a_choice_is_left_to_the_customer(store: Store) -> None:
    case = examined(arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)), "withdrawal")))
    assert follow(case).state == "settling"
    assert follow(case).state == "settling"
    assert Remedy.objects.count() == 1
    other = choosing(store)
    assert follow(other).state == "choosing"


def test_what_was_not_paid_is_not_paid_back(store: Store) -> None:
    order = bought(store, DraftLine(checked_goods(store).sku))
    case = examined(arrived(claimed(order, "withdrawal")))
    Payment.objects.update(amount_minor=order.total_minor - 1)  # the rest has not been written down yet, or is still owed
    case = follow(case)
    assert (case.state, case.waits_for) == ("choosing", "store")
    assert events_of(case)[-1].kind == "remedy_waits"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(("given", "state"), [(300, "settling"), (1_000, "settled")])
def test_after_goodwill_what_is_left_of_the_payment_is_paid_back_and_the_case_has_its_end(store: Store, given: int, state: str) -> None:
    order = bought(store, DraftLine(checked_goods(store, price_minor=1_000).sku))
    give_goodwill(order, amount_minor=given, reason="late", author=make_staff(store, "owner"), now=NOW, actor=MACHINE)
    case = follow(examined(arrived(claimed(order, "withdrawal"))))
    assert (case.state, case.remedies.get().amount_minor) == (state, 1_000 - given)
    assert Payment.objects.get().refunded_minor == 1_000
    all_is_well(store)


# ---- goods sent anew -------------------------------------------------------------------------------------------------


def test_a_replacement_goes_out_with_an_order_of_its_own(store: Store) -> None:
    case = choosing(store, quantity=2, price_minor=1_100_000)
    product = case.order_line.product
    assert product is not None
    Product.objects.update(price_minor=5)
    before = trial_balance(store)
    remedy = choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW)
    order = remedy.order
    assert order is not None
    assert (order.follows_id, order.source, order.total_minor, to_pay_minor(order), order.state) == (
        case.order_id, "exchange", 2_200_000, 0, "confirmed",
    )  # fmt: skip
    assert order.policy_version_id == case.policy_version_id
    assert Stock.objects.get(product=product).reserved == 2
    assert (again(case).state, again(case).waits_for) == ("settling", "store")
    sent(fresh(order))
    case = again(case)
    assert (case.state, Remedy.objects.get().state) == ("settled", "done")
    assert Stock.objects.get(product=product).on_hand == 10 - 2 - 2
    after = trial_balance(store)
    assert {account: after[account, "IRR"] - before.get((account, "IRR"), 0) for account in (ORDERS, VAT)} == {ORDERS: 0, VAT: 0}
    assert after[SALES, "IRR"] + after[RETURNS, "IRR"] == before[SALES, "IRR"]
    assert not Refund.objects.exists()
    all_is_well(store)


def test_a_claim_on_a_replacement_pays_back_through_the_first_order_and_no_more_than_came_in(store: Store) -> None:
    case = choosing(store, price_minor=1_000)
    first = case.order
    replacement = choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW).order
    assert replacement is not None
    later = NOW + timedelta(days=5)
    second = claimed(sent(fresh(replacement)), key="again", now=later)
    assert second.number == f"{replacement.number}-R1"
    remedy = choose_remedy(examined(arrived(second, now=later), now=later), "refund", actor=CUSTOMER, now=later)
    refund = Refund.objects.get()
    assert (refund.payment.order_id, refund.amount_minor, remedy.amount_minor) == (first.pk, 1_000, 1_000)
    assert Payment.objects.get().refunded_minor == 1_000
    assert balance(store, ORDERS, "IRR", order_number=replacement.number) == 0
    all_is_well(store)


def test_a_product_that_has_run_out_opens_the_choice_again_by_the_terms(store: Store) -> None:
    case = choosing(store)
    assert case.order_line.product_id is not None
    count(store, [(case.order_line.product_id, 0)], now=NOW, actor=MACHINE)
    with pytest.raises(OutOfStock):
        choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW)
    case = again(case)
    assert (case.state, case.waits_for, set(case.decision["remedies"])) == ("choosing", "customer", {"refund", "other_product"})
    assert "FET-INSP-4" in {row["clause"] for row in case.decision["because"]}
    assert not Remedy.objects.exists()
    assert Notice.objects.filter(kind="remedy_gone").exists()
    choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    all_is_well(store)


def test_what_a_colleague_granted_and_has_run_out_is_not_tried_without_end(store: Store, deferred: Deferred) -> None:
    case = examined(arrived(claimed(bought(store, DraftLine(checked_goods(store).sku, 1)))), "not_confirmed")
    asked = {"outcome": "approve", "remedies": ["replacement"]}
    override_case(case, asked, reason="they are right", author=make_staff(store, "expert"), now=NOW)
    count(store, [(case.order_line.product_id or 0, 0)], now=NOW, actor=MACHINE)
    deferred.waiting.clear()
    case = follow(case)
    assert (case.state, case.waits_for, case.decision["remedies"]) == ("choosing", "store", [])
    assert not [name for name, *_ in deferred.waiting if name == "follow_decision"]
    assert Notice.objects.filter(kind="remedy_waits", channel="email").count() == 1


def test_a_replacement_that_cannot_be_sent_leaves_the_choice_open_again(store: Store) -> None:
    case = choosing(store)
    order = choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW).order
    assert order is not None
    cancel_order(fresh(order), actor=MACHINE, now=NOW, reason="out_of_stock")
    case = again(case)
    assert (case.state, Remedy.objects.get().state, set(case.decision["remedies"])) == (
        "choosing", "void", {"refund", "other_product"},
    )  # fmt: skip
    all_is_well(store)
    choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    assert [each.state for each in Remedy.objects.order_by("pk")] == ["void", "chosen"]
    all_is_well(store)


def test_no_part_of_a_replacement_is_cancelled(store: Store) -> None:
    order = choose_remedy(choosing(store, quantity=2), "replacement", actor=CUSTOMER, now=NOW).order
    assert order is not None
    with pytest.raises(AvdetError, match="one thing"):
        cancel_order(fresh(order), actor=MACHINE, now=NOW, reason="mistake", pieces={order.lines.get().pk: 1})


def test_another_product_that_costs_more_waits_until_the_difference_is_paid(store: Store) -> None:
    """FET-INSP-5, as the next one."""
    dear = make_product(store, "dear", price_minor=1_700)
    case = choosing(store, price_minor=1_000)
    for shown in (None, 699, -700):
        with pytest.raises(Conflict):
            choose_remedy(case, "other_product", actor=CUSTOMER, now=NOW, sku="dear", difference_minor=shown)
    remedy = choose_remedy(case, "other_product", actor=CUSTOMER, now=NOW, sku="dear", difference_minor=700)
    order = remedy.order
    assert order is not None
    assert (remedy.state, remedy.difference_minor, order.state, to_pay_minor(order)) == ("awaiting_payment", 700, "placed", 700)
    assert again(case).waits_for == "customer"
    assert Stock.objects.get(product=dear).reserved == 1
    assert Notice.objects.get(kind="remedy_unpaid", channel="email").values["amount_minor"] == 700
    paid = {"method": "card_to_card", "paid_at": NOW, "now": NOW, "actor": MACHINE}
    record_payment(fresh(order), amount_minor=699, reference="a", **paid)
    assert fresh(order).state == "placed"
    record_payment(fresh(order), amount_minor=1, reference="b", **paid)
    assert (fresh(order).state, Remedy.objects.get().state, again(case).waits_for) == ("confirmed", "preparing", "store")
    sent(fresh(order))
    assert again(case).state == "settled"
    all_is_well(store)


def test_another_product_that_costs_less_is_sent_and_the_difference_goes_back(store: Store) -> None:
    """FET-INSP-5 and FET-INSP-6."""
    make_product(store, "cheap", price_minor=400)
    case = choosing(store, price_minor=1_000)
    remedy = choose_remedy(case, "other_product", actor=CUSTOMER, now=NOW, sku="cheap", difference_minor=-600)
    assert remedy.order is not None
    assert (remedy.difference_minor, remedy.order.total_minor, to_pay_minor(remedy.order)) == (-600, 400, 0)
    assert Refund.objects.get().amount_minor == 600
    pay_out(remedy)
    assert again(case).state == "settling"
    sent(fresh(remedy.order))
    assert again(case).state == "settled"
    all_is_well(store)


def test_what_an_earlier_choice_has_paid_out_is_not_paid_twice(store: Store) -> None:
    make_product(store, "cheap", price_minor=400)
    case = choosing(store, price_minor=1_000)
    remedy = choose_remedy(case, "other_product", actor=CUSTOMER, now=NOW, sku="cheap", difference_minor=-600)
    assert remedy.order is not None
    cancel_order(fresh(remedy.order), actor=MACHINE, now=NOW, reason="mistake")
    second = choose_remedy(again(case), "refund", actor=CUSTOMER, now=NOW)
    assert second.amount_minor == 400
    assert sum(each.amount_minor for each in Refund.objects.all()) == 1_000
    all_is_well(store)


def test_shares_of_a_line_are_whole_when_some_pieces_are_replaced_and_others_paid_back(store: Store) -> None:
    goods = checked_goods(store, price_minor=10_000)
    order = bought(store, DraftLine(goods.sku, 3, discount_minor=1))
    kinds = ("refund", "replacement", "refund")
    remedies = [
        choose_remedy(examined(arrived(claimed(order, key=str(n)))), kind, actor=CUSTOMER, now=NOW) for n, kind in enumerate(kinds)
    ]
    assert [each.goods_minor for each in remedies] == [part(29_999, before=n, count=1, of=3) for n in range(3)]
    assert remedies[1].order is not None
    assert remedies[1].order.total_minor == remedies[1].goods_minor
    all_is_well(store)


def test_a_refund_that_is_taken_back_opens_the_choice_and_what_was_deducted_is_open_again(store: Store) -> None:
    case = examined(arrived(claimed(bought(store, DraftLine(checked_goods(store, price_minor=1_000).sku)), "withdrawal")))
    record_carriage(case, "return", paid_by="store", amount_minor=300, receipt=False, actor=MACHINE, now=NOW)
    case = follow(case)
    void_refund(Refund.objects.get(), why="a mistake", now=NOW, actor=MACHINE)
    case = again(case)
    assert (case.state, Remedy.objects.get().state, Carriage.objects.get().settled) == ("choosing", "void", "")
    assert trial_balance(store)["income:carriage", store.currency] == 0
    assert follow(case).state == "settling"
    assert [each.state for each in Refund.objects.order_by("pk")] == ["void", "granted"]
    all_is_well(store)
