"""*What if I return it?*: literals in, literals out, from the shipped policies; whatever it says, a real claim is answered so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from avdet.contract.answer import render, settle_by
from avdet.contract.question import Claim, Line, Order, Question
from avdet.contract.returns import WELL_KEPT, Goods, Ground, Returns, if_returned
from avdet.core.vocabulary import TRAITS
from avdet.policies import load
from avdet.policies.shelf import STORES

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def asked(store: str, *traits: str, language: str = "en") -> Returns:
    policy = load(store)
    return if_returned(policy, policy.newest, Goods(traits, 45_000_000, "IR"), now=NOW, language=language)


def ground(store: str, name: str, *traits: str) -> Ground:
    return next(each for each in asked(store, *traits).grounds if name in each.grounds)


def period(found: Ground) -> tuple[int, str, str] | None:
    return (found.report_by.count, found.report_by.unit, found.report_by.after) if found.report_by else None


def carriage(found: Ground) -> list[tuple[str, str, str]]:
    return [(each.when, each.effect, each.payer) for each in found.carriage]


@pytest.mark.parametrize(
    ("store", "name", "traits", "clauses"),
    [
        ("fetrashop", "withdrawal", ["made_to_order"], ["FET-WDR-3"]),
        ("fetrashop", "withdrawal", ["call_before_buying"], ["FET-WDR-3"]),
        ("fetrashop", "transit_damage", [], ["FET-DMG-1"]),
        ("persianpetshop", "withdrawal", ["food"], ["PPS-GEN-1"]),
        ("persianpetshop", "withdrawal", ["hygiene"], ["PPS-WDR-5"]),
        ("persianpetshop", "withdrawal", ["gift_card"], ["PPS-GEN-4"]),
        ("offykala", "withdrawal", ["large"], ["OFK-WDR-3"]),
        ("offykala", "defect", [], ["OFK-EXC-1"]),
    ],
)
def test_what_cannot_be_returned_is_refused_by_its_clause(store: str, name: str, traits: list[str], clauses: list[str]) -> None:
    found = ground(store, name, *traits)
    assert (found.outcome, [why.clause for why in found.because]) == ("deny", clauses)
    assert (found.ends, found.carriage, found.remedies) == ((), (), ())
    assert all(why.text for why in found.because)


def test_a_gap_is_said_to_be_one() -> None:
    found = ground("fetrashop", "defect")
    assert (found.outcome, [why.clause for why in found.because]) == ("review", [""])
    assert found.because[0].text


def test_a_change_of_mind_at_fetrashop() -> None:
    found = ground("fetrashop", "withdrawal")
    assert (found.outcome, found.remedies, period(found)) == ("approve", ("refund",), (7, "working_days", "handed_to_carrier"))
    assert carriage(found) == [("always", "return_shipping", "customer"), ("always", "redelivery_shipping", "customer")]
    assert found.ends == ("FET-WDR-1", "FET-SEND-5")


def test_the_seven_day_test_and_who_pays_by_the_experts_finding() -> None:
    found = ground("fetrashop", "defect", "seven_day_test")
    assert (found.outcome, found.remedies, period(found)) == ("approve", ("replacement", "refund", "other_product"), (7, "days", "delivered"))
    assert carriage(found) == [
        ("confirmed", "return_shipping", "store"), ("confirmed", "redelivery_shipping", "store"),
        ("not_confirmed", "return_shipping", "customer"), ("not_confirmed", "redelivery_shipping", "customer"),
    ]  # fmt: skip


def test_food_before_shipping_at_the_door_and_after() -> None:
    assert ground("persianpetshop", "cancellation", "food").outcome == "approve"
    assert [why.clause for why in ground("persianpetshop", "at_door", "food").because] == ["PPS-TRN-4", "PPS-FOOD-3"]
    assert period(ground("persianpetshop", "mismatch", "food")) == (24, "hours", "delivered")


def test_the_page_says_only_what_concerns_its_product() -> None:
    assert [why.clause for why in asked("persianpetshop", "food").notes] == ["PPS-FOOD-1"]
    assert asked("persianpetshop").notes == ()
    assert [why.clause for why in asked("fetrashop").specification] == ["FET-MIS-4"]
    assert asked("hepsiburada").specification == ()


def test_grounds_that_fare_alike_are_one() -> None:
    names = [each.grounds for each in asked("hepsiburada").grounds]
    assert names == [("cancellation",), ("at_door", "withdrawal", "transit_damage", "defect", "mismatch", "missing_parts", "wrong_item")]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("trait", ["", *TRAITS])
def test_each_ground_is_there_once_and_each_clause_named_has_its_text(store: str, trait: str) -> None:
    for language in ("tr", "fa", "en"):
        found = asked(store, *filter(None, [trait]), language=language)
        names = [name for each in found.grounds for name in each.grounds]
        assert len(names) == len(set(names))
        assert {"cancellation", "at_door", "withdrawal", "defect", "mismatch"} <= set(names)
        assert ("installation_fault" in names) == (trait == "authorised_installation")
        cited = {clause for each in found.grounds for clause in each.cited() if clause}
        assert cited <= set(found.texts)
        assert all(found.texts.values())


@pytest.mark.parametrize("store", STORES)
def test_a_well_kept_claim_is_answered_as_the_page_said(store: str) -> None:
    policy = load(store)
    line = Line("x", 1, 45_000_000, policy.currency, traits=["seven_day_test"])
    order = Order(NOW, [line], paid_at=NOW, invoiced_at=NOW, handed_to_carrier_at=NOW, delivered_at=NOW)
    for reason in ("withdrawal", "defect", "mismatch", "transit_damage"):
        claim = Claim("x", 1, NOW, reason, WELL_KEPT)
        question = Question(store, "claim", order, NOW, claim=claim)
        real = render(settle_by(policy, question), question, "en")
        shown = ground(store, reason, "seven_day_test")
        assert (shown.outcome, shown.report_by) == (real.outcome, real.deadlines.get("report_by", shown.report_by)), reason
