"""Each kind of finding, in a shop small enough to see why; and a shop in which there is nothing to find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from avdet.analysis.findings import Finding
from avdet.analysis.prove import check
from avdet.contract import answer
from avdet.contract.question import convert_question
from avdet.core.policy import Policy
from avdet.policies import law_of, load
from avdet.policies.shelf import policy_path
from tests.analysis.bookshop import HEADER

REST = """
  - {id: BK-R, at: claim, when: not delivered or reason != defect, text: {en: x}, then: {outcome: review}}
"""
"""Answers every claim but a defect in delivered goods, so that a table row is about those alone."""


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    def build(clauses: str, *, header: str = HEADER) -> Policy:
        file = tmp_path / "bookshop.yaml"
        file.write_text(header + clauses, encoding="utf-8")
        return load(str(file))

    return build


def found(policy: Policy, kind: str, **how: Any) -> list[Finding]:
    """The findings of a kind, once every witness has been put to the shelf's own policy as `avdet decide` would."""
    findings = check(policy, **how)
    for finding in findings:
        if finding.witness is not None:
            again = answer(convert_question(finding.witness))
            assert again.outcome == finding.decided["outcome"], finding
            assert list(dict.fromkeys(row.clause for row in again.because)) == finding.decided["clauses"], finding
    return [finding for finding in findings if finding.kind == kind]


ROWS = {
    "gap": ("error", ("BK-A",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {requires: [invoice]}}"""),
    "conflict": ("error", ("BK-A", "BK-B"), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == defect and delivered and box_marked, text: {en: x}, then: {outcome: deny}}"""),
    "dead_clause": ("error", ("BK-B",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == defect and days_since_delivery < 3 and days_since_delivery > 5, text: {en: x},
     then: {requires: [invoice]}}"""),
    "dead_case": ("error", ("BK-A",), """
  - id: BK-A
    at: claim
    when: reason == defect and delivered
    text: {en: x}
    cases:
      - {when: box_kept, then: {outcome: approve}}
      - {when: box_kept and food, then: {outcome: deny}}
      - then: {outcome: deny}"""),
    "overridden": ("error", ("BK-A", "BK-B"), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == defect, exception_to: [BK-A], text: {en: x}, then: {outcome: deny}}"""),
    "idle_clause": ("note", ("BK-B", "BK-A"), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve, requires: [invoice]}}
  - {id: BK-B, at: claim, when: reason == defect and delivered and food, text: {en: x}, then: {requires: [invoice]}}"""),
    "evidence_harms": ("error", ("BK-B",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == defect and delivered and documents, exception_to: [BK-A], text: {en: x},
     then: {outcome: deny}}"""),
    "endless": ("note", ("BK-A",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}"""),
    "no_start": ("error", ("BK-A",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x},
     then: {outcome: approve, deadlines: {report_by: {days: 7, after: handed_to_carrier}}}}"""),
    "early_start": ("note", ("BK-A",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x},
     within: {days: 7, after: handed_to_carrier, sets: report_by}, then: {outcome: approve}, otherwise: {outcome: deny}}"""),
    "idle_gap": ("note", ("BK-A",), """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-Z, carried_by: terms_page, text: {en: x}}
gaps:
  - {about: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}}"""),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_each_fault_is_found_with_a_claim_that_shows_it(kind: str, shop: Any) -> None:
    level, clauses, text = ROWS[kind]
    clause_rows, gaps, declared = text.partition("\ngaps:")
    findings = found(shop(clause_rows + REST + gaps + declared), kind)
    assert [(finding.level, finding.clauses) for finding in findings] == [(level, clauses)]
    assert (findings[0].witness is None) == (kind in ("dead_clause", "dead_case", "idle_gap"))


def test_a_shop_without_faults_has_no_findings(shop: Any) -> None:
    policy = shop("""
  - id: BK-A
    at: claim
    when: delivered
    text: {en: x}
    within: {days: 14, after: delivered, sets: report_by}
    then: {outcome: approve, remedies: [refund], return_shipping: store}
    otherwise: {outcome: deny}
  - {id: BK-B, at: claim, when: not delivered, text: {en: x}, then: {outcome: approve, remedies: [cancellation]}}""")
    assert check(policy) == ()


def test_a_named_gap_is_a_note_and_says_what_it_is_about(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: reason == defect, text: {en: x}, within: {days: 9, after: delivered}, then: {outcome: approve},
     otherwise: {outcome: deny}}
gaps:
  - {about: BK-A, at: claim, when: reason != defect, text: {en: x}}""")
    assert [(f.level, f.clauses, f.point) for f in found(policy, "gap")] == [("note", ("BK-A",), "claim")]


