"""What a colleague granted has deadlines of its own, and holds at the bench until the goods are found otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.decide_case import file_of_case
from avdet.workflows.cases.inspect_case import Findings, foresee
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.take_decision import money_by
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.goods.return_ways import demands, ways_for
from avdet.workflows.remedies.remedy_sums import moment_of
from tests.factories import NOW, make_staff, make_store
from tests.workflows.cases import claimed_pieces, delivered, filed
from tests.workflows.remedies import FAULTY, again, arrived, examined

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
REFUND = {"outcome": "approve", "remedies": ["refund"], "return_shipping": "store"}


def granted(slug: str = "fetrashop", *, at: datetime = NOW + HOUR, reason: str = "withdrawal", **asked: Any) -> tuple[Case, User]:
    """A claim that the terms refuse and a colleague grants."""
    answers = {**FAULTY, "sealed": False, "carrier_report": False}
    case = filed(delivered(make_store(slug), traits=["seven_day_test", "serial_number"]), reason=reason, answers=answers)
    assert case.state == "denied"
    expert = make_staff(case.store, "expert")
    override_case(case, {**REFUND, **asked}, reason="a regular customer", author=expert, now=at)
    return again(case), expert


def open_deadlines(case: Case) -> dict[str, tuple[datetime, list[str]]]:
    return {each.kind: (each.due_at, each.clauses) for each in case.deadlines.filter(state="open")}


def test_what_is_granted_is_sent_in_time_by_our_own_period_where_nobody_names_one() -> None:
    case, _ = granted()
    ((kind, (due_at, clauses)),) = open_deadlines(case).items()
    assert (kind, case.due_at, clauses) == ("send_by", due_at, [])
    assert timedelta(days=14) <= due_at - NOW < timedelta(days=15)
    assert case.decision["deadlines"]["decide_by"]["after"] == "goods_received"


def test_a_period_that_the_law_names_is_the_laws() -> None:
    case, _ = granted("ofiskutum", reason="transit_damage")
    assert open_deadlines(case)["send_by"][1][0].startswith("TR-")


def test_nobody_is_late_for_what_is_only_granted_today() -> None:
    case, _ = granted(at=NOW + timedelta(days=40))
    assert open_deadlines(case)["send_by"][0] > NOW + timedelta(days=53)


def test_goods_that_have_come_are_decided_in_the_terms_own_time() -> None:
    case = arrived(granted()[0], now=NOW + 2 * HOUR)
    due_at, clauses = open_deadlines(case)["decide_by"]
    assert (clauses, case.waits_for, case.due_at) == (["FET-INSP-1"], "store", due_at)
    assert timedelta(days=7) <= due_at - NOW < timedelta(days=8)


def test_a_refund_that_was_granted_is_due_like_any() -> None:
    case, expert = granted()
    case = examined(arrived(case, now=NOW + 2 * HOUR), by=expert, now=NOW + 3 * HOUR)
    promised = money_by(case, NOW + 3 * HOUR)
    assert promised is not None
    due_at = promised.due_at
    assert (moment_of(case, "refund_by"), promised.clauses) == (due_at, ["FET-INSP-2"])
    first = moment_of(case, "refund_from")
    assert first is not None
    assert first < due_at


# ---- what is to be packed ------------------------------------------------------------------------------------------------


def demanded(slug: str, reason: str, traits: list[str], **answers: bool) -> dict[str, tuple[str, ...]]:
    """What a claim that the terms do not grant asks of its customer, once a colleague has: demand → clauses."""
    case = filed(delivered(make_store(slug), traits=traits), reason=reason, answers={**FAULTY, "sealed": True, **answers})
    assert case.state in ("review", "denied")
    override_case(case, REFUND, reason="a regular customer", author=make_staff(case.store, "expert"), now=NOW + HOUR)
    fresh = again(case)
    assert (fresh.state, set(demands([fresh]))) == ("approved", set(fresh.decision["requires"]))
    return demands([fresh])


@pytest.mark.parametrize(("reason", "asked", "unasked"), [
    ("mismatch", {"signed_fault_note": "OFK-SEND-5", "remove_passwords": "OFK-SEND-7", "outer_box": "OFK-SEND-2"}, set()),
    ("withdrawal", {"invoice": "OFK-SEND-3", "postal_receipt_photo": "OFK-SEND-6"}, {"signed_fault_note", "remove_passwords"}),
])  # fmt: skip
def test_what_the_terms_leave_open_is_packed_and_sent_by_them_once_it_is_granted(
    reason: str, asked: dict[str, str], unasked: set[str]
) -> None:
    found = demanded("offykala", reason, ["serial_number"])
    for demand, clause in {**asked, "express_post_only": "OFK-SEND-8", "arrange_first": "OFK-SEND-1"}.items():
        assert clause in found[demand]
    assert not unasked & set(found)
    (case,) = Case.objects.all()
    assert [(way.key, way.clauses) for way in ways_for(case.order, [case], "fa")] == [("express_post", ("OFK-SEND-8",))]
    assert case.decision["missing"] == []


def test_a_refusal_that_is_set_aside_leaves_the_demands_of_the_clause_that_grants() -> None:
    found = demanded("persianpetshop", "withdrawal", ["hygiene"])
    assert found["gift_back"] == ("PPS-WDR-4",)
    assert "PPS-SEND-2" in found["outer_box"]


def test_a_fault_without_the_label_has_to_be_insured() -> None:
    found = demanded("fetrashop", "defect", ["serial_number"])
    assert (found["insurance_form"], found["six_photos"]) == (("FET-SEND-4",), ("FET-SEND-3",))


def test_nothing_is_asked_that_the_customer_has_said_is_not_there() -> None:
    found = demanded("fetrashop", "defect", ["seven_day_test", "serial_number"], box_kept=False)
    assert "original_box" not in found
    assert found["outer_box"] == ("FET-SEND-8",)


def test_nothing_has_to_be_packed_where_nothing_comes_back() -> None:
    assert "outer_box" not in demanded("offykala", "missing_parts", ["serial_number"])


# ---- at the bench ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [{"finding": "misuse"}, {"finding": "not_confirmed"}, {"finding": "confirmed", "within_rules": False}])
def test_a_finding_against_it_leaves_both_for_an_expert_to_decide(found: dict[str, Any]) -> None:
    case, expert = granted(reason="mismatch")
    case = arrived(case, now=NOW + 2 * HOUR)
    foreseen = foresee(case, file_of_case(case, NOW + 3 * HOUR), Findings(1, **{"within_rules": True, **found}))
    case = examined(case, by=expert, now=NOW + 3 * HOUR, **found)
    sides = [(row["clause"], row["says"]) for row in case.decision["because"]]
    assert (case.state, case.waits_for, case.outcome, foreseen.outcome) == ("review", "store", "review", "review")
    assert sides
    assert "law" in case.decision
    assert {says for _, says in sides} == {"deny"}
    due = case.due_at
    assert due is not None
    watch_deadlines({}, due)
    answer_case(case, {}, actor=Actor.of(expert, "staff", "desk"), now=due + HOUR)
    assert (again(case).state, again(case).due_at) == ("review", due)  # it stays overdue as long as nobody decides
    override_case(case, {"outcome": "deny"}, reason="it was used", author=expert, now=NOW + 4 * HOUR)
    assert again(case).state == "denied"


def test_what_nobody_has_found_otherwise_stays_granted() -> None:
    """The terms are silent about what an examination of it finds."""
    case, expert = granted("ofiskutum", reason="transit_damage")
    case = examined(arrived(case, now=NOW + 2 * HOUR), by=expert, now=NOW + 3 * HOUR)
    assert (case.state, case.decision["remedies"], case.decision["return_shipping"]) == ("choosing", ["refund"], "store")
    assert money_by(case, NOW + 3 * HOUR) is not None


def test_a_grant_that_was_made_in_sight_of_the_finding_stands() -> None:
    case, expert = granted(reason="mismatch")
    case = examined(arrived(case, now=NOW + 2 * HOUR), "misuse", by=expert, now=NOW + 3 * HOUR)
    override_case(case, REFUND, reason="we want to be kind", author=expert, now=NOW + 4 * HOUR)
    case = examined(case, "misuse", by=expert, now=NOW + 3 * HOUR)
    assert (case.state, case.decision["remedies"]) == ("choosing", ["refund"])


def test_what_was_denied_meanwhile_is_opened_again_by_a_finding_that_speaks_for_it() -> None:
    """An expert corrects what the claim rested on; the bench then finds nothing against the grant."""
    case, expert = granted(reason="mismatch")
    case = arrived(case, now=NOW + 2 * HOUR)
    case = answer_case(case, {"box_kept": False}, actor=Actor.of(expert, "staff", "desk"), now=NOW + 2 * HOUR)
    assert (case.state, claimed_pieces(case)) == ("denied", 0)
    case = examined(case, by=expert, now=NOW + 3 * HOUR)
    assert (case.state, claimed_pieces(case), case.decision["remedies"]) == ("choosing", 1, ["refund"])
    assert broken(case, events_of(case)) is None
