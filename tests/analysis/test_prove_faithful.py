"""The sources as they stand, before anyone has reconciled them: what contradicts itself or is left open is found unaided.

One test for each place that the catalogue of clauses lists as a contradiction or a gap (`docs/explanation/proofs.md` has the
same list). The files in `faithful/` say each clause by itself, with the exceptions that the source itself names and no others.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from avdet.analysis.findings import Finding
from avdet.analysis.prove import check, diff
from avdet.contract import answer
from avdet.contract.question import convert_question
from avdet.core.policy import Policy
from avdet.policies import load

FAITHFUL = Path(__file__).parent / "faithful"


@cache
def source(store: str) -> Policy:
    return load(str(FAITHFUL / f"{store}.yaml"))


@cache
def findings(store: str) -> tuple[Finding, ...]:
    return check(source(store))


def found(store: str, kind: str, *clauses: str) -> Finding:
    """The finding of that kind on exactly those clauses; its witness, asked anew, is answered as the finding says."""
    finding = next(each for each in findings(store) if each.kind == kind and each.clauses == clauses)
    assert finding.witness is not None
    assert answer(convert_question(finding.witness)).outcome == finding.decided["outcome"]
    return finding


def claim(finding: Finding) -> Any:
    assert finding.witness is not None
    return finding.witness["claim"]


def traits(finding: Finding) -> list[str]:
    assert finding.witness is not None
    return list(finding.witness["order"]["lines"][0].get("traits", []))


def gap(store: str, reason: str, *, delivered: bool = True) -> Finding:
    """The gap of a reason, with or without the goods in the customer's hands."""
    for finding in findings(store):
        if finding.kind == "gap" and finding.point == "claim" and claim(finding)["reason"] == reason:
            assert finding.witness is not None
            if ("delivered_at" in finding.witness["order"]) == delivered:
                return finding
    raise AssertionError(f"no gap for {reason}")


def test_24_hours_to_report_damage_though_acceptance_confirms_soundness() -> None:
    assert claim(found("offykala", "conflict", "OFK-DMG-1", "OFK-DOOR-2"))["reason"] == "transit_damage"


def test_a_late_report_of_damage_fares_differently_in_each_store() -> None:
    shops = {store: source(store).newest for store in ("offykala", "persianpetshop", "fetrashop")}
    worse = diff(shops["offykala"], shops["persianpetshop"])
    outcomes = {(change.before["outcome"], change.after["outcome"]) for change in worse
                if change.effect == "outcome" and change.point == "claim" and "PPS-TRN-1" in change.new}  # fmt: skip
    assert ("review", "deny") in outcomes, "Offykala's own clauses disagree there, Persian Pet Shop's refuse"
    better = diff(shops["fetrashop"], shops["persianpetshop"])
    assert any(change.old == ("FET-DMG-1",) and change.new == ("PPS-DMG-1", "PPS-TRN-1") and change.fares == "better"
               for change in better), "within 24 hours Persian Pet Shop grants what Fetrashop refuses at once"  # fmt: skip


def test_refund_on_confirmation_leaves_nothing_to_the_clause_on_refund_without_stock() -> None:
    assert claim(found("offykala", "idle_clause", "OFK-INSP-3", "OFK-INSP-1"))["reason"] == "defect"


def test_sealed_goods_already_received_are_left_open() -> None:
    finding = gap("offykala", "withdrawal")
    assert claim(finding)["answers"] == {"sealed": True}
    assert traits(finding) == []


def test_goods_that_need_testing_are_nowhere_explained() -> None:
    finding = gap("persianpetshop", "defect")
    assert traits(finding) == [], "neither food, gift nor gift card"


@pytest.mark.parametrize("clause", ["PPS-MIS-1", "PPS-DMG-1", "PPS-FOOD-4"])
def test_food_is_excluded_from_everything_and_yet_has_24_hours(clause: str) -> None:
    assert traits(found("persianpetshop", "conflict", "PPS-GEN-1", clause)) == ["food"]


def test_withdrawal_of_sealed_goods_has_no_period() -> None:
    assert claim(found("persianpetshop", "endless", "PPS-WDR-4"))["reason"] == "withdrawal"


def test_the_carrier_must_confirm_and_the_experts_confirmation_decides() -> None:
    finding = found("persianpetshop", "conflict", "PPS-TRN-2", "PPS-COST-1")
    assert finding.witness is not None
    assert finding.witness["inspection"]["finding"] == "confirmed"


def test_7_to_10_working_days_is_a_range() -> None:
    both = [each for each in findings("fetrashop") if each.kind == "conflict" and each.clauses == ("FET-MIS-1-FROM", "FET-MIS-1-TO")]
    assert [each.message.partition(" sets ")[2].split(" ")[0] for each in both] == ["outcome", "deadlines.report_by"]


def test_the_period_starts_before_the_customer_has_the_goods() -> None:
    finding = found("fetrashop", "early_start", "FET-WDR-1", "IR-ECL-38")
    assert finding.level == "law"
    assert finding.witness is not None
    order = finding.witness["order"]
    assert order["handed_to_carrier_at"] < order["delivered_at"] == claim(finding)["reported_at"]
    assert finding.decided["outcome"] == "deny", "delivered this minute, and the time is over"


def test_a_fault_of_goods_without_the_7_day_label_is_left_open() -> None:
    assert traits(gap("fetrashop", "defect")) == []


def test_one_week_at_most_and_48_hours_on_average() -> None:
    assert "decide_by" in found("fetrashop", "conflict", "FET-INSP-1", "FET-INSP-7").message


def test_a_shortage_without_a_report_is_refused_and_corrected() -> None:
    finding = found("ofiskutum", "conflict", "OFI-6.2", "OFI-10.2")
    assert claim(finding)["reason"] == "missing_parts"
    assert claim(finding)["answers"] == {"carrier_report": False}


def test_a_source_that_leaves_everything_to_the_platform_has_no_gap_and_no_conflict() -> None:
    assert {finding.level for finding in findings("hepsiburada")} == {"law"}