def test_gaps_are_told_apart_by_reason_and_by_the_clauses_near_them(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, provided: box_kept, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == withdrawal, text: {en: x}, provided: sealed, then: {outcome: approve}}
  - {id: BK-C, at: claim, when: "not reason in (defect, withdrawal)", text: {en: x}, then: {outcome: deny}}""")
    told = [finding.message.partition(": ")[2] for finding in found(policy, "gap")]
    assert sorted(told) == ["defect, not box_kept", "defect, not delivered", "withdrawal, not sealed"]


def test_a_witness_says_no_more_than_it_must(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, when: reason == defect and delivered and days_since_delivery > 30 and unit_price > 5000 and large,
     text: {en: x}, then: {outcome: deny}}
  - {id: BK-C, at: claim, when: documents and refused, text: {en: x}, then: {requires: [documents]}}""" + REST)
    (conflict,) = found(policy, "conflict")
    assert conflict.witness is not None
    order, claim = conflict.witness["order"], conflict.witness["claim"]
    assert claim["answers"] == {}
    assert order["lines"] == [{"sku": "A", "quantity": 1, "unit_price": 5001, "currency": "TRY", "traits": ["large"]}]
    assert set(order) == {"placed_at", "delivered_at", "lines"}
    assert order["delivered_at"] == "2025-12-21T23:59:00+03:00", "the youngest delivery that is 31 days old at noon of 21 January"


def test_a_clause_that_waits_for_the_outcome_is_idle_only_if_that_outcome_never_comes(shop: Any) -> None:
    text = """
  - {{id: BK-A, at: claim, when: reason == defect and delivered, text: {{en: x}}, then: {{outcome: {outcome}}}}}
  - {{id: BK-B, at: claim, when: reason == defect and delivered, once: granted, text: {{en: x}}, then: {{requires: [invoice]}}}}"""
    assert [f.clauses[0] for f in found(shop(text.format(outcome="deny") + REST), "overridden")] == ["BK-B"]
    assert found(shop(text.format(outcome="approve") + REST), "overridden") == []


def test_conflicts_of_payers_and_deadlines_are_found_too(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, text: {en: x}, then: {outcome: approve, return_shipping: store,
     deadlines: {send_by: {days: 3, after: reported}}}}
  - {id: BK-B, at: claim, when: food, text: {en: x}, then: {return_shipping: customer}}
  - {id: BK-C, at: claim, when: large, text: {en: x}, then: {deadlines: {send_by: {days: 5, after: reported}}}}""")
    assert [finding.clauses for finding in found(policy, "conflict")] == [("BK-A", "BK-B"), ("BK-A", "BK-C")]


def test_defects_that_fare_worse_than_a_change_of_mind_are_noted(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, within: {days: 7, after: delivered},
     then: {outcome: approve}, otherwise: {outcome: deny}}
  - {id: BK-B, at: claim, when: reason == withdrawal and delivered, text: {en: x}, within: {days: 14, after: delivered},
     then: {outcome: approve}, otherwise: {outcome: deny}}
  - {id: BK-C, at: claim, when: "not delivered or not reason in (defect, withdrawal)", text: {en: x}, then: {outcome: review}}""")
    (slighted,) = found(policy, "defect_slighted")
    assert (slighted.level, slighted.clauses) == ("note", ("BK-A", "BK-B"))
    assert "delivered 7 days 12 h 1 min before" in slighted.message


# ---- the law ---------------------------------------------------------------------------------------------------------

LAWFUL = HEADER.replace("currency: TRY", "currency: TRY\nlaw: tr")


