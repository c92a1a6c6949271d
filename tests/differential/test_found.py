"""Disagreements that the drawn policies once found, each kept as the smallest policy that shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from avdet.analysis.columns.cells import Cells
from avdet.analysis.columns.codes import packing
from avdet.core import conditions as c
from avdet.core.decide import Engine, decide, united
from avdet.core.errors import PolicyError
from avdet.core.facts import UNKNOWN
from avdet.core.trace import trace
from avdet.policies.shelf import read_bytes
from tests import oracle
from tests.strategies import BASE


def engine(*clauses: dict[str, Any], **header: Any) -> tuple[Engine, oracle.Terms]:
    """A policy of these clauses, and what the oracle makes of it."""
    doc = {
        "avdet": 1, "store": "bookshop", "name": {"en": "Bookshop"}, "languages": ["en"], "currency": "EUR",
        "calendar": {"country": "none", "zone": "Europe/Istanbul", "weekend": ["sunday"]},
        "versions": [{"version": "1", "in_force_from": "2026-01-01"}],
        "clauses": [{"id": f"BKS-{i}", "at": "claim", "text": {"en": "x"}, **clause} for i, clause in enumerate(clauses, 1)],
        **header,
    }  # fmt: skip
    return Engine(read_bytes(json.dumps(doc).encode(), "drawn.yaml").newest), oracle.from_document(doc, "2026-01-01")


def test_a_deadline_is_set_once() -> None:
    within = {"days": 7, "after": "delivered", "sets": "send_by"}
    other = {"deadlines": {"send_by": {"days": 3, "after": "delivered"}}}
    with pytest.raises(PolicyError, match="within"):
        engine({"within": within, "then": {"outcome": "approve", **other}})
    with pytest.raises(PolicyError, match="within"):
        engine({"within": within, "then": {"outcome": "approve"}, "otherwise": other})


def test_a_fact_known_too_early_counts_as_known() -> None:
    """The code generated for one reason once took `known finding` for settled before the claim was there."""
    found, terms = engine({"when": {"fact": "finding", "op": "known"}, "then": {"outcome": "approve"}})
    facts = {**BASE, "reason": "defect", "finding": "confirmed"}
    assert oracle.opinion(terms, "claim", facts).ways[0].outcome == "approve"
    assert decide(found, "claim", facts).outcome == "approve"
    assert decide(found, "claim", {**facts, "finding": None}).finding == "gap"


def test_a_list_of_values_asks_no_fact_that_cannot_matter() -> None:
    """Where different clauses named different countries, two equal answers once looked different, and `used` was asked."""
    found, terms = engine(
        {"then": {"outcome": "approve"}},
        {"when": {"fact": "country", "op": "==", "value": "IR"}, "then": {"outcome": "deny"}},
        {"when": {"all": [{"fact": "used", "op": "==", "value": True}, {"fact": "country", "op": "in", "value": ["TR", "DE"]}]},
         "then": {"outcome": "approve"}},
    )  # fmt: skip
    facts = {**BASE, "reason": "defect"}
    assert oracle.opinion(terms, "claim", facts).ask == {"country"}
    assert decide(found, "claim", facts).ask == ("country",)


def test_one_is_not_yes() -> None:
    assert c.show(c.parse("quantity == 1")) == "quantity == 1"
    assert c.show(c.parse("sealed == true")) == "sealed"


def test_remedies_whose_orders_contradict_stand_as_they_first_appear() -> None:
    lists: list[tuple[str, ...]] = [("replacement", "correction"), ("correction", "replacement"), ("refund", "other_product"), ("custody", "refund")]
    assert united(lists) == ("replacement", "correction", "refund", "other_product", "custody")
    assert united(lists[1:]) == oracle.united([list(each) for each in lists[1:]]) == (
        "correction", "replacement", "custody", "refund", "other_product")  # fmt: skip


def test_a_case_that_waited_for_a_granted_outcome_did_not_wait_in_vain() -> None:
    """Where what it added led to a dispute, the trace once showed it as still waiting."""
    found, terms = engine(
        {"then": {"outcome": "approve", "return_shipping": "customer"}},
        {"once": "granted", "then": {"return_shipping": "store"}},
    )
    facts = {**BASE, "reason": "defect"}
    assert decide(found, "claim", facts).finding == "conflict"
    assert [reason.status for reason in trace(found, "claim", facts)] == ["in_force", "in_force"]
    assert set(oracle.standing(terms, "claim", facts).values()) == {"in_force"}


def test_a_clause_that_disagrees_in_every_case_is_cited() -> None:
    """Where it would have said one thing or another, it once went uncited, and the rest seemed to dispute with nobody."""
    found, _ = engine(
        {"then": {"outcome": "approve"}},
        {"cases": [{"when": {"fact": "sealed", "op": "==", "value": True}, "then": {"outcome": "deny"}},
                   {"then": {"outcome": "evidence"}}]},
    )  # fmt: skip
    decision = decide(found, "claim", {**BASE, "reason": "defect"})
    assert decision.finding == "conflict"
    assert [(row.clause, row.finding, row.says) for row in decision.because] == [
        ("BKS-1", "conflict", "approve"), ("BKS-2", "conflict", "")]  # fmt: skip


def test_a_case_that_can_never_hold_asks_for_no_fact() -> None:
    """Its scope was once evaluated all the same, on a fact that nobody had thought to supply."""
    found, _ = engine(
        {"when": {"fact": "days_since_order", "op": ">", "value": 3}, "cases": [{"when": {"any": []}, "then": {"outcome": "deny"}}]},
        {"then": {"outcome": "approve"}},
    )
    point = found.point("claim")
    claim = {**UNKNOWN, "reason": "defect", **{name: BASE[name] for name in point.facts}}
    assert decide(found, "claim", claim).outcome == "approve"


def test_a_fact_of_one_kind_fits_into_a_full_byte() -> None:
    figures = Cells("quantity", tuple(range(1, 17)), cuts=tuple(range(2, 17)))
    others = replace(figures, key="claimed_quantity")
    column = packing([figures, others, Cells("unit_price", (0,))])
    claims = {name: np.array([1, 16]) for name in ("quantity", "claimed_quantity", "unit_price")}
    assert [each.pack(claims).tolist() for each in column] == [[0, 255]]


def test_what_waits_for_the_outcome_sets_none_in_its_second_half_either() -> None:
    waits = {"once": "granted", "provided": "sealed", "then": {"requires": ["invoice"]}, "otherwise": {"outcome": "deny"}}
    with pytest.raises(PolicyError, match="waits for the outcome sets one"):
        engine(waits)


def test_a_parameter_may_not_hide_a_value() -> None:
    """`reason == defect` would mean withdrawal, where a parameter of that name stood for it."""
    with pytest.raises(PolicyError, match="'defect' is a value of a fact already"):
        engine({"when": "reason == defect", "then": {"outcome": "deny"}}, parameters={"defect": "withdrawal"})
