"""A parcel arrives: another store's, twice, whole, short, empty, wrong, unannounced, nobody's; and the clock that begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import cases_to_receive, parcel_by_code, pieces_here, to_examine
from avdet.records.parcels.queries import events_of as parcel_events
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.goods.announce_parcel import announce_parcel, rest_of
from avdet.workflows.goods.receive_parcel import know_parcel, pieces_said, receive_parcel, receive_unannounced, scan
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel
from tests.factories import make_staff, make_store
from tests.workflows.sending import CUSTOMER, EXPERT, NOW, claimed, delivered_order

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=20)


def announced(quantity: int = 1, **fields: Any) -> tuple[Parcel, Case]:
    order = delivered_order(**fields)
    (case,) = claimed(order, quantity=quantity)
    return announce_parcel(order, [case.pk], "post", actor=CUSTOMER, now=NOW), case


def receive(parcel: Parcel, pieces: dict[int, int], found: str = "whole", **said: Any) -> Parcel:
    return receive_parcel(parcel.pk, pieces, found=found, actor=EXPERT, now=LATER, **said)


def told() -> set[str]:
    return set(Notice.objects.values_list("kind", flat=True)) - {"claim_filed"}


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_another_stores_parcel_leads_nowhere_and_nothing_of_it_is_told() -> None:
    parcel, case = announced()
    send_parcel(parcel, tracking_number="T-1", actor=CUSTOMER, now=NOW)
    other = make_store("offykala")
    for said in (parcel.code, "T-1", case.number, case.order.number, "", "x" * 200):
        found = scan(other, said)
        assert (list(found.parcels), found.order, found.case) == ([], None, None)


@pytest.mark.parametrize("found", ["wrong", "", "half"])
@pytest.mark.parametrize("pieces", [-1, 2])
def test_more_than_was_announced_and_less_than_nothing_is_refused(found: str, pieces: int) -> None:
    parcel, case = announced()
    with pytest.raises(AvdetError):
        receive(parcel, {case.pk: pieces}, "whole" if found == "wrong" else found)
    assert not parcel_events(parcel)[1:]


@pytest.mark.parametrize(("found", "pieces"), [("whole", 1), ("whole", 0), ("short", 0)])
def test_a_count_that_contradicts_what_was_found_is_refused(found: str, pieces: int) -> None:
    parcel, case = announced(quantity=2)
    with pytest.raises(AvdetError, match="do not go"):
        receive(parcel, {case.pk: pieces}, found)


def test_it_arrives_once() -> None:
    parcel, case = announced()
    receive(parcel, {case.pk: 1})
    with pytest.raises(AvdetError, match="cannot arrive"):
        receive(parcel, {case.pk: 1})
    assert pieces_here(case) == 1


def test_a_case_of_another_order_did_not_lie_in_it() -> None:
    _, case = announced()
    order = delivered_order(make_store("persianpetshop"), traits=())
    for arrived in ({case.pk: 1}, {10**9: 1}):
        with pytest.raises(AvdetError, match="not expected"):
            receive_unannounced(order.store, order, arrived, actor=EXPERT, now=LATER)
    with pytest.raises(AvdetError, match="another store"):
        know_parcel(receive_unannounced(order.store, None, {}, actor=EXPERT, now=LATER).pk, case.order, {case.pk: 1}, actor=EXPERT, now=LATER)


@pytest.mark.parametrize("text", ["", "-1", "a", "۱۲x", "9" * 8])
def test_what_is_no_number_of_pieces_is_refused(text: str) -> None:
    with pytest.raises(AvdetError):
        pieces_said([(1, text)])


# ---- arrivals --------------------------------------------------------------------------------------------------------


def test_whole_it_starts_the_clock_and_the_customer_is_told() -> None:
    parcel, case = announced()
    send_parcel(parcel, actor=CUSTOMER, now=NOW)
    arrived = receive(parcel_by_code(parcel.store, parcel.code) or parcel, {case.pk: 1}, words="dent in the corner")
    case.refresh_from_db()
    due = case.deadlines.get(kind="decide_by")
    assert (arrived.state, arrived.note) == ("arrived", "dent in the corner")
    assert (case.goods, case.arrived_at, case.waits_for, case.state) == ("arrived", LATER, "store", "approved")
    assert (due.state, due.clauses, due.binds, case.due_at) == ("open", ["FET-INSP-1"], "store", due.due_at)
    assert timedelta(days=7) <= due.due_at - LATER < timedelta(days=8)
    assert told() == {"parcel_arrived"}
    assert broken(case, events_of(case)) is None
    assert [each.pk for each in to_examine(case.store).rows] == [case.pk]


def test_short_it_is_counted_and_the_rest_is_asked_for_and_may_follow() -> None:
    parcel, case = announced(quantity=3)
    receive(parcel, {case.pk: 2}, "short")
    case.refresh_from_db()
    assert (case.goods, pieces_here(case), told()) == ("arrived", 2, {"parcel_short"})
    assert [event.kind for event in parcel_events(parcel)] == ["announced", "arrive", "short"]
    with pytest.raises(AvdetError, match="more pieces"):
        receive_unannounced(case.store, case.order, {case.pk: 2}, actor=EXPERT, now=LATER)
    receive_unannounced(case.store, case.order, {case.pk: 1}, actor=EXPERT, now=LATER)
    assert (pieces_here(case), cases_to_receive(case.order), rest_of(case)) == (3, {}, 0)


def test_the_rest_of_a_short_parcel_is_announced_once_and_comes_in_a_second_one() -> None:
    parcel, case = announced(quantity=3)
    receive(parcel, {case.pk: 2}, "short")
    case.refresh_from_db()
    assert rest_of(case) == 1
    second = announce_parcel(case.order, [case.pk], "post", actor=CUSTOMER, now=LATER)
    with pytest.raises(AvdetError, match="not to be sent"):
        announce_parcel(case.order, [case.pk], "post", actor=CUSTOMER, now=LATER)
    assert [item.announced for item in second.items.all()] == [1]
    send_parcel(second, actor=CUSTOMER, now=LATER)
    receive(second, {case.pk: 1})
    case.refresh_from_db()
    assert (case.goods, case.state, pieces_here(case), rest_of(case)) == ("arrived", "approved", 3, 0)
    with pytest.raises(AvdetError, match="not to be sent"):
        announce_parcel(case.order, [case.pk], "post", actor=CUSTOMER, now=LATER)


@pytest.mark.parametrize("found", ["empty", "wrong"])
def test_without_its_goods_a_person_decides_and_the_customer_is_told(found: str) -> None:
    parcel, case = announced()
    send_parcel(parcel, actor=CUSTOMER, now=NOW)
    receive(parcel_by_code(parcel.store, parcel.code) or parcel, {case.pk: 1}, found)
    case.refresh_from_db()
    assert (case.goods, case.state, case.waits_for, pieces_here(case)) == ("with_customer", "review", "store", 0)
    assert told() == {"parcel_wrong"}
    assert not case.deadlines.filter(state="open", binds="customer").exists()
    with pytest.raises(AvdetError, match="not to be sent"):
        announce_parcel(case.order, [case.pk], "post", actor=CUSTOMER, now=LATER)
    expert = make_staff(case.store, "expert")
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="the carrier's scale shows it", author=expert, now=LATER)
    again = announce_parcel(case.order, [case.pk], "post", actor=CUSTOMER, now=LATER)
    receive(again, {case.pk: 1})
    case.refresh_from_db()
    assert (case.goods, case.waits_for, broken(case, events_of(case))) == ("arrived", "store", None)


def test_of_two_cases_one_may_be_missing() -> None:
    order = delivered_order(products=2)
    here, missing = claimed(order)
    parcel = announce_parcel(order, [here.pk, missing.pk], "post", actor=CUSTOMER, now=NOW)
    receive(parcel, {here.pk: 1, missing.pk: 0}, "short")
    assert list(Case.objects.order_by("pk").values_list("goods", "state")) == [("arrived", "approved"), ("with_customer", "review")]


def test_unannounced_it_is_received_and_nothing_was_arranged() -> None:
    order = delivered_order()
    (case,) = claimed(order)
    parcel = receive_unannounced(order.store, order, {case.pk: 1}, actor=EXPERT, now=LATER, tracking_number="T-9")
    case.refresh_from_db()
    assert (parcel.state, case.goods, case.answers.get("arranged")) == ("arrived", "arrived", None)
    assert [event.kind for event in parcel_events(parcel)] == ["unannounced", "arrive"]
    assert scan(order.store, "T-9").parcels[0].pk == parcel.pk


def test_what_was_refused_and_sent_all_the_same_waits_for_the_store() -> None:
    order = delivered_order()
    (case,) = claimed(order, reason="withdrawal", sealed=False)
    assert (case.state, case.waits_for) == ("denied", "nobody")
    receive_unannounced(order.store, order, {case.pk: 1}, actor=EXPERT, now=LATER)
    case.refresh_from_db()
    assert (case.state, case.goods, case.waits_for, case.ended_at) == ("denied", "arrived", "store", None)


def test_a_case_that_was_settled_while_its_parcel_was_under_way_keeps_its_end() -> None:
    parcel, case = announced()
    Case.objects.filter(pk=case.pk).update(state="settled", waits_for="nobody", ended_at=NOW, settled_before=True)
    receive(parcel, {case.pk: 1})
    case.refresh_from_db()
    assert (case.goods, case.waits_for, case.ended_at) == ("arrived", "store", NOW)  # somebody puts them in their place


def test_nobodys_parcel_is_kept_until_somebody_finds_out_whose_it_is() -> None:
    order = delivered_order()
    (case,) = claimed(order)
    parcel = receive_unannounced(order.store, None, {}, actor=EXPERT, now=LATER, words="no name on it")
    with pytest.raises(AvdetError, match="no case named"):
        know_parcel(parcel.pk, order, {}, actor=EXPERT, now=LATER)
    know_parcel(parcel.pk, order, {case.pk: 1}, actor=EXPERT, now=LATER)
    case.refresh_from_db()
    assert case.goods == "arrived"
    with pytest.raises(AvdetError, match="known already"):
        know_parcel(parcel.pk, order, {case.pk: 1}, actor=EXPERT, now=LATER)


def test_lost_it_may_turn_up() -> None:
    parcel, case = announced()
    send_parcel(parcel, actor=CUSTOMER, now=NOW)
    lose_parcel(parcel, actor=EXPERT, now=NOW)
    receive(parcel, {case.pk: 1})
    case.refresh_from_db()
    assert (case.goods, parcel.items.get().arrived) == ("arrived", 1)


def test_it_is_found_by_whatever_stands_on_it() -> None:
    parcel, case = announced()
    send_parcel(parcel, tracking_number="T 1", actor=CUSTOMER, now=NOW)
    spaced = f"{parcel.code[:3]}-{parcel.code[3:6].lower()} {parcel.code[6:]}"
    for said in (parcel.code, spaced, " T 1 "):
        assert [each.pk for each in scan(case.store, said).parcels] == [parcel.pk]
    assert scan(case.store, case.number).case == case
    assert scan(case.store, case.order.number).order == case.order
