"""Goods that go back, or are kept for their owner; what each way cost; what carriers answer."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from avdet.core.bookings import BANK, CARRIAGE, POSTAGE, RECOVERIES
from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of, pieces_before
from avdet.records.inspections.queries import newest_of
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import OrderLine
from avdet.records.outbox.models import Notice
from avdet.records.remedies.models import Carriage, CarrierClaim, Custody, Remedy
from avdet.records.shared.errors import Conflict
from avdet.workflows.cases.inspect_case import facts_found
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.goods.carriage import charge_carriage, record_carriage, repay_postage
from avdet.workflows.goods.carrier_claim import answer_claim, close_claim, recover_damage, submit_claim
from avdet.workflows.goods.custody import ask_for_goods, give_up, keep_for_owner, remind, watch_custody
from avdet.workflows.goods.open_carrier_claim import open_carrier_claim
from avdet.workflows.goods.send_back import begin_send_back, come_again, give_back, hand_back
from avdet.workflows.remedies.remedy_sums import worth_of
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.remedies import (
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
    sent,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ACT: dict[str, Any] = {"actor": MACHINE, "now": NOW}


def refused(slug: str = "persianpetshop", **found: Any) -> Case:
    """A case whose goods are here, and in which nothing was confirmed."""
    store = make_store(slug)
    traits: dict[str, Any] = {"traits": ["seven_day_test", "serial_number"]} if slug == "fetrashop" else {}
    order = bought(store, DraftLine(make_product(store, price_minor=1_000, **traits).sku))
    return examined(arrived(claimed(order)), "not_confirmed", **found)


# ---- goods that go back ----------------------------------------------------------------------------------------------


def test_only_goods_that_are_here_and_were_refused_go_back() -> None:
    case = choosing(make_store())
    for work in (begin_send_back, give_back, come_again):
        with pytest.raises(AvdetError):
            work(case, **ACT)
    with pytest.raises(AvdetError):
        hand_back(case, carrier="Tipax", tracking_number="1", **ACT)
    assert not Remedy.objects.exists()


def test_a_carrier_is_named() -> None:
    with pytest.raises(AvdetError, match="with a carrier"):
        hand_back(follow(refused()), carrier=" ", tracking_number="1", **ACT)


def test_what_was_not_confirmed_goes_back_and_its_pieces_may_be_claimed_again() -> None:
    case = follow(refused())
    assert (case.state, case.goods, case.waits_for, Remedy.objects.get().kind) == ("settling", "inspected", "store", "send_back")
    hand_back(case, carrier="Tipax", tracking_number="T1", **ACT)
    case = again(case)
    assert (case.goods, case.waits_for, Remedy.objects.get().state) == ("going_back", "carrier", "sent")
    assert Notice.objects.get(kind="goods_sent_back", channel="sms").values["tracking_number"] == "T1"
    give_back(case, **ACT)
    case = again(case)
    assert (case.state, case.goods, Remedy.objects.get().state) == ("settled", "given_back", "done")
    line = OrderLine.objects.get(pk=case.order_line_id)
    assert (line.claimed_quantity, pieces_before([case], line, 1)) == (0, 0)
    assert follow(case).state == "settled"
    all_is_well(case.store)


def test_goods_that_nobody_took_in_come_to_the_store_again_and_are_sent_once_more() -> None:
    case = follow(refused(customer_refuses_goods=True))
    assert case.goods == "in_custody"
    hand_back(case, carrier="Tipax", tracking_number="T1", **ACT)
    assert CaseDeadline.objects.get(case=case, kind="custody_until").state == "met"
    come_again(case, **ACT)
    assert again(case).goods == "arrived"
    hand_back(case, carrier="Post", tracking_number="T2", **ACT)
    assert list(Remedy.objects.values_list("state", "carrier", "tracking_number")) == [("sent", "Post", "T2")]
    give_back(case, **ACT)
    assert again(case).state == "settled"


# ---- custody ---------------------------------------------------------------------------------------------------------


def test_a_store_without_a_clause_keeps_nothing() -> None:
    with pytest.raises(AvdetError, match="no clause"):
        keep_for_owner(follow(refused("fetrashop")), **ACT)
    assert not Custody.objects.exists()


def test_custody_that_begins_after_midnight_has_one_last_day() -> None:
    case = follow(refused(customer_refuses_goods=True), now=NOW + DAY)
    due = CaseDeadline.objects.get(case=case, kind="custody_until").due_at
    assert (case.goods, Custody.objects.get().ends_at, case.due_at) == ("in_custody", due, due)


def test_refused_goods_are_kept_for_a_month_with_word_at_each_turn() -> None:
    case = follow(refused())
    custody = keep_for_owner(case, **ACT)
    assert custody.clauses == ["PPS-INSP-2"]
    assert NOW + 29 * DAY < custody.ends_at < NOW + 33 * DAY
    assert (again(case).goods, again(case).waits_for, again(case).due_at) == ("in_custody", "customer", custody.ends_at)
    with pytest.raises(AvdetError):
        keep_for_owner(case, **ACT)
    for at, kinds in ((custody.ends_at - 8 * DAY, set()), (custody.ends_at - 7 * DAY, {"custody_ending"}),
                      (custody.ends_at - DAY, {"custody_ending"}), (custody.ends_at, {"custody_ending", "custody_over"})):  # fmt: skip
        watch_custody({}, at)
        watch_custody({}, at)
        assert {each.kind for each in Notice.objects.filter(kind__startswith="custody")} == {"custody_began"} | kinds
    case = again(case)
    assert (case.state, case.goods, Custody.objects.get().ended) == ("settled", "kept", "given_up")
    assert [event.kind for event in events_of(case)].count("custody_ending") == 1
    assert not Notice.objects.filter(kind="claim_settled").exists()
    all_is_well(case.store)


def test_goods_are_taken_out_of_custody() -> None:
    case = follow(refused())
    keep_for_owner(case, **ACT)
    give_back(case, **ACT)
    assert (Custody.objects.get().ended, again(case).state) == ("taken", "settled")
    watch_custody({}, NOW + 60 * DAY)
    assert again(case).goods == "given_back"


def test_goods_that_their_owner_asks_for_wait_for_the_store_whatever_the_day() -> None:
    case = follow(refused())
    with pytest.raises(AvdetError, match="no goods are kept"):
        ask_for_goods(case, **ACT)
    custody = keep_for_owner(case, **ACT)
    assert ask_for_goods(case, **ACT).revision == ask_for_goods(case, **ACT).revision
    ours = CaseDeadline.objects.get(case=case, state="open")
    assert (ours.kind, again(case).goods, again(case).waits_for, again(case).due_at) == ("store_by", "in_custody", "store", ours.due_at)
    for work in (remind, give_up):  # a job that was at work already
        with transaction.atomic(), suppress(Conflict):
            work(custody, custody.ends_at)
    watch_custody({}, custody.ends_at + DAY)
    assert (again(case).goods, Custody.objects.get().ended) == ("in_custody", "")
    assert {each.kind for each in Notice.objects.filter(kind__startswith="custody")} == {"custody_began"}
    hand_back(case, carrier="Tipax", tracking_number="T1", **ACT)
    assert (again(case).goods, Custody.objects.get().ended) == ("going_back", "taken")
    all_is_well(case.store)


@pytest.mark.parametrize(("listed", "ended"), [("custodies_over", ["given_up", "taken"]), ("custodies_ending", ["", "taken"])])
def test_goods_taken_at_the_last_moment_are_left_alone_and_the_others_seen_to(
    listed: str, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = follow(refused())
    keep_for_owner(taken, **ACT)
    store = taken.store
    other = follow(examined(arrived(claimed(bought(store, DraftLine(make_product(store).sku)))), "not_confirmed"))
    ends_at = keep_for_owner(other, **ACT).ends_at
    seen = list(Custody.objects.order_by("pk"))
    give_back(taken, **ACT)
    monkeypatch.setattr(f"avdet.workflows.goods.custody.{listed}", lambda _: seen)
    watch_custody({}, ends_at if listed == "custodies_over" else ends_at - DAY)
    assert sorted(Custody.objects.values_list("ended", flat=True)) == ended
    assert "custody_ending" not in [event.kind for event in events_of(taken)]
    assert ("custody_ending" in [event.kind for event in events_of(other)]) is (listed == "custodies_ending")


def test_custody_that_was_waited_for_in_vain_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def in_vain(custody: Custody, now: datetime) -> None:
        seen.append(custody.pk)
        raise OperationalError("deadlock detected")

    monkeypatch.setattr("avdet.workflows.goods.custody.custodies_over", lambda _: [Custody(pk=1), Custody(pk=2)])
    monkeypatch.setattr("avdet.workflows.goods.custody.give_up", in_vain)
    watch_custody({}, NOW)
    assert seen == [1, 2]


def test_who_says_at_the_bench_that_the_goods_are_not_taken_back_has_them_kept() -> None:
    store = make_store("persianpetshop")
    order = bought(store, DraftLine(make_product(store).sku))
    case = follow(examined(arrived(claimed(order)), "not_confirmed", customer_refuses_goods=True))
    assert (case.state, case.goods, Remedy.objects.get().kind) == ("settling", "in_custody", "custody")


# ---- carriage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"way": "sideways"}, {"paid_by": "nobody"}, {"amount_minor": -1}, {"amount_minor": 10**19}])
def test_no_such_carriage(wrong: dict[str, Any]) -> None:
    said = {"way": "return", "paid_by": "store", "amount_minor": 5, **wrong}
    with pytest.raises(AvdetError):
        record_carriage(choosing(make_store()), said.pop("way"), receipt=False, **said, **ACT)
    assert not Carriage.objects.exists()


def test_postage_is_repaid_against_its_receipt_once() -> None:
    case = choosing(make_store())
    kept = record_carriage(case, "return", paid_by="customer", amount_minor=900, receipt=False, **ACT)
    assert (kept.borne_by, kept.clauses) == ("store", ["FET-COST-1"])
    with pytest.raises(AvdetError, match="receipt"):
        repay_postage(case, "return", reference="B1", **ACT)
    record_carriage(case, "return", paid_by="customer", amount_minor=900, receipt=True, **ACT)
    with pytest.raises(AvdetError, match="reference"):
        repay_postage(case, "return", reference="", **ACT)
    with pytest.raises(AvdetError, match="nothing is owed"):
        charge_carriage(case, "return", reference="B1", **ACT)
    repay_postage(case, "return", reference="B1", **ACT)
    with pytest.raises(AvdetError, match="nothing is owed"):
        repay_postage(case, "return", reference="B2", **ACT)
    with pytest.raises(Conflict):
        record_carriage(case, "return", paid_by="customer", amount_minor=1, receipt=True, **ACT)
    assert trial_balance(case.store)[POSTAGE, "IRR"] == 900
    assert Notice.objects.filter(kind="postage_repaid").count() == 2
    all_is_well(case.store)


def test_who_bears_a_way_is_asked_again_with_each_decision() -> None:
    """Postage that was written down before anybody knew is repaid once the goods are found faulty; what a colleague gives counts."""
    store = make_store("fetrashop")
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku))))
    kept = record_carriage(case, "return", paid_by="customer", amount_minor=900, receipt=True, **ACT)
    assert (kept.borne_by, kept.settled) == ("customer", "paid")
    case = examined(case)
    kept.refresh_from_db()
    assert (kept.borne_by, kept.settled, kept.clauses) == ("store", "", ["FET-COST-1"])
    repay_postage(case, "return", reference="B1", **ACT)
    order = bought(store, DraftLine(checked_goods(store, sku="OTHER", price_minor=10_000).sku))
    case = arrived(claimed(order, "withdrawal"))
    record_carriage(case, "return", paid_by="store", amount_minor=500, receipt=False, **ACT)
    case = examined(again(case))
    assert worth_of(case, "refund").amount_minor == 9_500
    override_case(case, {"return_shipping": "store"}, reason="they are kind", author=make_staff(store, "expert"), now=NOW)
    assert worth_of(again(case), "refund").amount_minor == 10_000
    all_is_well(store)


def test_who_bears_the_way_back_is_charged_for_it() -> None:
    case = follow(refused())
    before = trial_balance(case.store)[BANK, "IRR"]
    for mistaken in (70, 7_000):  # what is corrected stands in the books once
        record_carriage(case, "redelivery", paid_by="store", amount_minor=mistaken, receipt=False, **ACT)
    kept = record_carriage(case, "redelivery", paid_by="store", amount_minor=700, receipt=False, **ACT)
    assert (kept.borne_by, kept.clauses) == ("customer", ["PPS-COST-3"])
    with pytest.raises(AvdetError, match="reference"):
        charge_carriage(case, "redelivery", reference=" ", **ACT)
    assert trial_balance(case.store)[POSTAGE, "IRR"] == 700
    charge_carriage(case, "redelivery", reference="C1", **ACT)
    assert trial_balance(case.store)[CARRIAGE, "IRR"] == -700
    assert trial_balance(case.store)[BANK, "IRR"] == before
    all_is_well(case.store)


def test_no_cost_of_the_stores_own_error_is_passed_on() -> None:
    store = make_store("ofiskutum")
    order = bought(store, DraftLine(make_product(store, price_minor=1_000).sku))
    case = examined(arrived(claimed(order, "wrong_item")))
    for way in ("return", "redelivery"):
        kept = record_carriage(case, way, paid_by="store", amount_minor=500, receipt=False, **ACT)
        assert (kept.borne_by, kept.settled) == ("store", "paid")
        assert "OFI-10.3" in kept.clauses
        with pytest.raises(AvdetError):
            charge_carriage(case, way, reference="C", **ACT)
    assert trial_balance(store)[POSTAGE, "TRY"] == 1_000
    case = follow(case)
    remedy = Remedy.objects.get()
    assert (remedy.kind, remedy.deducted_minor, case.state) == ("correction", 0, "settling")
    assert remedy.order is not None
    sent(remedy.order)
    assert again(case).state == "settled"
    all_is_well(store)


def test_a_refund_waits_until_somebody_says_what_its_return_cost() -> None:
    store = make_store()
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)), "withdrawal"))
    case.parcel_items.get().parcel.__class__.objects.update(paid_by="store")
    case = follow(examined(case))
    assert (case.state, case.waits_for) == ("choosing", "store")
    record_carriage(case, "return", paid_by="store", amount_minor=100, receipt=False, **ACT)
    assert follow(case).state == "settling"
    assert Remedy.objects.get().deducted_minor == 100


# ---- claims on carriers ----------------------------------------------------------------------------------------------


def damaged() -> Case:
    """Damage on the way at a store whose compensation waits for the carrier's word; the experts have confirmed it."""
    store = make_store("persianpetshop")
    order = bought(store, DraftLine(make_product(store, price_minor=1_000).sku), at=NOW - timedelta(days=5, hours=12))
    return follow(examined(arrived(claimed(order, "transit_damage"))))


