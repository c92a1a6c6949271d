"""Policies handed to other engines: what is refused, what they answer, and that a person can read what was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from avdet.analysis.export import FORMATS, export
from avdet.core.decide import Engine, decide
from avdet.core.errors import AvdetError
from avdet.core.policy import Edition
from tests.analysis import exported
from tests.core.policies import clause, from_clauses
from tests.strategies import BASE

SHOP = from_clauses(
    clause("BKS-WDR-1", at="claim", when="reason == withdrawal", provided="not used",
           within={"days": "test_days", "after": "delivered", "sets": "report_by"},
           then={"outcome": "approve", "remedies": ["refund"], "return_shipping": "customer"}, otherwise={"outcome": "deny"}),
    clause("BKS-WDR-2", at="claim", when="reason == withdrawal and gift_card", exception_to=["BKS-WDR-1"], then={"outcome": "deny"}),
    clause("BKS-DEF-1", at="claim", when="reason in (defect, transit_damage)",
           cases=[{"when": "documents", "then": {"outcome": "approve", "remedies": ["replacement", "refund"]}},
                  {"then": {"outcome": "evidence", "requires": ["documents"]}}]),
    clause("BKS-DEF-2", at="claim", when="reason == transit_damage and carrier_report",
           then={"outcome": "deny", "deadlines": {"send_by": {"working_days": 3, "after": "reported"}}}),
    clause("BKS-BOX-1", at="claim", once="granted", then={"requires": ["original_box"]}),
    parameters={"test_days": 7},
    gaps=[{"about": "BKS-DEF-1", "at": "claim", "when": "reason == mismatch", "text": {"en": "Who decides?"}}],
).newest  # fmt: skip

KNOWN = {**BASE, "used": False, "documents": True, "carrier_report": False}
ENGINES = ("jdm", "jsonlogic", "panzi", "sql")

CLAIMS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"reason": "withdrawal", "gift_card": True}, {"outcome": "deny", "because": ["BKS-WDR-2"], "requires": []}),
    ({"reason": "withdrawal", "used": True}, {"outcome": "deny", "because": ["BKS-WDR-1"], "remedies": []}),
    ({"reason": "withdrawal", "days_since_delivery": 8}, {"outcome": "deny", "deadlines": {"report_by": "7 days after delivered"}}),
    ({"reason": "not_received"}, {"outcome": "review", "finding": "gap", "because": ["GAP"]}),
    ({"reason": "mismatch"}, {"outcome": "review", "finding": "gap", "because": ["BKS-DEF-1"]}),
    ({"reason": "transit_damage", "carrier_report": True},
     {"outcome": "review", "finding": "conflict", "because": ["BKS-DEF-1", "BKS-DEF-2"], "remedies": ["replacement", "refund"],
      "deadlines": {"send_by": "3 working_days after reported"}}),
    ({"reason": "transit_damage", "documents": False, "carrier_report": None}, {"outcome": "ask"}),
    ({"reason": None}, {"outcome": "ask", "because": []}),
    ({"reason": "defect", "documents": False},
     {"outcome": "evidence", "requires": ["documents", "original_box"], "because": ["BKS-BOX-1", "BKS-DEF-1"]}),
    ({"reason": "withdrawal", "days_since_delivery": 7},
     {"outcome": "approve", "remedies": ["refund"], "return_shipping": "customer", "redelivery_shipping": None,
      "requires": ["original_box"], "finding": ""}),
]  # fmt: skip


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(AvdetError, match="jdm, jsonlogic, sql"):
        export(SHOP, "drools")


def test_a_point_at_which_the_policy_is_silent_is_refused() -> None:
    with pytest.raises(AvdetError, match=r"says nothing at refund.*it speaks at claim"):
        export(SHOP, "sql", point="refund")


def contradictory(*conditions: str) -> Edition:
    """Three clauses whose orders of remedies no one order keeps, if they can meet."""
    lists = (["replacement", "refund"], ["refund", "other_product"], ["other_product", "replacement"])
    return from_clauses(*(clause(f"BKS-{i}", at="claim", when=when, then={"outcome": "approve", "remedies": remedies})
                          for i, (when, remedies) in enumerate(zip(conditions, lists, strict=True)))).newest  # fmt: skip


@pytest.mark.parametrize("to", ["jsonlogic", "sql"])
def test_remedies_without_one_order_are_refused_and_named(to: str) -> None:
    with pytest.raises(AvdetError, match=r"BKS-0, BKS-1, BKS-2.*no one order"):
        export(contradictory("sealed", "documents", "used"), to)


def test_only_jdm_keeps_every_order() -> None:
    edition = contradictory("sealed", "documents", "used")
    claim = {**BASE, "reason": "defect", "sealed": True, "documents": False, "used": True}
    assert exported.jdm(edition, "claim")([claim]) == [exported.ours(decide(Engine(edition), "claim", claim))]


@pytest.mark.parametrize("to", ["jsonlogic", "sql"])
def test_clauses_that_never_meet_may_contradict_each_other(to: str) -> None:
    edition = contradictory("reason == defect", "reason == mismatch", "reason == withdrawal")
    claims = [{**BASE, "reason": reason} for reason in ("defect", "mismatch", "withdrawal")]
    remedies = [answer["remedies"] for answer in getattr(exported, to)(edition, "claim")(claims)]
    assert remedies == [["replacement", "refund"], ["refund", "other_product"], ["other_product", "replacement"]]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("said", "answer"), CLAIMS, ids=[str(said) for said, _ in CLAIMS])
def test_an_exported_policy_answers_as_the_policy_does(engine: str, said: dict[str, Any], answer: dict[str, Any]) -> None:
    claim = {**KNOWN, **said}
    found = getattr(exported, engine)(SHOP, "claim")([claim])[0]
    assert {key: found[key] for key in answer} == answer
    if found["outcome"] != "ask":
        assert found == exported.ours(decide(Engine(SHOP), "claim", claim))


def test_jdm_says_what_to_ask() -> None:
    import zen

    shop = zen.ZenEngine().create_decision(export(SHOP, "jdm"))
    assert shop.evaluate({**KNOWN, "reason": "withdrawal", "used": None})["result"]["ask"] == ["used"]
    assert shop.evaluate({**KNOWN, "reason": None})["result"]["ask"] == ["reason"]
    assert shop.evaluate({**KNOWN, "reason": "defect", "used": None})["result"]["ask"] == []


# ---- readable by a person who knows the other engine -----------------------------------------------------------------


def test_jdm_has_a_row_for_each_case_of_a_clause() -> None:
    document = json.loads(export(SHOP, "jdm"))
    table = next(node for node in document["nodes"] if node["name"] == "Clauses that apply")["content"]
    rows = {row["_id"]: (row["reason"], row["condition"], row["outcome"]) for row in table["rules"]}
    assert rows["BKS-WDR-1/1"] == ('"withdrawal"', "not (used == true) and days_since_delivery <= 7", '"approve"')
    assert rows["BKS-DEF-1/1"] == ('"defect", "transit_damage"', "documents == true", '"approve"')
    assert list(rows) == ["BKS-WDR-1/1", "BKS-WDR-1/2", "BKS-WDR-2", "BKS-DEF-1/1", "BKS-DEF-1/2", "BKS-DEF-2", "BKS-BOX-1"]
    assert {edge["sourceId"] for edge in document["edges"]} | {"said"} == {node["id"] for node in document["nodes"]}


def test_sql_has_a_column_for_each_case_of_a_clause() -> None:
    query = export(SHOP, "sql")
    assert "(reason = 'withdrawal' AND NOT used AND days_since_delivery <= 7) AS \"BKS-WDR-1/1 applies\"" in query
    assert '"BKS-WDR-1/1 applies" AND NOT ("BKS-WDR-2 applies") AS "BKS-WDR-1/1"' in query
    assert "--   used BOOLEAN" in query
    assert SHOP.fingerprint in query


def test_jsonlogic_names_the_facts_it_reads() -> None:
    document = json.loads(export(SHOP, "jsonlogic"))
    assert document["facts"]["days_since_delivery"] == "int"
    assert document["fields"][0] == "outcome"
    assert '{"in": [{"var": "reason"}, ["defect", "transit_damage"]]}' in export(SHOP, "jsonlogic")


@pytest.mark.parametrize("to", FORMATS)
def test_a_dispute_that_cannot_be_is_not_written(to: str) -> None:
    plain = from_clauses(clause("BKS-1", at="claim", when="sealed", then={"outcome": "approve"}),
                         clause("BKS-2", at="claim", when="not sealed", then={"outcome": "deny"})).newest  # fmt: skip
    written = export(plain, to)
    assert to == "jdm" or ("disputed" not in written and "conflict" not in written)
    assert export(plain, to) == written


def test_the_same_policy_is_written_to_the_same_bytes() -> None:
    assert all(export(SHOP, to) == export(SHOP, to) for to in FORMATS)
