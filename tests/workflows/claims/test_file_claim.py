"""A claim is filed: what is refused, what is decided, what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from avdet.core.errors import AvdetError
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order, OrderLine
from avdet.records.outbox.models import Notice
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.claim_form import form_of
from avdet.workflows.claims.file_claim import Unanswered, Wanted, file_claim, until_shown
from avdet.workflows.claims.write_claim import begin_claim, choose_pieces
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.policy.ask_policy import file_of, put
from tests.factories import NOW, make_customer, make_order, make_product, make_staff, make_store
from tests.workflows.remedies import MACHINE, WHEN, checked_goods, fresh, placed

pytestmark = pytest.mark.django_db
CUSTOMER = Actor("customer", 1, source="web")
SEALED = {"sealed": True, "box_marked": False, "accessories_complete": True, "box_kept": True, "used": False}


@pytest.fixture
def order() -> Order:
    store = make_store("fetrashop")
    delivered = NOW - timedelta(days=2)
    made = make_order(
        store, make_customer(store), products=[make_product(store, traits=["seven_day_test", "serial_number"])], state="delivered",
        placed_at=NOW - timedelta(days=5), paid_at=NOW - timedelta(days=5), handed_over_at=NOW - timedelta(days=3), delivered_at=delivered,
    )  # fmt: skip
    OrderLine.objects.filter(order=made).update(quantity=3, total_minor=135_000_000)
    return Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)


def wanted(order: Order, **changed: Any) -> Wanted:
    line = OrderLine.objects.get(order=order)
    return Wanted(**{"line": line.pk, "quantity": 1, "reason": "withdrawal", "answers": SEALED, **changed})


def file(order: Order, *lines: Wanted, key: str = "k") -> list[Case]:
    return file_claim(order, lines, actor=CUSTOMER, channel="portal", key=key, now=NOW)


@pytest.mark.parametrize("changed", [{"quantity": 0}, {"quantity": -1}, {"quantity": 4}, {"reason": "not_received"}, {"reason": "bored"},
                                     {"line": 10**9}, {"answers": {"sealed": "yes"}}, {"answers": {"colour": True}}])  # fmt: skip
def test_what_cannot_be_claimed_is_refused_and_nothing_is_kept(order: Order, changed: dict[str, Any]) -> None:
    with pytest.raises(AvdetError):
        file(order, wanted(order, **changed))
    assert not Case.objects.exists()
    assert OrderLine.objects.get(order=order).claimed_quantity == 0


@pytest.mark.parametrize("paid_at", [None, NOW + timedelta(seconds=3)])
def test_an_order_that_another_clock_placed_later_is_claimed_as_just_placed(order: Order, paid_at: datetime | None) -> None:
    """Cash at the door leaves no moment of payment; a shop's clock may be ahead of ours."""
    method = "online" if paid_at else "cash_on_delivery"
    Order.objects.update(placed_at=NOW + timedelta(seconds=2), paid_at=paid_at, payment_method=method)
    later = Order.objects.select_related("store", "customer", "policy_version").get(pk=order.pk)
    (case,) = file(later, wanted(later))
    assert case.question["order"]["placed_at"] == case.question["claim"]["reported_at"]
    again = file_of_case(case, NOW)
    assert put(again, question_again(case, again, "claim")).outcome == case.outcome


def test_pieces_that_have_not_left_the_store_are_cancelled_and_not_claimed() -> None:
    """Of a line that goes out in parts: nobody can find a fault in what is still on the shelf, or have it paid back and sent."""
    store = make_store("fetrashop")
    made = placed(store, DraftLine(checked_goods(store).sku, 3), partial_consent=True)
    part = Plan({made.lines.get().pk: 2}, carrier="Tipax", method="carrier")
    delivery = hand_over(made, actor=CUSTOMER, now=WHEN, source="shop", plan=part)
    record_delivery(made, delivery, Sighting("delivered", NOW), source="carrier", actor=CUSTOMER, now=NOW)
    with pytest.raises(AvdetError, match="2 are left"):
        file(fresh(made), wanted(made, quantity=3))
    assert file(fresh(made), wanted(made, quantity=2))[0].state == "approved"
    known = file_of(fresh(made), NOW)
    assert known is not None
    form = form_of(begin_claim(made, "guest", now=NOW), known)
    with pytest.raises(AvdetError, match="0 are left"):
        choose_pieces(form, {made.lines.get().pk: 1}, now=NOW)
    cancel_order(fresh(made), actor=MACHINE, now=NOW, reason="mistake", pieces={made.lines.get().pk: 1})