def claim_of(case: Case) -> CarrierClaim:
    return CarrierClaim.objects.select_related("case__order", "store").get(case=case)


def test_no_carrier_answers_for_anything_but_damage() -> None:
    with pytest.raises(AvdetError, match="no carrier"):
        open_carrier_claim(choosing(make_store()), carrier="Tipax", **ACT)
    assert not CarrierClaim.objects.exists()


def test_the_stores_word_waits_for_the_carriers() -> None:
    case = damaged()
    claim = claim_of(case)
    assert (case.state, case.waits_for, claim.carrier, claim.asked_minor, claim.state) == ("approved", "carrier", "Tipax", 1_000, "opened")
    due = case.deadlines.get(kind="carrier_by")
    assert (case.due_at, due.due_at, due.binds) == (NOW + 14 * DAY, NOW + 14 * DAY, "carrier")
    submit_claim(claim, reference="H-1", **ACT)
    answer_claim(claim, confirmed=True, **ACT)
    assert case.deadlines.get(kind="carrier_by").state == "met"
    case = again(case)
    assert (case.state, set(case.decision["remedies"])) == ("choosing", {"replacement", "refund"})
    assert "PPS-TRN-2" in {row["clause"] for row in case.decision["because"]}
    with pytest.raises(AvdetError, match="reference"):
        recover_damage(claim, amount_minor=800, reference="", **ACT)
    with pytest.raises(AvdetError, match="something"):
        recover_damage(claim, amount_minor=0, reference="B", **ACT)
    recover_damage(claim, amount_minor=800, reference="B", **ACT)
    assert (claim_of(case).state, claim_of(case).recovered_minor) == ("recovered", 800)
    assert trial_balance(case.store)[RECOVERIES, "IRR"] == -800
    all_is_well(case.store)


