"""A remedy follows the money that it pays back, also when the bank sends that back, and the order that its goods go out with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import locked
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.actions import mark
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order
from avdet.records.outbox.models import Notice
from avdet.records.payouts.models import PayoutBatch
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.records.remedies.actions import Worth, keep_carriage, open_remedy, settle_carriage
from avdet.records.remedies.models import Carriage, Remedy
from avdet.records.remedies.queries import live_remedy
from avdet.records.stores.models import Store
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.goods.dispose_goods import places_for
from avdet.workflows.goods.send_back import give_back
from avdet.workflows.money.ask_destination import choose_account
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.send_refund import send_by_hand, send_refund
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order, cancel_recalled
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies import follow_remedy
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import granted_kinds, worth_of
from tests.conftest import Deferred
from tests.factories import NOW, make_customer, make_product, make_staff, make_store
from tests.workflows.payouts import account_of, exported, paying_store, read, told
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
    return paying_store()


def paid_out(store: Store) -> tuple[Case, PayoutBatch]:
    """A case that is settled: the bank has paid its refund to the account of whoever claimed."""
    buyer = make_customer(store)
    account_of(buyer)
    order = bought(store, DraftLine(checked_goods(store).sku), customer=buyer)
    remedy = choose_remedy(examined(arrived(claimed(order))), "refund", actor=CUSTOMER, now=NOW)
    refund = Refund.objects.get(remedy=remedy)
    send_refund(refund.pk, now=NOW)
    batch = exported(store, [refund])
    read(store, told(batch, "ACSC"))
    return again(remedy.case), batch


def test_a_case_that_was_opened_again_meanwhile_stays_where_it_is(store: Store) -> None:
    case, batch = paid_out(store)
    reopen_case(case, why="the box was empty", author=make_staff(store, "expert"), now=NOW)
    read(store, told(batch, ("RJCT", "AC04")))
    assert (again(case).state, Remedy.objects.get().state, Refund.objects.get().state) == ("review", "done", "failed")
    void_refund(Refund.objects.get(), why="the account is closed for good", now=NOW, actor=MACHINE)
    assert (Remedy.objects.get().state, worth_of(again(case), "refund").amount_minor) == ("void", case.decision["amounts"]["goods"])
    all_is_well(store)


def test_money_that_comes_back_is_owed_again_until_another_account_takes_it(store: Store, deferred: Deferred) -> None:
    case, batch = paid_out(store)
    assert (case.state, case.waits_for, Remedy.objects.get().state) == ("settled", "nobody", "done")
    Notice.objects.all().delete()
    for _ in range(2):  # the bank may say so twice
        read(store, told(batch, ("RJCT", "AC04")))
    case, remedy = again(case), Remedy.objects.get()
    assert (case.state, case.waits_for, case.ended_at, remedy.state, remedy.ended_at) == ("settling", "bank", None, "chosen", None)
    assert [event.kind for event in events_of(case)].count("owe_again") == 1
    promised = case.deadlines.get(state="open")
    assert (promised.kind, promised.binds, promised.due_at) == ("refund_by", "store", case.due_at)
    assert ReconcileFinding.objects.get(healed_at=None).kind == "refund_failed"
    deferred.run(NOW)
    assert set(Notice.objects.values_list("kind", flat=True)) == {"refund_account"}
    choose_account(case.order, account_of(case.order.customer), now=NOW, actor=MACHINE)
    deferred.run(NOW)
    read(store, told(exported(store, [Refund.objects.get()]), "ACSC"))
    assert (again(case).state, Remedy.objects.get().state) == ("settled", "done")
    assert [each.state for each in case.deadlines.filter(kind="refund_by")] == ["met", "met"]
    assert not ReconcileFinding.objects.filter(healed_at=None).exists()
    all_is_well(store)


def test_a_refund_that_is_voided_leaves_the_remedy_that_was_chosen_since(store: Store) -> None:
    case, batch = paid_out(store)
    reopen_case(case, why="the box was empty", author=make_staff(store, "expert"), now=NOW)
    read(store, told(batch, ("RJCT", "AC04")))
    old = Refund.objects.get()
    since = open_remedy(again(case), "replacement", Worth(), actor=CUSTOMER, now=NOW)
    Case.objects.update(state="settling")
    way = keep_carriage(case, "return", paid_by="store", borne_by="customer", amount_minor=9, clauses=[], receipt=False, now=NOW)
    settle_carriage(way, "deducted")
    void_refund(old, why="the account is closed for good", now=NOW, actor=MACHINE)
    assert (again(case).state, live_remedy(case), Carriage.objects.get().settled) == ("settling", since, "deducted")
    assert Remedy.objects.get(pk=old.remedy_id).state == "void"


def two_refunds(store: Store) -> list[Refund]:
    """A refund of goods that were paid for in two parts: both transfers are on their way."""
    order = bought(store, DraftLine(checked_goods(store, price_minor=1_000).sku), paid_in=2)
    remedy = choose_remedy(examined(arrived(claimed(order, "withdrawal"))), "refund", actor=CUSTOMER, now=NOW)
    return list(Refund.objects.filter(remedy=remedy).select_related("remedy", "payment__order__store", "store").order_by("pk"))


def confirm(refund: Refund) -> None:
    send_by_hand(refund, now=NOW, actor=MACHINE)
    confirm_refund(Refund.objects.get(pk=refund.pk), reference=f"B{refund.pk}", at=NOW, now=NOW, actor=MACHINE)


def test_of_two_refunds_that_arrive_at_once_the_later_one_settles_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two_refunds(make_store("fetrashop"))

    def waits(case_id: int) -> Case | None:
        Refund.objects.filter(pk=second.pk).update(state="confirmed")  # the other one, which held the case until now
        return locked(case_id)

    monkeypatch.setattr(follow_remedy, "locked", waits)
    confirm(first)
    assert (Case.objects.get().state, Remedy.objects.get().state) == ("settled", "done")


@pytest.mark.parametrize("arrives_first", [True, False])
def test_where_one_of_two_refunds_is_voided_the_rest_is_owed_by_another_choice(arrives_first: bool) -> None:
    store = make_store("fetrashop")
    first, second = two_refunds(store)
    steps = [lambda: confirm(first), lambda: void_refund(second, why="the wrong account", now=NOW, actor=MACHINE)]
    for step in steps if arrives_first else reversed(steps):
        assert Case.objects.get().state == "settling"
        step()
    assert (Case.objects.get().state, Remedy.objects.get().state) == ("choosing", "void")
    rest = choose_remedy(Case.objects.get(), "refund", actor=CUSTOMER, now=NOW)
    assert rest.amount_minor == second.amount_minor
    confirm(Refund.objects.get(remedy=rest))
    assert (Case.objects.get().state, Remedy.objects.get(pk=rest.pk).state) == ("settled", "done")
    all_is_well(store)


def test_a_part_that_has_arrived_stays_given_so_that_its_pieces_cannot_be_claimed_for_the_whole_price_again() -> None:
    store = make_store("fetrashop")
    first, second = two_refunds(store)
    confirm(first)
    void_refund(second, why="the wrong account", now=NOW, actor=MACHINE)
    case = examined(Case.objects.get(), "not_confirmed", within_rules=False)
    assert (case.state, case.settled_before, fresh(case.order).lines.get().left) == ("settled", True, 0)
    with pytest.raises(AvdetError, match="0 are left"):
        claimed(fresh(case.order), "withdrawal", key="again")
    all_is_well(store)


def seen(order: Order, kind: str, *, hours: int) -> Order:
    """Its carrier says so of its latest parcel, so many hours from now."""
    at = NOW + timedelta(hours=hours)
    record_delivery(order, deliveries_of(order)[-1], Sighting(kind, at), source="carrier", actor=MACHINE, now=at)
    return fresh(order)


def refused(order: Order, *, hours: int) -> Order:
    return seen(seen(order, "refused", hours=hours), "returned", hours=hours + 1)


def sent_again(order: Order, *, hours: int) -> Order:
    hand_over(order, actor=MACHINE, now=NOW + timedelta(hours=hours), source="shop", carrier="Tipax")
    return fresh(order)


def come_back(lines: int = 1) -> Case:
    """A case of goods that were refused at the door, in which they are to be sent once more."""
    store = make_store("persianpetshop")
    goods = [DraftLine(make_product(store, f"CAGE-{line}", price_minor=1_000).sku) for line in range(lines)]
    order = refused(bought(store, *goods, delivered=False), hours=-9)
    cases = [examined(arrived(claimed(order, "transit_damage", line=line, key=str(line)))) for line in range(lines)]
    return cases[0]


def test_goods_that_were_sent_anew_and_come_back_wait_for_the_store_until_they_are_sent_again() -> None:
    case = choosing(make_store("fetrashop"), on_hand=5)
    remedy = choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW)
    order = refused(sent(fresh(remedy.order), delivered=False), hours=1)
    case = again(case)
    assert (case.state, case.waits_for, Remedy.objects.get().state) == ("settling", "store", "preparing")
    assert [(each.kind, each.binds, each.due_at) for each in case.deadlines.filter(state="open")] == [("decide_by", "store", case.due_at)]
    order = sent_again(order, hours=3)
    case = again(case)
    assert (case.waits_for, case.deadlines.get(state="open").due_at) == ("carrier", case.due_at)
    seen(order, "delivered", hours=4)
    assert (again(case).state, Remedy.objects.get().state) == ("settled", "done")
    assert set(case.deadlines.filter(kind__in=("decide_by", "carrier_by")).values_list("state", flat=True)) == {"met"}
    all_is_well(case.store)


def test_goods_that_are_refused_once_more_are_their_customers_to_choose_for_again() -> None:
    first = come_back(lines=2)
    assert {follow(case).state for case in Case.objects.order_by("pk")} == {"settling"}
    order = refused(sent_again(fresh(first.order), hours=1), hours=2)
    for case in map(again, Case.objects.order_by("pk")):
        assert (order.state, case.state, case.waits_for, case.goods) == ("returned", "choosing", "customer", "inspected")
        assert (case.deadlines.get(state="open").due_at, live_remedy(case)) == (case.due_at, None)
        choose_remedy(case, "redelivery", actor=CUSTOMER, now=NOW + timedelta(hours=4))
    seen(sent_again(order, hours=5), "delivered", hours=6)
    assert {(each.state, each.goods) for each in Case.objects.all()} == {("settled", "given_back")}
    all_is_well(first.store)


@pytest.mark.parametrize("left", [(), ("refund",)])
@pytest.mark.parametrize("lost", ["on its second way", "before"])
def test_goods_that_are_lost_cannot_be_sent_again_and_whatever_else_was_granted_is_chosen(left: tuple[str, ...], lost: str) -> None:
    case = come_back()
    order = fresh(case.order)
    Case.objects.update(decision={**case.decision, "remedies": ["redelivery", *left]})
    choose_remedy(again(case), "redelivery", actor=CUSTOMER, now=NOW)
    order = sent_again(order, hours=1)
    if lost == "before":  # refused once more, and lost on its way back: nobody has chosen anew yet
        seen(order, "refused", hours=2)
        assert again(case).state == "choosing"
    Notice.objects.all().delete()
    seen(fresh(order), "lost", hours=3)
    case = again(case)
    assert (case.goods, case.state, case.waits_for) == ("lost", "choosing", "customer" if left else "store")
    assert (live_remedy(case), granted_kinds(case), fresh(order).state) == (None, left, "returned")
    assert set(Notice.objects.values_list("kind", flat=True)) >= {"remedy_gone" if left else "parcel_lost"}
    assert "remedy_waits" not in Notice.objects.values_list("kind", flat=True)
    assert [(each.kind, each.due_at) for each in case.deadlines.filter(state="open")] == [("choose_by" if left else "store_by", case.due_at)]
    with pytest.raises(AvdetError, match="not granted"):
        choose_remedy(case, "redelivery", actor=CUSTOMER, now=NOW)
    if not left:
        asked = {"outcome": "approve", "remedies": ["redelivery", "refund"]}
        override_case(case, asked, reason="it is lost", author=make_staff(case.store, "expert"), now=NOW)
        assert (follow(case).state, Remedy.objects.get(state="chosen").kind) == ("settling", "refund")
    all_is_well(case.store)


def test_goods_of_a_refund_are_lost_on_their_way_back_and_it_stays() -> None:
    case = come_back()
    Case.objects.update(decision={**case.decision, "remedies": ["redelivery", "refund"]})
    choose_remedy(again(case), "redelivery", actor=CUSTOMER, now=NOW)
    order = seen(sent_again(fresh(case.order), hours=1), "refused", hours=2)
    choose_remedy(again(case), "refund", actor=CUSTOMER, now=NOW)
    seen(fresh(order), "lost", hours=3)
    case = again(case)
    assert (case.goods, case.state, case.waits_for, places_for(case)) == ("lost", "settling", "bank", ())


def test_an_order_with_an_open_case_is_left_to_it_and_ends_once_the_case_is_settled() -> None:
    case = come_back()
    for step in (follow, lambda each: each):  # its customer chooses; its goods are to be sent once more
        with pytest.raises(AvdetError, match="case of this order"):
            cancel_order(fresh(case.order), actor=MACHINE, now=NOW, reason="undeliverable")
        assert (fresh(case.order).state, Refund.objects.count()) == ("returned", 0)
        case = step(case)
    mark(fresh(case.order), "recalled", actor=MACHINE, now=NOW)
    assert cancel_recalled(fresh(case.order), now=NOW).state == "returned"


@pytest.mark.parametrize(("end", "ends"), [("withdraw", "cancelled"), ("refuse", "cancelled"), ("give_back", "returned")])
def test_an_order_that_was_called_back_and_came_back_ends_by_itself_once_its_case_has(end: str, ends: str, deferred: Deferred) -> None:
    """Unless its goods are their owner's again: then it is for a colleague to say what is owed."""
    store = make_store("fetrashop")
    order = bought(store, DraftLine(checked_goods(store).sku), delivered=False)
    mark(order, "recalled", actor=MACHINE, now=NOW)
    case = claimed(fresh(order), "not_received")
    assert (case.state, refused(fresh(order), hours=1).state) == ("review", "returned")
    deferred.run(NOW)
    if end == "withdraw":
        withdraw_case(again(case), actor=CUSTOMER, now=NOW)
    else:
        if end == "give_back":
            arrived(case)
        override_case(again(case), {"outcome": "deny"}, reason="it came back", author=make_staff(store, "expert"), now=NOW)
    deferred.run(NOW)
    assert (fresh(order).state, Refund.objects.count()) == (ends, ends == "cancelled")
    if end == "give_back":
        give_back(again(case), actor=MACHINE, now=NOW)
        deferred.run(NOW)
        assert (again(case).state, fresh(order).state, Refund.objects.count()) == ("settled", "returned", 0)
    all_is_well(store)


def test_what_pays_for_a_replacement_does_not_go_back_when_the_first_order_is_cancelled() -> None:
    case = come_back()
    asked = {"outcome": "approve", "remedies": ["redelivery", "replacement"]}
    override_case(case, asked, reason="they need it", author=make_staff(case.store, "expert"), now=NOW)
    sent(fresh(choose_remedy(again(case), "replacement", actor=CUSTOMER, now=NOW).order))
    order = cancel_order(fresh(case.order), actor=MACHINE, now=NOW, reason="undeliverable")
    assert (order.state, Refund.objects.count(), Remedy.objects.get().state) == ("cancelled", 0, "done")
    all_is_well(case.store)