def test_an_order_that_was_cancelled_has_been_paid_back_and_is_not_claimed(order: Order) -> None:
    (case,) = file(order, wanted(order, quantity=2))
    withdraw_case(case, actor=CUSTOMER, now=NOW)
    Order.objects.update(state="cancelled")  # while the claim was being written, or the case closed
    with pytest.raises(AvdetError, match="0 are left"):
        file(order, wanted(order), key="late")
    with pytest.raises(AvdetError) as refused:
        reopen_case(case, why="they called", author=make_staff(order.store, "expert"), now=NOW)
    assert refused.value.where == "lines"


def test_an_empty_claim_is_refused(order: Order) -> None:
    with pytest.raises(AvdetError, match="0 lines"):
        file(order)


def test_what_is_not_answered_is_asked_for(order: Order) -> None:
    with pytest.raises(Unanswered) as asked:
        file(order, wanted(order, answers={}))
    assert "sealed" in asked.value.facts
    assert not Case.objects.exists()


def test_it_becomes_a_case_with_its_decision_and_its_history(order: Order) -> None:
    (case,) = file(order, wanted(order, quantity=2))
    assert (case.number, case.state, case.waits_for) == (f"{order.number}-R1", "approved", "customer")
    assert case.decision["because"]
    assert [event.kind for event in events_of(case)] == ["filed", "approve"]
    assert broken(case, events_of(case)) is None
    assert OrderLine.objects.get(order=order).claimed_quantity == 2
    assert {notice.kind for notice in Notice.objects.all()} == {"claim_filed"}
    assert all(deadline.due_at > NOW for deadline in CaseDeadline.objects.filter(case=case))


def test_the_same_key_files_once(order: Order) -> None:
    first, second = file(order, wanted(order)), file(order, wanted(order))
    assert [case.pk for case in first] == [case.pk for case in second]
    assert OrderLine.objects.get(order=order).claimed_quantity == 1


def test_a_report_is_waited_for_beside_whatever_else_is_missing(order: Order) -> None:
    (case,) = file(order, wanted(order))
    again = file_of_case(case, NOW)
    answer = put(again, question_again(case, again, "claim"))
    for outcome, missing in (("approve", ["carrier_report"]), ("evidence", ["documents", "carrier_report"])):
        waits = until_shown(replace(answer, outcome=outcome, missing=["documents"]), {"carrier_report"})
        assert (waits.outcome, waits.missing, waits.remedies) == ("evidence", missing, ())
        assert waits.law == answer.law is not UNSET


def test_a_refused_claim_leaves_its_pieces_free(order: Order) -> None:
    (case,) = file(order, wanted(order, answers={**SEALED, "sealed": False}))
    assert (case.state, case.waits_for, case.goods) == ("denied", "nobody", "with_customer")
    assert OrderLine.objects.get(order=order).claimed_quantity == 0


def test_pieces_stand_one_behind_the_other(order: Order) -> None:
    cases = [*file(order, wanted(order)), *file(order, wanted(order, quantity=2), key="l")]
    assert [(case.pieces_before, case.quantity) for case in cases] == [(0, 1), (1, 2)]
    with pytest.raises(AvdetError):
        file(order, wanted(order), key="m")


def test_a_row_that_was_edited_breaks_the_chain(order: Order) -> None:
    (case,) = file(order, wanted(order))
    events = events_of(case)
    events[0].facts = {**events[0].facts, "quantity": 3}
    assert broken(case, events) == 1
    assert broken(case, events_of(case)[:1]) == 2