def test_damage_that_the_carrier_refuses_is_not_made_good_until_it_thinks_again() -> None:
    case = damaged()
    claim = claim_of(case)
    answer_claim(claim, confirmed=False, **ACT)
    assert again(case).state == "denied"
    assert OrderLine.objects.get().claimed_quantity == 0
    answer_claim(claim, confirmed=True, **ACT)
    assert again(case).state == "choosing"
    assert OrderLine.objects.get().claimed_quantity == 1
    all_is_well(case.store)


@pytest.mark.parametrize(("confirmed", "ends"), [(True, "choosing"), (False, "denied")])
def test_what_the_carrier_said_before_the_goods_came_is_known_at_the_bench(confirmed: bool, ends: str) -> None:
    store = make_store("persianpetshop")
    order = bought(store, DraftLine(make_product(store, price_minor=1_000).sku), at=NOW - timedelta(days=5, hours=12))
    case = claimed(order, "transit_damage")
    answer_claim(open_carrier_claim(case, **ACT), confirmed=confirmed, **ACT)
    case = arrived(again(case))
    with pytest.raises(AvdetError, match="said otherwise"):
        examined(case, carrier_confirmed=not confirmed)
    case = examined(case)
    assert (case.state, newest_of(case).carrier_confirmed, facts_found(case).carrier_confirmed) == (ends, confirmed, confirmed)  # type: ignore[union-attr]
    assert not case.deadlines.filter(kind="carrier_by").exists()


def test_a_carrier_that_says_nothing_is_told_to_the_experts() -> None:
    case = damaged()
    watch_deadlines({}, NOW + 14 * DAY)
    assert Notice.objects.filter(kind="case_overdue").exists()
    assert (again(case).waits_for, case.deadlines.get(kind="carrier_by").state) == ("carrier", "missed")


def test_a_claim_is_given_up_for_a_reason() -> None:
    claim = claim_of(damaged())
    with pytest.raises(AvdetError):
        close_claim(claim, why="no use", **ACT)
    answer_claim(claim, confirmed=False, **ACT)
    with pytest.raises(AvdetError, match="reason"):
        close_claim(claim, why=" ", **ACT)
    close_claim(claim, why="no use", **ACT)
    with pytest.raises(AvdetError):
        answer_claim(claim, confirmed=True, **ACT)


def test_a_claim_that_somebody_else_has_moved_is_left_alone() -> None:
    case = damaged()
    one, other = claim_of(case), claim_of(case)
    submit_claim(one, reference="H-1", **ACT)
    with pytest.raises(Conflict):
        answer_claim(other, confirmed=True, **ACT)
    assert again(case).waits_for == "carrier"
