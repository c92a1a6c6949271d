"""A case that was settled is opened again: what was given stays given, and is given once."""

from __future__ import annotations

from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.cases.overrides import waiting_override, write_override
from avdet.records.cases.queries import events_of
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order, OrderLine
from avdet.records.parcels.queries import cases_to_receive, pieces_here
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.merge_cases import may_merge
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.goods.receive_parcel import receive_unannounced
from avdet.workflows.goods.send_back import give_back, hand_back
from avdet.workflows.money.confirm_refund import confirm_refund, return_refund
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import worth_of
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.remedies import (  # fmt: skip
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


@pytest.fixture
def owner(store: Store) -> User:
    return make_staff(store, "owner")


def paid_back(case: Case) -> Case:
    """Settled by a refund that has arrived."""
    remedy = choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    for refund in Refund.objects.filter(remedy=remedy).select_related("payment__order__store", "store"):
        send_by_hand(refund, now=NOW, actor=MACHINE)
        confirm_refund(Refund.objects.get(pk=refund.pk), reference=f"B{refund.pk}", at=NOW, now=NOW, actor=MACHINE)
    return again(case)


def replaced(case: Case, kind: str = "replacement", **said: Any) -> Case:
    """Settled by goods that were sent anew."""
    remedy = choose_remedy(case, kind, actor=CUSTOMER, now=NOW, **said)
    assert remedy.order is not None
    sent(fresh(remedy.order))
    return again(case)


def opened(case: Case, by: User) -> Case:
    assert case.state == "settled"
    reopen_case(case, why="the owner looks again", author=by, now=NOW)
    return again(case)


def answered(case: Case, by: User) -> Case:
    """The terms have decided again, and what nobody has to choose has been done."""
    answer_case(case, {}, actor=Actor.of(by, "staff", "desk"), now=NOW)
    return follow(again(case))


def claimed_pieces(case: Case) -> int:
    return OrderLine.objects.get(pk=case.order_line_id).claimed_quantity


def given_twice(case: Case, owner: User) -> None:
    """Whatever would be paid beyond what was given already is refused."""
    assert worth_of(case, "refund").amount_minor == 0
    with pytest.raises(AvdetError) as refused:
        choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    assert refused.value.where == "given"


def test_what_was_paid_back_is_not_paid_again_and_its_pieces_are_never_free(store: Store, owner: User) -> None:
    case = answered(opened(paid_back(choosing(store, price_minor=900)), owner), owner)
    assert (case.state, case.settled_before, claimed_pieces(case)) == ("choosing", True, 1)
    given_twice(case, owner)
    case = withdraw_case(case, actor=CUSTOMER, now=NOW)
    assert (case.state, case.waits_for, case.outcome, claimed_pieces(case)) == ("settled", "nobody", "approve", 1)
    assert [(each.kind, each.state) for each in Remedy.objects.all()] == [("refund", "done")]
    assert sum(each.amount_minor for each in Refund.objects.all()) == 900
    with pytest.raises(AvdetError, match="lines"):
        claimed(case.order, key="once more")
    all_is_well(store)


def waiting(case: Case, author: User) -> None:
    """A colleague has asked for something that a second person has to agree to."""
    write_override(case, asked={"return_shipping": "store"}, against=[], reason="a gift", worth_minor=1, author=author, now=NOW, waiting=True)


def test_a_refusal_leaves_standing_what_was_given_and_who_waits_for_a_second_person_waits_no_more(store: Store, owner: User) -> None:
    case = choosing(store, price_minor=900)
    waiting(case, owner)
    case = opened(paid_back(case), owner)
    assert waiting_override(case) is None
    waiting(case, owner)
    assert not may_merge(case, case)
    override_case(case, {"outcome": "deny"}, reason="it was right as it was", author=owner, now=NOW)
    case = again(case)
    assert (case.state, case.waits_for, claimed_pieces(case)) == ("settled", "nobody", 1)
    assert (events_of(case)[-1].kind, waiting_override(case)) == ("stand", None)
    again_opened = opened(case, owner)
    assert (again_opened.settled_before, claimed_pieces(case)) == (True, 1)
    all_is_well(store)


def came_back(case: Case) -> Refund:
    """The bank has sent back what had settled it."""
    refund = Refund.objects.get(remedy__case=case)
    assert return_refund(refund.attempts.get(), code="closed", what="account closed", now=NOW, actor=MACHINE)
    return refund


@pytest.mark.parametrize("decided_first", [False, True])
def test_a_case_whose_money_came_back_and_is_not_owed_any_more_was_given_nothing(store: Store, owner: User, decided_first: bool) -> None:
    """Found by the long simulation: it stayed settled, with nothing given."""
    case = opened(paid_back(choosing(store, price_minor=900)), owner)
    refund = came_back(case)
    if decided_first:
        override_case(case, {"outcome": "deny"}, reason="it was right as it was", author=owner, now=NOW)
        assert again(case).state == "settled"
    void_refund(refund, why="the expert decides", now=NOW, actor=MACHINE)
    case = again(case)
    assert (case.state, case.settled_before, claimed_pieces(case)) == ("choosing" if decided_first else "review", False, 1)
    if decided_first:
        assert choose_remedy(case, "refund", actor=CUSTOMER, now=NOW).amount_minor == 900
    else:
        override_case(case, {"outcome": "deny"}, reason="not theirs", author=owner, now=NOW)
    assert (again(case).state, claimed_pieces(case)) == (("settling", 1) if decided_first else ("denied", 0))
    all_is_well(store)


def test_fewer_pieces_than_were_paid_for_cannot_be_found(store: Store, owner: User) -> None:
    case = opened(paid_back(choosing(store, quantity=2, price_minor=900)), owner)
    findings = Findings(1, "confirmed", within_rules=True)
    with pytest.raises(AvdetError) as refused:
        inspect_case(case.pk, findings, revision=case.revision, by=owner, actor=MACHINE, now=NOW)
    assert refused.value.where == "quantity"


def test_after_a_replacement_a_second_one_is_paid_for(store: Store, owner: User) -> None:
    case = answered(opened(replaced(choosing(store, price_minor=900)), owner), owner)
    given_twice(case, owner)
    with pytest.raises(Conflict):  # nobody has shown them that they are to pay for it
        choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW)
    second = choose_remedy(case, "replacement", actor=CUSTOMER, now=NOW, difference_minor=900)
    assert (second.state, second.difference_minor) == ("awaiting_payment", 900)
    assert [each.state for each in Remedy.objects.filter(case=case).order_by("pk")] == ["done", "awaiting_payment"]
    all_is_well(store)


