"""A parcel is announced and sent: what is refused, who pays, which ways are open, and what its cases become."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code, parcels_of_order
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.claims.supply_evidence import supply_evidence
from avdet.workflows.goods.announce_parcel import announce_parcel, give_return_code, withdraw_parcel
from avdet.workflows.goods.hand_out_codes import hand_out_codes
from avdet.workflows.goods.receive_parcel import receive_parcel
from avdet.workflows.goods.return_ways import Allowed, demands, return_address, set_ways, ways_for
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel
from tests.factories import make_store
from tests.workflows.sending import CUSTOMER, EXPERT, NOW, claimed, delivered_order

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def announced(**fields: Any) -> Parcel:
    order = delivered_order(**fields)
    return announce_parcel(order, [case.pk for case in claimed(order)], "post", actor=CUSTOMER, now=NOW)


def whole(parcel: Parcel) -> Parcel:
    found = parcel_by_code(parcel.store, parcel.code)
    assert found is not None
    return found


def keys(case: Case, language: str = "fa") -> list[str]:
    return [way.key for way in ways_for(case.order, [case], language)]


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_a_case_of_another_order_is_not_sent_with_it() -> None:
    order, other = delivered_order(), delivered_order(make_store("persianpetshop"))
    (case,) = claimed(other)
    for ids in ([case.pk], [10**9], []):
        with pytest.raises(AvdetError, match="no case"):
            announce_parcel(order, ids, "post", actor=CUSTOMER, now=NOW)
    assert not Parcel.objects.exists()


def test_what_is_refused_missing_or_in_a_parcel_already_is_not_sent() -> None:
    order = delivered_order()
    (denied,) = claimed(order, reason="withdrawal", sealed=False)
    (case,) = claimed(order, key="l")
    with pytest.raises(AvdetError, match="not to be sent"):
        announce_parcel(order, [denied.pk], "post", actor=CUSTOMER, now=NOW)
    announce_parcel(order, [case.pk], "post", actor=CUSTOMER, now=NOW)
    with pytest.raises(AvdetError, match="not to be sent"):
        announce_parcel(order, [case.pk], "post", actor=CUSTOMER, now=NOW)
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize("way", ["carrier_code", "in_person", "by pigeon", ""])
def test_a_way_that_is_not_open_is_refused(way: str) -> None:
    order = delivered_order(address={"country": "IR", "province": "Shiraz", "street": "1"})
    (case,) = claimed(order)
    with pytest.raises(AvdetError, match="not a way"):
        announce_parcel(order, [case.pk], way, actor=CUSTOMER, now=NOW)


def test_a_parcel_that_left_or_was_taken_back_cannot_be_taken_back() -> None:
    parcel = announced()
    send_parcel(whole(parcel), actor=CUSTOMER, now=LATER)
    with pytest.raises(AvdetError, match="cannot cancel"):
        withdraw_parcel(whole(parcel), actor=CUSTOMER, now=LATER)


def test_of_two_who_send_it_at_once_one_is_told() -> None:
    parcel = announced()
    one, two = whole(parcel), whole(parcel)
    send_parcel(one, tracking_number="1", actor=CUSTOMER, now=LATER)
    with pytest.raises(Conflict):
        send_parcel(two, tracking_number="2", actor=EXPERT, now=LATER)
    assert whole(parcel).tracking_number == "1"


@pytest.mark.parametrize("number", ["9" * 81, "a\nb"])
def test_a_tracking_number_that_is_none_is_refused(number: str) -> None:
    parcel = announced()
    with pytest.raises(AvdetError, match="tracking_number"):
        send_parcel(whole(parcel), tracking_number=number, actor=CUSTOMER, now=LATER)


# ---- ways ------------------------------------------------------------------------------------------------------------


def test_the_clauses_narrow_the_ways() -> None:
    offykala = delivered_order(make_store("offykala"))
    (case,) = claimed(offykala)
    assert keys(case) == ["express_post"]
    assert ways_for(offykala, [case], "fa")[0].clauses == ("OFK-SEND-8",)


def test_a_courier_collects_and_goods_are_brought_where_the_clauses_say_so() -> None:
    (tehran,) = claimed(delivered_order())
    assert keys(tehran) == ["express_post", "post", "tipax", "courier"]
    pets = make_store("persianpetshop")
    (near,) = claimed(delivered_order(pets, traits=()))
    (far,) = claimed(delivered_order(pets, traits=(), address={"country": "IR", "province": "Shiraz", "street": "1"}))
    assert keys(near)[-1] == "in_person"
    assert "in_person" not in keys(far)


def test_the_carriers_code_is_for_those_whom_the_store_pays_for() -> None:
    store = make_store("ofiskutum")
    (case,) = claimed(delivered_order(store, traits=(), address={"country": "TR", "province": "Ankara", "street": "1"}), reason="wrong_item")
    assert keys(case) == ["carrier_code", "carrier"]
    case.decision = {**case.decision, "return_shipping": "customer"}
    assert keys(case) == ["carrier"]


def test_a_store_chooses_its_ways_and_where_they_hold() -> None:
    order = delivered_order()
    (case,) = claimed(order)
    set_ways(order.store, [Allowed("in_person", ("karaj",)), Allowed("tipax", (), {"fa": "با بیمه"})], {"fa": "تهران"}, actor=EXPERT, now=NOW)
    assert [(way.key, way.note, way.carrier) for way in ways_for(order, [case], "tr")] == [("tipax", "با بیمه", "tipax")]
    assert return_address(order.store, "en") == "تهران"
    for wrong in ([], [Allowed("pigeon")], [Allowed("post", ("paris",))], [Allowed("post", (), {"fa": "x" * 401})]):
        with pytest.raises(AvdetError):
            set_ways(order.store, wrong, {}, actor=EXPERT, now=NOW)
    with pytest.raises(AvdetError, match="address"):
        set_ways(order.store, [Allowed("post")], {"fa": "x" * 601}, actor=EXPERT, now=NOW)


def test_each_demand_has_its_clause_beside_it() -> None:
    (case,) = claimed(delivered_order(make_store("offykala")))
    assert demands([case])["signed_fault_note"] == ("OFK-SEND-5",)
    assert demands([case])["express_post_only"] == ("OFK-SEND-8",)


# ---- the way of a parcel ---------------------------------------------------------------------------------------------


def test_several_cases_of_an_order_travel_together_and_are_arranged_by_it() -> None:
    order = delivered_order(products=2)
    cases = claimed(order, reason="mismatch")
    parcel = announce_parcel(order, [case.pk for case in cases], "tipax", actor=CUSTOMER, now=NOW)
    assert (parcel.paid_by, parcel.carrier, parcel.items.count(), len(parcel.code)) == ("store", "tipax", 2, 9)
    case = Case.objects.get(pk=cases[0].pk)
    assert case.answers["arranged"] is True
    assert [event.kind for event in events_of(case)][-1] == "parcel_announced"
    assert broken(case, events_of(case)) is None


def test_taken_back_it_may_be_announced_again() -> None:
    parcel = announced()
    withdraw_parcel(whole(parcel), actor=CUSTOMER, now=LATER)
    assert parcel.order is not None
    again = announce_parcel(parcel.order, [parcel.items.get().case_id], "post", actor=CUSTOMER, now=LATER)
    assert [each.state for each in parcels_of_order(parcel.order)] == ["announced", "cancelled"]
    assert again.code != parcel.code


def test_sent_its_goods_are_on_the_way_and_the_carrier_is_waited_for_until_a_day() -> None:
    parcel = announced()
    case = parcel.items.get().case
    CaseDeadline.objects.create(case=case, kind="send_by", binds="customer", due_at=LATER, since=NOW, after="reported")
    send_parcel(whole(parcel), tracking_number=" 123 ", actor=CUSTOMER, now=LATER)
    case.refresh_from_db()
    assert (whole(parcel).state, whole(parcel).tracking_number) == ("sent", "123")
    assert (case.goods, case.waits_for, case.due_at) == ("on_the_way", "carrier", LATER + timedelta(days=14))
    assert case.deadlines.get(kind="send_by").state == "met"
    assert "late" not in events_of(case)[-1].facts
    send_parcel(whole(parcel), tracking_number="124", actor=CUSTOMER, now=LATER)
    assert whole(parcel).tracking_number == "124"


def test_sent_late_it_is_taken_all_the_same_and_said_to_be_late() -> None:
    parcel = announced()
    case = parcel.items.get().case
    CaseDeadline.objects.create(case=case, kind="send_by", binds="customer", due_at=NOW, since=NOW, after="reported", state="missed")
    CaseDeadline.objects.create(case=case, kind="evidence_by", binds="customer", due_at=LATER, since=NOW, after="evidence_asked")
    Case.objects.update(state="evidence", waits_for="customer", due_at=LATER)
    send_parcel(whole(parcel), actor=CUSTOMER, now=LATER)
    assert events_of(case)[-1].facts["late"] is True
    case.refresh_from_db()
    assert (case.goods, case.waits_for, case.due_at) == ("on_the_way", "customer", LATER)  # something is still to be shown


def test_lost_a_person_decides_and_it_may_still_turn_up() -> None:
    parcel = announced()
    send_parcel(whole(parcel), actor=CUSTOMER, now=LATER)
    promised = CaseDeadline.objects.create(case=parcel.items.get().case, kind="refund_by", binds="store", due_at=LATER, since=NOW, after="reported")
    lose_parcel(whole(parcel), actor=EXPERT, now=LATER)
    case = parcel.items.get().case
    assert (whole(parcel).state, case.goods, case.state, case.waits_for) == ("lost", "lost", "review", "store")
    assert case.due_at == promised.due_at  # what the store has promised runs on
    assert Notice.objects.filter(kind="parcel_lost").count() == 2
    for work in (answer_case, supply_evidence):
        with pytest.raises(AvdetError, match="lost"):
            work(case, {}, actor=EXPERT, now=LATER)
    receive_parcel(parcel.pk, {case.pk: 1}, found="whole", actor=EXPERT, now=LATER)
    case.refresh_from_db()
    assert (case.goods, case.state, case.waits_for) == ("arrived", "review", "store")


# ---- the carrier's codes ---------------------------------------------------------------------------------------------


def with_code(store: Store, key: str) -> Parcel:
    order = delivered_order(store, traits=(), address={"country": "TR", "province": "Ankara", "street": "1"})
    return announce_parcel(order, [case.pk for case in claimed(order, reason="wrong_item", key=key)], "carrier_code", actor=CUSTOMER, now=NOW)


def test_codes_are_given_once_each_and_the_customer_is_told() -> None:
    store = make_store("ofiskutum")
    first, second = with_code(store, "1"), with_code(store, "2")
    assert hand_out_codes(store, "RC-1\n RC-1\n\n", actor=EXPERT, now=NOW) == (1, 1)
    assert hand_out_codes(store, "RC-1\nRC-2\nRC-3", actor=EXPERT, now=NOW) == (1, 2)
    assert [whole(each).return_code for each in (first, second)] == ["RC-1", "RC-2"]
    assert Notice.objects.filter(kind="return_code").count() == 4
    with pytest.raises(AvdetError, match="another parcel"):
        give_return_code(whole(second), "RC-1", actor=EXPERT, now=NOW)


@pytest.mark.parametrize("code", ["", " ", "x" * 81, "a\tb"])
def test_what_is_no_code_is_refused(code: str) -> None:
    parcel = with_code(make_store("ofiskutum"), "1")
    with pytest.raises(AvdetError):
        give_return_code(whole(parcel), code, actor=EXPERT, now=NOW)


def test_a_parcel_that_the_customer_pays_needs_no_code() -> None:
    with pytest.raises(AvdetError, match="needs no"):
        give_return_code(whole(announced()), "RC-1", actor=EXPERT, now=NOW)
