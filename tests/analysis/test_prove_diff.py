"""What changes between two editions: worse and better, by clause, each shown by a claim put to both."""

from __future__ import annotations

import pytest

from avdet.analysis.prove import Change, check, diff
from avdet.analysis.prove.witness import Witness, WitnessError, put
from avdet.core.policy import Edition
from avdet.policies.shelf import read_bytes
from tests.analysis.bookshop import HEADER

SHOP = HEADER + """\
  - id: BK-A
    at: claim
    text: {en: x}
"""
BASE = "    within: {days: 14, after: delivered, sets: report_by}\n    then: {outcome: approve, remedies: [refund, replacement], return_shipping: store}\n    otherwise: {outcome: deny}\n"


def edition(rest: str = BASE, header: str = SHOP) -> Edition:
    return read_bytes((header + rest).encode(), "bookshop.yaml").newest


def kinds(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(change.fares, change.effect) for change in changes]


def test_an_edition_beside_itself_shows_nothing() -> None:
    assert diff(edition(), edition()) == ()


@pytest.mark.parametrize(("was", "becomes", "expected"), [
    ("days: 14", "days: 7", [("worse", "outcome"), ("worse", "deadlines.report_by")]),
    ("days: 7", "days: 14", [("better", "outcome"), ("better", "deadlines.report_by")]),
    ("return_shipping: store", "return_shipping: customer", [("worse", "return_shipping")]),
    ("return_shipping: customer", "return_shipping: store", [("better", "return_shipping")]),
    ("[refund, replacement]", "[refund]", [("worse", "remedies")]),
    ("[refund]", "[refund, replacement]", [("better", "remedies")]),
    ("[refund]", "[refund], requires: [invoice]", [("worse", "requires")]),
    ("[refund]", "[refund], deadlines: {refund_by: {days: 20, after: reported}}", []),
])  # fmt: skip
def test_each_change_is_told_by_what_it_does_to_claims(was: str, becomes: str, expected: list[tuple[str, str]]) -> None:
    text = BASE if was in BASE else BASE.replace("days: 14", "days: 7") if was == "days: 7" else BASE
    old = text.replace("[refund, replacement]", "[refund]") if was.startswith("[refund]") else text
    old = old.replace("return_shipping: store", was) if was.startswith("return_shipping") else old
    assert was in old
    assert kinds(diff(edition(old), edition(old.replace(was, becomes)))) == expected


def test_a_later_refund_is_worse_and_an_earlier_one_better() -> None:
    slow, quick = (BASE.replace("[refund, replacement]", f"[refund], deadlines: {{refund_by: {{days: {n}, after: reported}}}}")
                   for n in (20, 5))  # fmt: skip
    assert kinds(diff(edition(quick), edition(slow))) == [("worse", "deadlines.refund_by")]
    assert kinds(diff(edition(slow), edition(quick))) == [("better", "deadlines.refund_by")]


def test_a_change_names_the_clauses_of_both_and_its_witness_is_answered_so_by_each() -> None:
    old, new = edition(), edition(BASE + "  - {id: BK-B, at: claim, when: food, exception_to: [BK-A], text: {en: x}, then: {outcome: deny}}\n")
    (change,) = diff(old, new)
    assert (change.fares, change.effect, change.old, change.new) == ("worse", "outcome", ("BK-A",), ("BK-B",))
    assert (change.before["outcome"], change.after["outcome"]) == ("approve", "deny")
    assert change.witness["order"]["lines"][0]["traits"] == ["food"]
    for each, outcome in ((old, "approve"), (new, "deny")):
        assert put(None, dict(change.witness), each).settled.decision.outcome == outcome  # type: ignore[arg-type]


def test_a_holiday_added_to_the_calendar_moves_deadlines_though_no_clause_changed() -> None:
    working = BASE.replace("days: 14", "working_days: 14")
    closed = SHOP.replace("weekend: [saturday, sunday]", "weekend: [friday, saturday, sunday]")
    assert ("better", "deadlines.report_by") in kinds(diff(edition(working), edition(working, closed)))


def test_the_worse_come_first() -> None:
    both = BASE.replace("days: 14", "days: 7").replace("return_shipping: store", "return_shipping: customer")
    mixed = diff(edition(both), edition(BASE.replace("[refund, replacement]", "[refund]")))
    assert [change.fares for change in mixed] == sorted((change.fares for change in mixed), key=("worse", "better").index)
    assert {change.fares for change in mixed} == {"worse", "better"}


def test_a_claim_that_replays_otherwise_is_a_bug_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Witness._mask
    monkeypatch.setattr(Witness, "_mask", lambda self, engine: real(self, engine) ^ 1)
    with pytest.raises(WitnessError, match="BK-A"):
        diff(edition(), edition(BASE.replace("days: 14", "days: 7")))
    with pytest.raises(WitnessError, match="BK-A"):
        check(edition().policy)
