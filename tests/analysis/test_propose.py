"""Proposed cases hold, lie on the boundaries, and reach every case of a clause."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from avdet.analysis.cases import CaseFile, read_cases, run_case
from avdet.analysis.coverage import coverage
from avdet.analysis.propose import propose
from avdet.policies import load
from tests.analysis.bookshop import HEADER

SHOP = HEADER + """\
  - id: BK-A
    at: claim
    when: reason == withdrawal and delivered
    provided: sealed
    within: {days: 7, after: delivered, sets: report_by}
    text: {en: x}
    then: {outcome: approve, return_shipping: customer}
    otherwise: {outcome: deny}
  - {id: BK-B, at: checkout, text: {en: x}, then: {outcome: approve}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    file = tmp_path / "bookshop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return str(file)


def test_a_period_is_proposed_at_its_last_instant_and_one_after(shop: str) -> None:
    told = {scenario["says"]: scenario for scenario in reversed(propose(load(shop).newest))}
    last = told["BK-A: reported in the last instant of 7 days after delivered."]
    late = told["BK-A: reported one instant later than 7 days after delivered."]
    assert last["input"]["claim"]["reported_at"] == "2026-01-26T23:59:59.999999+03:00"
    assert (last["expect"]["outcome"], last["expect"]["deadlines"]) == ("approve", {"report_by": "2026-01-26T23:59:59.999999+03:00"})
    assert late["input"]["claim"]["reported_at"] == "2026-01-27T00:00:00+03:00"
    assert late["expect"]["outcome"] == "deny"


def test_the_one_fact_that_changes_the_answer_is_proposed_the_other_way(shop: str) -> None:
    flips = [scenario for scenario in propose(load(shop).newest) if "the same with" in scenario["says"]]
    assert [(each["says"], each["expect"]["outcome"]) for each in flips] == [("BK-A: the same with sealed false.", "deny")]


def test_proposals_read_back_as_a_case_file_and_hold(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "proposed.yaml"
    proposals = propose(load(shop).newest)
    file.write_text(yaml.safe_dump({"scenarios": proposals}, sort_keys=False), encoding="utf-8")
    cases = read_cases(file)
    assert len({case.id for case in cases}) == len(cases) == len(proposals)
    assert [case.id for case in cases if run_case(case).faults] == []


def test_proposals_for_a_shipped_policy_hold_and_reach_every_case_of_every_clause() -> None:
    edition = load("ofiskutum").newest
    cases = [CaseFile(each["id"], each["says"], each["input"], each["expect"]) for each in propose(edition)]
    assert [case.says for case in cases if run_case(case).faults] == []
    assert coverage(edition, cases).cases_missed == []
