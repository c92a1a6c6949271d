"""What cases exercise of a policy is counted, and what they leave out is named."""

from __future__ import annotations

from typing import Any

from avdet.analysis.cases import CaseFile
from avdet.analysis.coverage import coverage
from avdet.core.policy import Edition
from avdet.policies.shelf import read_bytes
from tests.analysis.bookshop import HEADER

SHOP = HEADER + """\
  - {id: BK-A, at: claim, when: reason == defect, provided: box_kept, text: {en: x}, then: {outcome: approve}, otherwise: {outcome: deny}}
  - {id: BK-B, at: claim, when: food, text: {en: x}, then: {requires: [invoice]}}
  - {id: BK-C, carried_by: notices, text: {en: x}}
"""


def edition() -> Edition:
    return read_bytes(SHOP.encode(), "bookshop.yaml").newest


def case(**answers: Any) -> CaseFile:
    line = {"sku": "A", "quantity": 1, "unit_price": 1, "currency": "TRY"}
    claim = {"sku": "A", "quantity": 1, "reason": "defect", "reported_at": "2026-02-03T10:00:00+03:00", "answers": answers}
    return CaseFile("a", "", {"store": "bookshop.yaml", "at": "claim", "claim": claim,
                              "order": {"placed_at": "2026-02-01T10:00:00+03:00", "lines": [line]}}, {})  # fmt: skip


def test_nothing_run_covers_nothing_and_clauses_that_decide_nothing_do_not_count() -> None:
    found = coverage(edition(), [])
    assert found.share() == {"clauses": (0, 2), "cases": (0, 3), "comparisons": (0, 6)}
    assert found.clauses_missed == ["BK-A", "BK-B"]


def test_a_comparison_counts_once_for_each_way_it_was_seen() -> None:
    found = coverage(edition(), [case(box_kept=True)])
    assert found.cases_missed == [("BK-A", 1), ("BK-B", 0)]
    assert found.one_sided == [("BK-A", "reason == defect", False), ("BK-A", "box_kept", False), ("BK-B", "food", True)]
    assert coverage(edition(), [case(box_kept=True), case(box_kept=False)]).cases_missed == [("BK-B", 0)]


def test_what_is_unknown_is_seen_neither_way() -> None:
    found = coverage(edition(), [case()])
    assert ("BK-A", "box_kept", True) in found.one_sided
    assert found.cited == set(), "the answer is to ask for the box"


def test_a_question_that_cannot_be_asked_is_counted_and_exercises_nothing() -> None:
    wrong = case()
    found = coverage(edition(), [CaseFile("b", "", {**wrong.question, "at": "never"}, {})])
    assert (found.asked, found.refused, found.applied) == (0, 1, set())