def test_claims_that_the_law_grants_and_the_store_denies_are_listed_apart(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: reason == withdrawal and delivered, text: {en: x}, within: {days: 7, after: delivered, sets: report_by},
     then: {outcome: approve, return_shipping: customer}, otherwise: {outcome: deny}}
  - {id: BK-B, at: claim, when: reason != withdrawal or not delivered, text: {en: x}, then: {outcome: approve}}""", header=LAWFUL)
    assert [(f.level, f.clauses[0]) for f in found(policy, "below_law_outcome")] == [("law", "BK-A")]
    assert [(f.level, f.clauses[0]) for f in found(policy, "below_law_return_shipping")] == [("law", "BK-A")]
    assert [(f.level, f.clauses) for f in found(policy, "below_law_outbound_shipping")] == [("law", ("TR-MSY-12",))]
    (shorter,) = found(policy, "below_law_report_by")
    assert (shorter.level, shorter.clauses) == ("law", ("BK-A", "TR-MSY-9"))


def test_seven_calendar_days_fall_short_of_seven_working_days_only_when_holidays_come_between() -> None:
    iranian = law_of("ir")
    assert [f for f in check(iranian) if f.level == "error"] == []
    assert not [f for f in check(iranian, law=iranian) if f.kind.startswith("below_law")]


def test_a_law_that_binds_hides_no_gap_of_the_terms(shop: Any) -> None:
    text = """
  - {id: BK-A, at: claim, when: reason == defect and delivered, text: {en: x}, then: {outcome: approve}}"""
    policy = shop(text, header=LAWFUL + "")
    binding = shop(text, header=LAWFUL.replace("law: tr", "law: tr\nlaw_binds: true"))
    loose, bound = ([f.message for f in check(each) if f.kind == "gap"] for each in (policy, binding))
    assert loose == bound
    assert len(loose) == 8, "one for each reason"


def test_another_law_than_the_policys_own_can_stand_beside_it(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, text: {en: x}, then: {outcome: deny}}""")
    assert found(policy, "below_law_outcome") == []
    beside = check(policy, law=law_of("eu"))
    assert {f.clauses[1][:3] for f in beside if f.kind == "below_law_outcome"} == {"EU-"}


# ---- editions --------------------------------------------------------------------------------------------------------


def test_each_edition_is_proved_on_orders_placed_while_it_was_in_force(shop: Any) -> None:
    versions = """versions:
  - {version: "1", in_force_from: 2024-01-01}
  - {version: "2", in_force_from: 2026-01-01}"""
    header = HEADER.replace('versions: [{version: "1", in_force_from: 2020-01-01}]', versions)
    policy = shop("""
  - {id: BK-A, at: claim, valid_to: 2026-01-01, when: reason == defect, text: {en: x}, then: {outcome: approve}}
  - {id: BK-B, at: claim, valid_from: 2026-01-01, when: reason == defect, text: {en: x}, then: {outcome: approve}}""", header=header)
    for edition, low, high in ((policy.editions[0], "2024", "2026"), (policy.newest, "2026", "9999")):
        gaps = found(replace(policy, editions=(edition,)), "gap", editions=[edition])
        assert gaps
        for gap in gaps:
            assert gap.witness is not None
            assert low <= gap.witness["order"]["placed_at"] < high
            assert answer(convert_question(gap.witness)).policy.version == edition.version


def test_the_witness_of_an_edited_copy_names_the_copy_and_not_the_shipped_policy(tmp_path: Path) -> None:
    copy = tmp_path / "mine.yaml"
    copy.write_bytes(policy_path("hepsiburada").read_bytes())
    assert {finding.witness["store"] for finding in check(load(str(copy))) if finding.witness} == {str(copy)}
    assert {finding.witness["store"] for finding in check(load("hepsiburada")) if finding.witness} == {"hepsiburada"}


def test_findings_are_plain_data_in_the_end(shop: Any) -> None:
    policy = shop("""
  - {id: BK-A, at: claim, when: food, text: {en: x}, then: {outcome: deny}}""")
    encoded = msgspec.json.encode(check(policy))
    assert msgspec.json.decode(encoded)[0]["witness"]["at"] == "claim"
