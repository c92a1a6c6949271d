"""Cases are answered: by facts, by a colleague's own decision, by being taken back, opened again or merged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseDeadline, CaseOverride, Evidence
from avdet.records.cases.notes import assign, notes_of
from avdet.records.cases.overrides import overrides_by_clause
from avdet.records.cases.queries import events_of
from avdet.records.orders.models import Order
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel, ParcelItem
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.merge_cases import merge_cases
from avdet.workflows.cases.override_case import agree_override, override_case, refuse_override
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.supply_evidence import still_missing, supply_evidence
from avdet.workflows.goods.receive_parcel import receive_unannounced
from tests.factories import NOW, make_staff, make_store
from tests.workflows.cases import CUSTOMER, SEALED, claimed_pieces, delivered, filed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OPENED = {**SEALED, "sealed": False}
REFUND = {"outcome": "approve", "remedies": ["refund"], "return_shipping": "store"}


@pytest.fixture
def order() -> Order:
    return delivered()


@pytest.fixture
def expert(order: Order) -> User:
    return make_staff(order.store, "expert")


@pytest.fixture
def evidence_case() -> Case:
    """A case that waits for a service report."""
    order = delivered(make_store("ofiskutum"), traits=["authorised_installation"])
    case = filed(order, reason="installation_fault", answers={"service_report": False})
    assert (case.state, case.waits_for, still_missing(case)) == ("evidence", "customer", ["service_report"])
    return case


def whole(case: Case) -> bool:
    kept = Case.objects.get(pk=case.pk)
    return broken(kept, events_of(kept)) is None


def told(kind: str) -> int:
    return Notice.objects.filter(kind=kind, channel="email").count()


# ---- evidence --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [{}, {"service_report": False}, {"colour": True}, {"service_report": "yes"}])
def test_what_shows_nothing_new_is_refused_and_nothing_is_kept(evidence_case: Case, answers: Any) -> None:
    with pytest.raises(AvdetError):
        supply_evidence(evidence_case, answers, actor=CUSTOMER, now=LATER)
    assert Case.objects.get(pk=evidence_case.pk).revision == evidence_case.revision


def test_an_answer_that_was_given_stands(evidence_case: Case) -> None:
    Case.objects.filter(pk=evidence_case.pk).update(answers={"service_report": False, "sealed": False})
    with pytest.raises(AvdetError, match="answered before: sealed"):
        supply_evidence(evidence_case, {"service_report": True, "sealed": True}, actor=CUSTOMER, now=LATER)


def test_nothing_is_waited_for_in_a_case_that_is_decided(order: Order) -> None:
    with pytest.raises(AvdetError, match="nothing is waited for"):
        supply_evidence(filed(order), {"documents": True}, actor=CUSTOMER, now=LATER)


def test_what_was_missing_lets_the_terms_decide(evidence_case: Case) -> None:
    case = supply_evidence(evidence_case, {"service_report": True}, actor=CUSTOMER, now=LATER)
    assert case.state == "approved"
    assert case.answers["service_report"] is True
    assert [each.state for each in case.deadlines.filter(binds="customer", due_at=evidence_case.due_at)] == ["met"]
    assert told("claim_approved") == 1
    assert whole(case)


def test_evidence_that_has_been_added_speaks_for_itself(evidence_case: Case) -> None:
    Case.objects.filter(pk=evidence_case.pk).update(answers={"service_report": True})
    assert supply_evidence(evidence_case, {}, actor=CUSTOMER, now=LATER).state == "approved"


def test_goods_that_come_meanwhile_leave_what_is_to_be_shown_and_its_day(evidence_case: Case) -> None:
    receive_unannounced(evidence_case.store, evidence_case.order, {evidence_case.pk: 1}, actor=CUSTOMER, now=LATER)
    case = Case.objects.get(pk=evidence_case.pk)
    assert (case.goods, case.state, case.waits_for, case.due_at) == ("arrived", "evidence", "customer", evidence_case.due_at)


# ---- answers of the staff --------------------------------------------------------------------------------------------


def test_a_case_that_is_over_is_not_answered(order: Order) -> None:
    case = filed(order, answers=OPENED)
    with pytest.raises(AvdetError, match="closed"):
        answer_case(case, {"sealed": True}, actor=CUSTOMER, now=LATER)


def test_an_expert_corrects_a_fact_and_the_pieces_are_free_again(order: Order, expert: User) -> None:
    case = filed(order, quantity=2)
    answered = answer_case(case, {"sealed": False}, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    assert (answered.state, answered.waits_for) == ("denied", "nobody")
    assert claimed_pieces(case) == 0
    assert told("claim_denied") == 1
    assert whole(case)


# ---- overrides -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({}, "asked"), ({"outcome": "deny"}, "asked"), ({"outcome": "approve"}, "remedies"), ({"outcome": "review"}, "outcome"),
        ({"outcome": "approve", "remedies": ["a pony"]}, "remedies"), ({"outcome": "approve", "remedies": "refund"}, "remedies"),
        ({**REFUND, "return_shipping": "carrier"}, "return_shipping"), ({**REFUND, "deadline": 3}, "asked"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_otherwise_is_refused(order: Order, expert: User, asked: dict[str, Any], where: str) -> None:
    case = filed(order, answers=OPENED)
    with pytest.raises(AvdetError) as refused:
        override_case(case, asked, reason="a regular customer", author=expert, now=LATER)
    assert refused.value.where == where
    assert not CaseOverride.objects.exists()


def test_the_terms_are_never_fallen_short_of(order: Order, expert: User) -> None:
    case = filed(order)
    for asked in ({"outcome": "deny"}, {"remedies": ["correction"]}):
        with pytest.raises(AvdetError):
            override_case(case, asked, reason="we would rather not", author=expert, now=LATER)


def test_without_a_reason_nothing_is_decided(order: Order, expert: User) -> None:
    with pytest.raises(AvdetError, match="without a reason"):
        override_case(filed(order, answers=OPENED), REFUND, reason=" x", author=expert, now=LATER)


def test_a_colleague_grants_what_the_terms_deny_and_its_clauses_are_counted(order: Order, expert: User) -> None:
    case = filed(order, answers=OPENED)
    override = override_case(case, REFUND, reason="a regular customer", author=expert, now=LATER)
    now = Case.objects.get(pk=case.pk)
    assert (override.state, now.state, now.overridden, now.waits_for) == ("in_force", "approved", True, "customer")
    assert now.decision["remedies"] == ["refund"]
    assert now.decision["amounts"]["refund"] == 45_000_000
    assert not [row for row in now.decision["because"] if row["effect"] in ("outcome", "remedies") and row["value"] == "deny"]
    assert override.against
    assert dict(overrides_by_clause(order.store, NOW, LATER + timedelta(hours=1))) == dict.fromkeys(override.against, 1)
    assert claimed_pieces(case) == 1
    assert whole(case)
    assert told("claim_approved") == 1


def test_what_was_granted_holds_when_the_terms_are_asked_again(order: Order, expert: User) -> None:
    case = filed(order, answers=OPENED)
    override_case(case, REFUND, reason="a regular customer", author=expert, now=LATER)
    again = answer_case(case, {"gift_included": True}, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    assert (again.state, again.decision["remedies"]) == ("approved", ["refund"])


def test_it_holds_no_further_than_it_was_meant(order: Order, expert: User) -> None:
    case = filed(order, answers=OPENED)
    override_case(case, REFUND, reason="a regular customer", author=expert, now=LATER)
    CaseOverride.objects.update(against=["FET-OTHER"])
    again = answer_case(case, {"gift_included": True}, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    assert again.state == "denied"


def test_what_the_terms_leave_open_may_be_refused(expert: User, order: Order) -> None:
    case = filed(order, reason="missing_parts", answers={"used": True, "accessories_complete": False, "arranged": True})
    assert case.state == "review"
    override_case(case, {"outcome": "deny"}, reason="all parts were photographed at packing", author=expert, now=LATER)
    assert Case.objects.get(pk=case.pk).state == "denied"
    assert claimed_pieces(case) == 0


@pytest.fixture
def dear(order: Order) -> Case:
    """A denied case of more worth than one person may grant."""
    order.store.returns = {"second_approval_minor": 1_000_000}
    order.store.save()
    return filed(order, answers=OPENED)


def test_above_the_limit_it_waits_for_a_second_person(dear: Case, expert: User) -> None:
    owner, desk = make_staff(dear.store, "owner"), make_staff(dear.store, "desk")
    override = override_case(dear, REFUND, reason="a regular customer", author=expert, now=LATER)
    assert (override.state, Case.objects.get(pk=dear.pk).state, override.worth_minor) == ("waiting", "denied", 45_000_000)
    assert [str(each.to) for each in Notice.objects.filter(kind="override_waits")] == [owner.email]
    with pytest.raises(Conflict):
        override_case(dear, REFUND, reason="once more", author=owner, now=LATER)
    for nobody in (expert, desk, make_staff(make_store("offykala"), "owner")):
        with pytest.raises(AvdetError, match="not the second person"):
            agree_override(dear, approver=nobody, now=LATER)
    agreed = agree_override(dear, approver=owner, now=LATER)
    assert (agreed.state, agreed.overridden) == ("approved", True)
    with pytest.raises(AvdetError, match="nothing waits"):
        agree_override(dear, approver=owner, now=LATER)
    assert whole(dear)


def test_what_one_person_grants_piece_by_piece_ends_at_the_limit_for_the_whole_order(order: Order, expert: User) -> None:
    order.store.returns = {"second_approval_minor": 100_000_000}
    order.store.save()
    states = []
    for key in "abc":
        case = filed(order, answers=OPENED, key=key)
        override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="piece by piece", author=expert, now=LATER)
        again = override_case(case, {"return_shipping": "store"}, reason="of one case", author=expert, now=LATER) if key < "c" else None
        states.append((CaseOverride.objects.filter(case=case).earliest("pk").state, again and again.state))
    assert states == [("in_force", "in_force"), ("in_force", "in_force"), ("waiting", None)]


def test_what_was_asked_of_another_decision_is_not_agreed_to_but_may_be_refused(dear: Case, expert: User) -> None:
    override_case(dear, REFUND, reason="a regular customer", author=expert, now=LATER)
    CaseOverride.objects.update(against=["FET-OTHER"])
    owner = make_staff(dear.store, "owner")
    with pytest.raises(AvdetError, match="other clauses"):
        agree_override(dear, approver=owner, now=LATER)
    assert (Case.objects.get(pk=dear.pk).state, CaseOverride.objects.get().state) == ("denied", "waiting")
    refused = refuse_override(dear, approver=owner, now=LATER)
    assert (refused.state, refused.overridden) == ("denied", False)
    assert CaseOverride.objects.get().state == "refused"
    assert whole(dear)


# ---- taken back, opened again, merged --------------------------------------------------------------------------------


def test_goods_that_are_under_way_keep_a_case_open(order: Order) -> None:
    case = filed(order)
    Case.objects.filter(pk=case.pk).update(goods="on_the_way")
    with pytest.raises(AvdetError) as refused:
        withdraw_case(case, actor=CUSTOMER, now=LATER)
    assert refused.value.where == "goods"


def test_a_claim_is_taken_back_once(order: Order) -> None:
    case = filed(order, quantity=2)
    gone = withdraw_case(case, actor=CUSTOMER, now=LATER)
    assert (gone.state, gone.waits_for, gone.ended_at, claimed_pieces(case)) == ("withdrawn", "nobody", LATER, 0)
    assert not CaseDeadline.objects.filter(case=case, state="open").exists()
    assert told("claim_withdrawn") == 1
    with pytest.raises(AvdetError):
        withdraw_case(case, actor=CUSTOMER, now=LATER)
    assert claimed_pieces(case) == 0


def test_a_parcel_is_waited_for_as_long_as_one_of_its_cases_goes_on(order: Order) -> None:
    one, two = filed(order), filed(order, key="l")
    made = Parcel.objects.create(store=order.store, order=order, code="ABCDEFGHJ", way="post", paid_by="customer", announced_at=NOW)
    for case in (one, two):
        ParcelItem.objects.create(parcel=made, case=case, announced=1)
    withdraw_case(one, actor=CUSTOMER, now=LATER)
    assert Parcel.objects.get().state == "announced"
    withdraw_case(two, actor=CUSTOMER, now=LATER)
    assert Parcel.objects.get().state == "cancelled"


def test_a_case_under_way_or_without_a_reason_is_not_reopened(order: Order, expert: User) -> None:
    with pytest.raises(AvdetError, match="cannot be reopened"):
        reopen_case(filed(order), why="a mistake", author=expert, now=LATER)
    with pytest.raises(AvdetError, match="without a reason"):
        reopen_case(filed(order, answers=OPENED, key="l"), why=" ", author=expert, now=LATER)


def test_reopening_takes_the_pieces_again_as_long_as_they_are_free(order: Order, expert: User) -> None:
    case = filed(order, quantity=2, answers=OPENED)
    other = filed(order, quantity=2, key="l")
    with pytest.raises(AvdetError, match="more pieces than are left"):
        reopen_case(case, why="a mistake", author=expert, now=LATER)
    withdraw_case(other, actor=CUSTOMER, now=LATER)
    opened = reopen_case(case, why="a mistake", author=expert, now=LATER)
    assert (opened.state, opened.waits_for, claimed_pieces(case)) == ("review", "store", 2)
    assert [str(note.text) for note in notes_of(case)] == ["a mistake"]
    again = answer_case(opened, {}, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    assert (again.state, claimed_pieces(case)) == ("denied", 0)
    assert whole(case)


def test_cases_of_another_reason_or_sent_in_are_not_merged(order: Order) -> None:
    one, two = filed(order), filed(order, reason="missing_parts", key="l", answers={})
    with pytest.raises(AvdetError):
        merge_cases(one, two, actor=CUSTOMER, now=LATER)
    with pytest.raises(AvdetError):
        merge_cases(one, one, actor=CUSTOMER, now=LATER)
    three = filed(order, key="m")
    Case.objects.filter(pk=three.pk).update(goods="on_the_way")
    with pytest.raises(AvdetError):
        merge_cases(one, three, actor=CUSTOMER, now=LATER)


def test_two_cases_of_one_line_and_reason_go_on_as_one(order: Order) -> None:
    one, two = filed(order), filed(order, quantity=2, key="l")
    made = Evidence.objects.create(store=order.store, order=order, kind="photo", file="f", media_type="image/jpeg", size=1, sha256="0" * 64,
                                   uploaded_by="customer", uploaded_at=NOW)  # fmt: skip
    made.cases.add(two)
    kept = merge_cases(two, one, actor=CUSTOMER, now=LATER)
    gone = Case.objects.get(pk=two.pk)
    assert (kept.pk, kept.quantity, kept.state, kept.pieces_before) == (one.pk, 3, "approved", 0)
    assert (gone.state, gone.merged_into_id, gone.waits_for) == ("merged", one.pk, "nobody")
    assert claimed_pieces(one) == 3
    assert list(kept.evidence.all()) == [made]
    assert kept.decision["amounts"]["goods"] == 3 * 45_000_000
    assert whole(one)
    assert whole(two)


def test_a_case_is_given_to_colleagues_only(order: Order, expert: User) -> None:
    case, actor = filed(order), Actor.of(expert, "staff", "desk")
    with pytest.raises(AvdetError):
        assign(case, make_staff(make_store("offykala"), "expert"), actor=actor, now=LATER)
    assert assign(case, expert, actor=actor, now=LATER).assigned_to == expert
    assert assign(case, None, actor=actor, now=LATER).assigned_to is None
    assert whole(case)


@pytest.mark.parametrize("quantity", [1, 3])
def test_answering_costs_a_fixed_number_of_statements(
    order: Order, expert: User, quantity: int, django_assert_max_num_queries: Any
) -> None:
    case = filed(order, quantity=quantity)
    case = Case.objects.get(pk=case.pk)
    with django_assert_max_num_queries(19):
        answer_case(case, {"sealed": False}, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    with django_assert_max_num_queries(14):
        reopen_case(case, why="a mistake", author=expert, now=LATER)
