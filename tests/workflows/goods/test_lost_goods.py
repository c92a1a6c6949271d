"""Goods that a carrier has lost, on either way: a person decides, and the case ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.models import Stock
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import cases_to_receive, to_examine
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.carrier_claim import answer_claim
from avdet.workflows.goods.dispose_goods import KEPT, dispose_goods, places_for
from avdet.workflows.goods.open_carrier_claim import carrier_answers, open_carrier_claim
from avdet.workflows.goods.receive_parcel import receive_unannounced
from avdet.workflows.goods.send_back import hand_back, lose_goods
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import NOW, make_staff, make_store
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    again,
    all_is_well,
    arrived,
    bought,
    checked_goods,
    claimed,
    examined,
    follow,
)

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"actor": MACHINE, "now": NOW}


@pytest.fixture
def store(db: None) -> Store:
    return make_store("fetrashop")


def lost_on_the_way_in(store: Store, *, paid_by: str = "store", quantity: int = 1) -> Case:
    order = bought(store, DraftLine(checked_goods(store).sku, quantity))
    parcel = announce_parcel(order, [claimed(order, quantity=quantity).pk], "post", actor=CUSTOMER, now=NOW)
    Parcel.objects.filter(pk=parcel.pk).update(paid_by=paid_by)
    send_parcel(parcel, carrier="Tipax", **ACT)
    parcel.refresh_from_db()
    lose_parcel(parcel, **ACT)
    return again(parcel.items.get().case)


def lost_on_the_way_back(store: Store) -> Case:
    order = bought(store, DraftLine(checked_goods(store).sku))
    case = follow(examined(arrived(claimed(order)), "not_confirmed"))
    with pytest.raises(AvdetError):
        lose_goods(case, **ACT)
    hand_back(case, carrier="Mahex", tracking_number="M1", **ACT)
    due = CaseDeadline.objects.get(case=case, state="open")
    assert (due.kind, due.binds, due.due_at, again(case).due_at) == ("carrier_by", "carrier", NOW + timedelta(days=14), due.due_at)
    lose_goods(again(case), **ACT)
    return again(case)


def granted(case: Case, *remedies: str) -> Case:
    expert = make_staff(case.store, "expert")
    override_case(case, {"outcome": "approve", "remedies": list(remedies)}, reason="it is lost", author=expert, now=NOW)
    return follow(case)


def paid_out(case: Case) -> Case:
    for refund in Refund.objects.select_related("payment__order__store", "store"):
        send_by_hand(refund, **ACT)
        confirm_refund(Refund.objects.get(pk=refund.pk), reference=f"B{refund.pk}", at=NOW, **ACT)
    return again(case)


def test_lost_on_its_way_in_what_is_granted_can_be_chosen_at_once(store: Store) -> None:
    case = granted(lost_on_the_way_in(store), "replacement", "refund")
    assert (case.state, case.goods, case.waits_for, case.due_at) == ("choosing", "lost", "customer", NOW + timedelta(days=14))
    receive_unannounced(case.store, case.order, {case.pk: 1}, **ACT)  # it turns up, and what was granted stays granted
    case = again(case)
    assert (case.goods, case.state, case.waits_for, case.due_at) == ("arrived", "choosing", "customer", NOW + timedelta(days=14))
    choose_remedy(case, "refund", **ACT)
    due = CaseDeadline.objects.get(case=case, state="open")
    assert (due.kind, due.due_at) == ("refund_by", Refund.objects.get().due_by)
    assert (paid_out(case).state, CaseDeadline.objects.get(pk=due.pk).state) == ("settled", "met")
    all_is_well(store)


@pytest.mark.parametrize("lose", [lost_on_the_way_in, lost_on_the_way_back])
def test_lost_on_either_way_its_case_ends_with_what_an_expert_grants(store: Store, lose: Any) -> None:
    case = lose(store)
    assert (case.state, case.goods, case.waits_for, case.ended_at) == ("review", "lost", "store", None)
    assert Notice.objects.filter(kind="parcel_lost").count() == 2
    claim = open_carrier_claim(case, **ACT)
    assert claim.carrier == ("Tipax" if lose is lost_on_the_way_in else "Mahex")
    answer_claim(claim, confirmed=True, **ACT)
    assert again(case).state == "review"
    case = granted(again(case), "refund")  # the one that there is was taken by itself
    assert (case.state, case.waits_for, Remedy.objects.get(state="chosen").kind) == ("settling", "bank", "refund")
    case = paid_out(case)
    assert (case.state, case.goods, case.waits_for, case.order_line.claimed_quantity) == ("settled", "lost", "nobody", 1)
    all_is_well(store)


@pytest.mark.parametrize(("lose", "places"), [(lost_on_the_way_in, KEPT[1:]), (lost_on_the_way_back, KEPT)])
@pytest.mark.parametrize("paid", [False, True])
def test_what_turns_up_after_it_was_paid_for_is_put_in_its_place_once(store: Store, lose: Any, places: Any, paid: bool) -> None:
    case = granted(lose(store), "refund")
    case = paid_out(case) if paid else case
    ended = case.ended_at
    Notice.objects.all().delete()
    receive_unannounced(store, case.order, {case.pk: 1}, **ACT)
    case = again(case)
    assert (case.state, case.goods, case.waits_for) == (("settled", "arrived", "store") if paid else ("settling", "arrived", "bank"))
    assert (case.ended_at, Notice.objects.filter(kind="parcel_arrived").exists()) == (ended, False)
    case = case if paid else paid_out(case)
    assert (case.state, case.waits_for, [each.pk for each in to_examine(store).rows]) == ("settled", "store", [case.pk])
    assert places_for(case) == places
    with pytest.raises(AvdetError):
        inspect_case(case.pk, Findings(1, "confirmed"), revision=case.revision, by=make_staff(store, "expert"), **ACT)
    before = Stock.objects.get(product=case.order_line.product_id).on_hand
    dispose_goods(case.pk, places[0], revision=case.revision, **ACT)
    case = again(case)
    assert (case.state, case.goods, case.waits_for, Refund.objects.count()) == ("settled", "kept", "nobody", 1)
    assert Stock.objects.get(product=case.order_line.product_id).on_hand - before == (places[0] == "stock")
    with pytest.raises(AvdetError):
        dispose_goods(case.pk, "scrap", revision=case.revision, **ACT)
    all_is_well(store)


def test_of_lost_goods_that_turn_up_one_after_the_other_each_piece_is_put_in_its_place_once(store: Store) -> None:
    """A case about three pieces that was paid for: one comes, then another while that one lies there, then the last."""
    case = paid_out(granted(lost_on_the_way_in(store, quantity=3), "refund"))
    expert = make_staff(store, "expert")
    kept: list[tuple[str, Any]] = []
    for pieces, place in ((1, True), (1, False), (1, True)):
        with pytest.raises(AvdetError):
            receive_unannounced(store, case.order, {case.pk: sum(cases_to_receive(case.order).values()) + 1}, **ACT)
        receive_unannounced(store, case.order, {case.pk: pieces}, **ACT)
        case = again(case)
        assert (case.state, case.goods, case.waits_for) == ("settled", "arrived", "store")
        if place:
            dispose_goods(case.pk, "supplier", revision=case.revision, actor=Actor.of(expert, "staff", "desk"), now=NOW)
            case = again(case)
            kept.append((case.goods, events_of(case)[-1].facts["pieces"]))
            assert (case.state, case.waits_for) == ("settled", "nobody")
    assert (kept, cases_to_receive(case.order), Refund.objects.count()) == ([("lost", 1), ("kept", 2)], {}, 1)
    all_is_well(store)


def test_lost_on_its_way_back_an_expert_may_leave_it_at_the_refusal(store: Store) -> None:
    case = lost_on_the_way_back(store)
    override_case(case, {"outcome": "deny"}, reason="paid as goodwill", author=make_staff(store, "expert"), now=NOW)
    case = follow(case)
    assert (case.state, case.waits_for, case.order_line.claimed_quantity) == ("denied", "nobody", 0)
    assert [event.kind for event in events_of(case)][-4:] == ["lose", "look_again", "overridden", "deny"]
    all_is_well(store)


def test_no_carrier_answers_to_the_store_for_what_a_customer_paid_it_for(store: Store) -> None:
    case = lost_on_the_way_in(store, paid_by="customer")
    assert not carrier_answers(case)
    with pytest.raises(AvdetError, match="no carrier"):
        open_carrier_claim(case, carrier="Tipax", **ACT)
