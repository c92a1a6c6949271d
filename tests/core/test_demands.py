"""What is asked of a claim that a person grants where the terms do not."""

from avdet.core.decide import Engine
from avdet.core.demands import demanded
from avdet.core.facts import UNKNOWN
from tests.core.policies import clause, from_clauses

DEFECT = UNKNOWN | {"reason": "defect"}


def asked(*clauses, **known):
    point = Engine(from_clauses(*clauses).newest).point("claim")
    return {row.clause: row.value for row in demanded(point.branches, DEFECT | known)}


def test_what_is_said_of_a_refusal_or_of_other_claims_is_not_asked():
    denied = clause("SHP-A-1", at="claim", once="denied", then={"requires": ["identification"]})
    refusal = clause("SHP-B-1", at="claim", when="food", then={"outcome": "deny", "requires": ["documents"]})
    other = clause("SHP-C-1", at="claim", when="reason == mismatch", then={"requires": ["invoice"]})
    assert asked(denied, refusal, other, food=True) == {}


def test_a_clause_that_a_refusal_sets_aside_speaks_and_so_does_what_waits_for_the_outcome():
    general = clause("SHP-A-1", at="claim", then={"outcome": "approve", "requires": ["invoice"]})
    refusal = clause("SHP-B-1", at="claim", when="food", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
    box = clause("SHP-C-1", at="claim", once="granted", then={"requires": ["original_box"]})
    assert asked(general, refusal, box, food=True) == {"SHP-A-1": "invoice", "SHP-C-1": "original_box"}


def test_an_exception_that_refuses_nothing_sets_aside_as_ever():
    general = clause("SHP-A-1", at="claim", then={"outcome": "approve", "requires": ["invoice"]})
    milder = clause("SHP-B-1", at="claim", when="food", then={"outcome": "evidence", "requires": ["documents"]}, exception_to=["SHP-A-1"])
    assert asked(general, milder, food=True) == {"SHP-B-1": "documents"}
    assert asked(general, milder, food=False) == {"SHP-A-1": "invoice"}


def test_past_a_refusing_case_the_next_one_speaks_unless_it_is_not_known_which():
    cases = [
        {"when": "used", "then": {"outcome": "deny"}},
        {"when": "sealed", "then": {"outcome": "approve", "requires": ["original_packaging"]}},
        {"then": {"outcome": "approve", "requires": ["original_box"]}},
    ]
    one = clause("SHP-A-1", at="claim", cases=cases)
    assert asked(one, used=True, sealed=True) == {"SHP-A-1": "original_packaging"}
    assert asked(one, used=True, sealed=False) == {"SHP-A-1": "original_box"}
    assert asked(one, used=True) == {}
