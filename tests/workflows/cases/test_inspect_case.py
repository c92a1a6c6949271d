"""The bench: what cannot be signed, what the terms say to each finding, and where the goods go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.contract.answer import builtins
from avdet.core.errors import AvdetError
from avdet.records.cases.actions import move
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.models import Stock
from avdet.records.inspections.models import Inspection
from avdet.records.inspections.queries import found_lately, inspections_of
from avdet.records.orders.models import OrderLine
from avdet.records.orders.serials import name_serials
from avdet.records.outbox.models import Notice
from avdet.records.people.models import User
from avdet.records.shared.errors import Conflict
from avdet.workflows.cases.decide_case import file_of_case
from avdet.workflows.cases.inspect_case import Findings, facts_found, foresee, inspect_case, weigh
from avdet.workflows.claims.file_claim import Unanswered
from avdet.workflows.goods.receive_parcel import receive_unannounced
from tests.factories import make_staff, make_store
from tests.workflows.sending import EXPERT, NOW, claimed, delivered_order

pytestmark = pytest.mark.django_db
ARRIVED, SIGNED = NOW + timedelta(hours=20), NOW + timedelta(hours=30)


def here(slug: str = "fetrashop", *, quantity: int = 1, reason: str = "defect", traits: tuple[str, ...] = ("seven_day_test", "serial_number"), **said: Any) -> Case:  # fmt: skip
    """A case whose goods are on the bench."""
    order = delivered_order(make_store(slug), traits=traits, delivered_at=NOW - timedelta(hours=20))
    (case,) = claimed(order, quantity=quantity, reason=reason, **said)
    receive_unannounced(order.store, order, {case.pk: quantity}, actor=EXPERT, now=ARRIVED)
    return fresh(case)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("order", "order_line", "claim", "store", "policy_version").get(pk=case.pk)


def found(**said: Any) -> Findings:
    return Findings(**{"quantity": 1, "finding": "confirmed", "within_rules": True, **said})


def expert(case: Case) -> User:
    return User.objects.filter(memberships__store=case.store, memberships__role="expert").first() or make_staff(case.store, "expert")


def signed(case: Case, findings: Findings, **given: Any) -> Case:
    inspect_case(case.pk, findings, **{"revision": fresh(case).revision, "by": expert(case), "actor": EXPERT, "now": SIGNED, **given})
    return fresh(case)


def claimed_pieces(case: Case) -> int:
    return OrderLine.objects.get(pk=case.order_line_id).claimed_quantity


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"quantity": 0}, {"quantity": 2}, {"finding": "broken"}, {"finding": 5}, {"finding": ["misuse"]}, {"note": "x" * 4_001}, {"serial_seen": "1" * 81}])
def test_findings_that_cannot_be_so_are_refused_and_nothing_is_kept(said: dict[str, Any]) -> None:
    case = here()
    with pytest.raises(AvdetError):
        signed(case, found(**said))
    assert not Inspection.objects.exists()
    assert fresh(case).goods == "arrived"


def test_goods_that_are_not_here_cannot_be_examined() -> None:
    (case,) = claimed(delivered_order())
    with pytest.raises(AvdetError, match="not here"):
        signed(case, found())


def test_what_the_terms_turn_on_has_to_be_found_out_first() -> None:
    with pytest.raises(Unanswered) as asked:
        signed(here(), found(finding="", within_rules=None))
    assert "finding" in asked.value.facts


def test_of_two_experts_one_is_told_that_it_has_changed() -> None:
    case = here()
    signed(case, found(), revision=case.revision)
    with pytest.raises(Conflict):
        signed(case, found(finding="not_confirmed"), revision=case.revision)
    assert Inspection.objects.count() == 1


def test_once_a_remedy_is_chosen_it_is_too_late_to_find_otherwise() -> None:
    case = signed(here(), found())
    move(case, "choose", actor=EXPERT, now=SIGNED)
    with pytest.raises(AvdetError, match="cannot be examined"):
        signed(case, found(finding="misuse"))


# ---- findings --------------------------------------------------------------------------------------------------------


def test_it_is_known_before_it_is_signed_what_follows() -> None:
    case = here()
    file = file_of_case(case, SIGNED)
    assert weigh(case, file, found()).remedies == ("replacement", "refund", "other_product")
    assert weigh(case, file, found(finding="not_confirmed")).outcome == "deny"
    assert weigh(case, file, found(finding="")).outcome == "ask"
    assert fresh(case).revision == case.revision


def test_of_fewer_pieces_than_were_claimed_what_is_foreseen_is_what_is_signed() -> None:
    case = here(quantity=3)
    Stock.objects.filter(product_id=case.order_line.product_id).update(on_hand=2, reserved=0)
    foreseen = builtins(foresee(case, file_of_case(case, SIGNED), found(quantity=2)))
    assert case.quantity == 3
    decided = signed(case, found(quantity=2)).decision
    assert (foreseen["remedies"], foreseen["amounts"]) == (decided["remedies"], decided["amounts"])
    assert inspections_of(case)[0].in_stock is True


def test_confirmed_it_is_offered_with_its_deadlines_and_the_customer_is_told() -> None:
    case = signed(here(), found(serial_sold="SN 1", serial_seen="SN 1", checklist={"original_box": True}))
    row = inspections_of(case)[0]
    assert (case.state, case.goods, case.waits_for, case.found_at, case.decided_at_point) == ("choosing", "inspected", "customer", SIGNED, "inspection")
    assert (row.signed_name, row.finding, row.quantity, row.checklist) == ("expert", "confirmed", 1, {"original_box": True})
    chosen_by = case.deadlines.get(state="open")  # the money's own time begins with the choice
    assert (chosen_by.kind, chosen_by.binds, chosen_by.due_at) == ("choose_by", "customer", case.due_at)
    assert case.deadlines.filter(kind="decide_by", state="met").count() == 1
    assert Notice.objects.filter(kind="claim_choosing").exists()
    assert broken(case, events_of(case)) is None
    assert found_lately(case.store) == [(ARRIVED, SIGNED)]


@pytest.mark.parametrize("finding", ["not_confirmed", "misuse"])
def test_not_confirmed_it_goes_back_and_its_pieces_are_free(finding: str) -> None:
    case = signed(here(), found(finding=finding))
    assert (case.state, case.decision["remedies"], case.waits_for) == ("denied", ["send_back"], "store")
    assert case.decision["return_shipping"] == "customer"
    assert claimed_pieces(case) == 0
    assert [each.state for each in case.deadlines.filter(kind="decide_by")] == ["met"]


def test_what_the_expert_sees_counts_for_more_than_what_was_said() -> None:
    case = here(reason="mismatch")
    file = file_of_case(case, SIGNED)
    assert weigh(case, file, found(checklist={"box_unmarked": True})).outcome == "approve"
    assert weigh(case, file, found(checklist={"box_unmarked": False})).outcome == "deny"


def test_a_later_inspection_is_the_one_that_counts() -> None:
    case = signed(here(), found(finding="not_confirmed"))
    case = signed(case, found(), now=SIGNED + timedelta(hours=1))
    assert (case.state, claimed_pieces(case)) == ("choosing", 1)
    known = facts_found(case)
    assert known is not None
    assert known.finding == "confirmed"
    case = signed(case, found(finding="misuse"), now=SIGNED + timedelta(hours=2))
    assert (case.state, case.goods, claimed_pieces(case), len(inspections_of(case))) == ("denied", "inspected", 0, 3)
    assert broken(case, events_of(case)) is None


def test_fewer_pieces_than_claimed_leave_the_rest_to_be_claimed_again() -> None:
    case = signed(here(quantity=3), found(quantity=2))
    assert (case.quantity, claimed_pieces(case), case.state) == (2, 2, "choosing")
    assert case.decision["amounts"]["refund"] == 90_000_000
    assert [event.kind for event in events_of(case)][-4:] == ["reduced", "inspect", "decided_again", "offer"]


def test_the_makers_opinion_is_a_matter_for_a_person() -> None:
    case = here()
    running = CaseDeadline.objects.get(case=case, kind="decide_by", state="open")
    case = signed(case, found(makers_opinion_needed=True))
    assert (CaseDeadline.objects.get(case=case, state="open"), case.due_at) == (running, running.due_at)
    assert (case.state, case.waits_for) == ("review", "store")


def test_only_the_carriers_word_may_be_outstanding() -> None:
    case = signed(here("persianpetshop", reason="transit_damage", traits=()), found())
    assert (case.state, case.goods, case.waits_for) == ("approved", "inspected", "carrier")
    case = signed(case, found(carrier_confirmed=True), now=SIGNED + timedelta(hours=1))
    assert (case.state, case.waits_for) == ("choosing", "customer")


def test_refused_goods_are_kept_for_their_owner() -> None:
    case = signed(here("persianpetshop", traits=()), found(finding="not_confirmed", customer_refuses_goods=True))
    assert (case.state, case.decision["remedies"]) == ("denied", ["custody"])


def test_terms_that_say_nothing_of_an_inspection_stand_by_what_they_granted() -> None:
    order = delivered_order(make_store("ofiskutum"), traits=(), delivery_method="carrier")
    (case,) = claimed(order, reason="transit_damage", carrier_report=True)
    receive_unannounced(order.store, order, {case.pk: 1}, actor=EXPERT, now=ARRIVED)
    case = fresh(case)
    assert weigh(case, file_of_case(case, SIGNED), found(finding="not_confirmed")).outcome == "review"
    case = signed(case, found())
    assert (case.state, case.decision["remedies"]) == ("choosing", ["replacement"])


def test_where_nothing_comes_back_it_is_verified_without_a_parcel() -> None:
    order = delivered_order(make_store("ofiskutum"), traits=())
    (case,) = claimed(order, reason="missing_parts")
    case = signed(case, found())
    assert (case.state, case.goods, case.decision["remedies"]) == ("choosing", "with_customer", ["correction"])
    assert "verified" in [event.kind for event in events_of(case)]


# ---- serial numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sold", "said", "kept"), [
    ([], {"serial_sold": "A1", "serial_seen": "B2"}, ("A1", "B2")),
    (["A1", "A2"], {"serial_sold": "B2", "serial_seen": "B2"}, ("A1", "B2")),  # nobody can make it fit
    (["A1", "A2"], {"serial_seen": " a 2"}, ("A2", " a 2")),
])  # fmt: skip
def test_what_is_on_the_goods_is_held_against_what_was_sold(sold: list[str], said: dict[str, str], kept: tuple[str, str]) -> None:
    case = here()
    name_serials({case.order_line: sold})
    signed(case, found(**said))
    row = Inspection.objects.get()
    assert (row.serial_sold, row.serial_seen) == kept