def test_what_another_product_left_over_is_what_is_left(store: Store, owner: User) -> None:
    make_product(store, "cheap", price_minor=600)
    case = replaced(choosing(store, price_minor=900), "other_product", sku="cheap", difference_minor=-300)
    assert Refund.objects.get().amount_minor == 300
    case = answered(opened(case, owner), owner)
    given_twice(case, owner)
    Refund.objects.update(state="void")
    assert worth_of(case, "refund").amount_minor == 300


def test_goods_that_went_back_are_claimed_again_and_may_be_sent_in_once_more(store: Store, owner: User) -> None:
    case = follow(examined(arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)))), "not_confirmed"))
    hand_back(case, carrier="Tipax", tracking_number="1", actor=MACHINE, now=NOW)
    give_back(again(case), actor=MACHINE, now=NOW)
    assert claimed_pieces(case) == 0
    case = opened(again(case), owner)
    assert (case.state, case.goods, case.settled_before, claimed_pieces(case)) == ("review", "with_customer", False, 1)
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="our bench was wrong", author=owner, now=NOW)
    case = follow(again(case))
    assert (case.state, Refund.objects.get().amount_minor) == ("settling", case.order.total_minor)
    assert sorted(Remedy.objects.values_list("kind", "state")) == [("refund", "chosen"), ("send_back", "done")]
    all_is_well(store)


def test_goods_that_are_sent_in_once_more_are_counted_anew(store: Store, owner: User) -> None:
    order = bought(store, DraftLine(checked_goods(store).sku, 2))
    case = follow(examined(arrived(claimed(order, quantity=2)), "not_confirmed"))
    hand_back(case, carrier="Tipax", tracking_number="1", actor=MACHINE, now=NOW)
    give_back(again(case), actor=MACHINE, now=NOW)
    case = opened(again(case), owner)
    assert (case.state, case.goods, cases_to_receive(order)) == ("review", "with_customer", {case: 2})
    receive_unannounced(store, order, {case.pk: 1}, actor=MACHINE, now=NOW)
    assert (again(case).goods, pieces_here(case), cases_to_receive(order)) == ("arrived", 1, {case: 1})
    receive_unannounced(store, order, {case.pk: 1}, actor=MACHINE, now=NOW)
    assert (pieces_here(case), cases_to_receive(order)) == (2, {})
    case = examined(again(case), by=owner)
    assert case.state == "choosing"
    assert worth_of(case, "refund").amount_minor == case.order_line.total_minor
    all_is_well(store)


def test_goods_that_were_claimed_otherwise_meanwhile_stay_so(store: Store, owner: User) -> None:
    case = follow(examined(arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)))), "not_confirmed"))
    hand_back(case, carrier="Tipax", tracking_number="1", actor=MACHINE, now=NOW)
    give_back(again(case), actor=MACHINE, now=NOW)
    claimed(case.order, key="another")
    with pytest.raises(AvdetError, match="lines"):
        opened(again(case), owner)


def test_a_replacement_is_claimed_like_any_goods_and_is_paid_back_from_the_first_payment(store: Store, owner: User) -> None:
    first = replaced(choosing(store, price_minor=900))
    made = Order.objects.get(follows=first.order)
    case = examined(arrived(claimed(fresh(made))))
    choose_remedy(case, "refund", actor=CUSTOMER, now=NOW)
    assert [(each.amount_minor, each.payment.order_id) for each in Refund.objects.all()] == [(900, first.order_id)]
    with pytest.raises(AvdetError, match="lines"):
        claimed(first.order, key="the first one too")
    assert worth_of(opened(first, owner), "refund").amount_minor == 0
    all_is_well(store)
