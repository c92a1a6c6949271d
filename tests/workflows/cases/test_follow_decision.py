"""What follows from a decision where nobody has a choice: a maker who is heard first, and a piece that was never in the box."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Stock
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.queries import to_pay_minor
from avdet.records.outbox.models import Notice
from avdet.records.remedies.models import Remedy
from avdet.records.remedies.queries import claim_of_case
from avdet.workflows.goods.dispose_goods import places_for
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import NOW, make_product, make_store
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


def test_until_the_makers_representative_has_been_heard_nothing_is_decided() -> None:
    """FET-INSP-8."""
    store = make_store("fetrashop")
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku))))
    case = follow(examined(case, makers_opinion_needed=True))
    assert (case.state, case.outcome, case.waits_for, case.decision["remedies"]) == ("review", "review", "store", ["makers_representative"])
    assert (places_for(case), Remedy.objects.count()) == ((), 0)
    with pytest.raises(AvdetError):
        choose_remedy(case, "makers_representative", actor=CUSTOMER, now=NOW)
    heard = examined(case, makers_opinion_needed=False)
    assert (heard.state, heard.waits_for) == ("choosing", "customer")
    all_is_well(store)


@pytest.mark.parametrize(("reason", "then"), [("withdrawal", ("settling", "bank")), ("defect", ("choosing", "customer"))])
def test_who_forgot_the_gift_is_told_once_what_waits_for_it(reason: str, then: tuple[str, str]) -> None:
    store = make_store()
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)), reason))
    case = follow(follow(examined(case, checklist={"gift_back": False})))
    assert (case.state, case.waits_for, Remedy.objects.count()) == ("choosing", "store", 0)
    assert {(each.channel, each.values["case"]) for each in Notice.objects.filter(kind="gift_missing")} == {("email", case.number), ("sms", case.number)}
    case = follow(examined(case, checklist={"gift_back": True}))
    assert (case.state, case.waits_for) == then
    assert Notice.objects.filter(kind="gift_missing").count() == 2


def test_what_no_customer_can_choose_waits_for_a_colleague() -> None:
    case = choosing(make_store("fetrashop"))
    Case.objects.filter(pk=case.pk).update(decision={**case.decision, "remedies": ["second_visit"]})
    case = follow(again(case))
    assert (case.state, case.waits_for, Remedy.objects.count()) == ("choosing", "store", 0)


def test_a_choice_that_is_open_stays_the_customers() -> None:
    case = follow(choosing(make_store("fetrashop")))
    assert (case.state, case.waits_for, Remedy.objects.count()) == ("choosing", "customer", 0)


def test_a_piece_that_was_not_in_the_box_is_sent_after_it_and_nothing_comes_back() -> None:
    """OFI-10.2 and OFI-10.3: the store corrects it, at its own cost."""
    store = make_store("ofiskutum")
    goods = make_product(store, "CHAIR", price_minor=1_000, on_hand=5)
    case = claimed(bought(store, DraftLine(goods.sku, 2)), "missing_parts")
    assert (case.state, case.waits_for) == ("approved", "store")
    before = Stock.objects.get(product=goods).on_hand
    case = follow(examined(case))
    remedy = Remedy.objects.select_related("order").get()
    assert remedy.order is not None
    assert (remedy.kind, to_pay_minor(remedy.order), remedy.order.lines.get().quantity) == ("correction", 0, 1)
    assert (case.state, case.goods, Stock.objects.get(product=goods).reserved) == ("settling", "with_customer", 1)
    sent(remedy.order)
    case = again(case)
    assert (case.state, case.goods, places_for(case), Stock.objects.get(product=goods).on_hand) == ("settled", "with_customer", (), before - 1)
    with pytest.raises(AvdetError):  # it has been put right: the same piece is not missing twice
        claimed(case.order, "missing_parts", quantity=2, key="again")
    all_is_well(store)


def test_what_was_refused_at_the_door_is_examined_and_delivered_again() -> None:
    """PPS-TRN-4."""
    store = make_store("persianpetshop")
    goods = make_product(store, "CAGE", on_hand=5)
    order = bought(store, DraftLine(goods.sku), delivered=False)
    for at, kind in enumerate(("refused", "returned")):
        seen = Sighting(kind, NOW + timedelta(hours=at - 9))
        record_delivery(order, deliveries_of(order)[0], seen, source="carrier", actor=MACHINE, now=seen.at)
    order = fresh(order)
    case = arrived(claimed(order, "transit_damage"))
    assert (order.state, case.decision["remedies"]) == ("returned", ["redelivery"])
    case = follow(examined(case))
    assert (Remedy.objects.get().kind, Remedy.objects.get().state, case.state, places_for(case)) == ("redelivery", "preparing", "settling", ())
    again_out = hand_over(fresh(order), actor=MACHINE, now=NOW, source="desk", carrier="Tipax")
    record_delivery(fresh(order), again_out, Sighting("delivered", NOW), source="carrier", actor=MACHINE, now=NOW)
    case = again(case)
    assert (case.state, case.goods, Remedy.objects.get().state) == ("settled", "given_back", "done")
    assert order.lines.get().claimed_quantity == 0  # they may be claimed like any
    all_is_well(store)


@pytest.mark.parametrize("reported", [False, True])
def test_a_carrier_is_asked_for_damage_only_where_it_has_reported_it(reported) -> None:
    """OFI-6.2 and OFI-7.2: without its report the store has no claim on it either."""
    store = make_store("ofiskutum")
    order = bought(store, DraftLine(make_product(store, "DESK", on_hand=5).sku))
    case = follow(claimed(order, "transit_damage", carrier_report=reported, visible_at_delivery=False))
    assert (case.state == "denied", claim_of_case(case) is not None) == (not reported, reported)
