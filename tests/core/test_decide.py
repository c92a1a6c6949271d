"""General rule and exception, agreement, gaps, conflicts, cases, periods, and what is asked."""

import pytest

from avdet.core.compile import mask_source
from avdet.core.decide import GAP, Engine, decide, united
from avdet.core.facts import UNKNOWN
from avdet.core.trace import Tracer, trace
from tests.core.policies import clause, from_clauses

GRANT = clause("SHP-A-1", at="claim", when="reason == defect", then={"outcome": "approve", "remedies": ["refund"]})


def decided(*clauses, gaps=(), **known):
    engine = Engine(from_clauses(*clauses, gaps=list(gaps)).newest)
    return decide(engine, "claim", UNKNOWN | {"reason": "defect"} | known)


def rows(decision):
    return [(row.clause, row.effect, row.value, row.finding) for row in decision.because]


def test_no_clause_applies_is_a_gap():
    assert rows(decided(GRANT, reason="mismatch")) == [(GAP, "outcome", "review", "gap")]


def test_a_gap_that_the_policy_names_is_cited():
    gap = {"about": "SHP-A-1", "at": "claim", "when": "reason == mismatch", "text": {"en": "Open."}}
    assert rows(decided(GRANT, gaps=[gap], reason="mismatch")) == [("SHP-A-1", "outcome", "review", "gap")]
    assert decided(GRANT, gaps=[gap]).outcome == "approve"


def test_disagreement_is_a_conflict_and_names_both():
    found = decided(GRANT, clause("SHP-B-1", at="claim", then={"outcome": "deny"}))
    assert found.outcome == "review"
    assert found.finding == "conflict"
    assert [(row.clause, row.says) for row in found.because if row.finding] == [("SHP-A-1", "approve"), ("SHP-B-1", "deny")]


def test_payers_that_disagree_are_a_conflict_too():
    found = decided(GRANT, clause("SHP-B-1", at="claim", then={"return_shipping": "store"}),
                    clause("SHP-C-1", at="claim", then={"return_shipping": "customer"}))  # fmt: skip
    assert (found.outcome, found.return_shipping) == ("review", None)
    assert {row.says for row in found.because if row.finding} == {"return_shipping=store", "return_shipping=customer"}


def test_deadlines_that_disagree_are_a_conflict_and_equal_ones_agree():
    def with_deadline(name, days):
        return clause(name, at="claim", then={"deadlines": {"send_by": {"days": days, "after": "reported"}}})

    assert decided(GRANT, with_deadline("SHP-B-1", 3), with_deadline("SHP-C-1", 4)).outcome == "review"
    assert decided(GRANT, with_deadline("SHP-B-1", 3), with_deadline("SHP-C-1", 3)).outcome == "approve"


def test_an_exception_sets_the_general_rule_aside_even_when_it_is_itself_set_aside():
    general = clause("SHP-A-1", at="claim", then={"outcome": "approve"})
    exception = clause("SHP-B-1", at="claim", when="food", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
    deeper = clause("SHP-C-1", at="claim", when="food and sealed", then={"outcome": "evidence"}, exception_to=["SHP-B-1"])
    known = {"food": True, "sealed": True}
    assert rows(decided(general, exception, deeper, **known)) == [("SHP-C-1", "outcome", "evidence", "")]
    assert decided(general, exception, deeper, food=True, sealed=False).outcome == "deny"
    assert decided(general, exception, deeper, food=False, sealed=True).outcome == "approve"


def test_the_first_case_that_holds_speaks():
    cases = [
        {"when": "hours_since_delivery <= 24", "then": {"outcome": "approve"}},
        {"when": "documents", "then": {"outcome": "approve", "requires": ["documents"]}},
        {"then": {"outcome": "evidence", "requires": ["documents"]}},
    ]
    late = clause("SHP-A-1", at="claim", when="reason == transit_damage", cases=cases)
    known = {"reason": "transit_damage"}
    assert decided(late, hours_since_delivery=24, **known).requires == ()
    assert decided(late, hours_since_delivery=25, documents=True, **known).outcome == "approve"
    assert decided(late, hours_since_delivery=25, documents=False, **known).outcome == "evidence"
    assert decided(late, hours_since_delivery=25, **known).ask == ("documents",)


def test_a_case_speaks_only_at_its_own_point():
    two = clause("SHP-A-1", at=["claim", "inspection"], cases=[
        {"at": "inspection", "when": "finding == confirmed", "then": {"outcome": "approve"}},
        {"then": {"outcome": "evidence"}}])  # fmt: skip
    engine = Engine(from_clauses(two).newest)
    facts = UNKNOWN | {"reason": "defect"}
    assert decide(engine, "claim", facts).outcome == "evidence"
    assert decide(engine, "inspection", facts).ask == ("finding",)
    assert decide(engine, "inspection", facts | {"finding": "confirmed"}).outcome == "approve"


def test_a_period_that_has_not_started_has_no_end():
    timed = clause("SHP-A-1", at="claim", within={"days": 7, "after": "delivered", "sets": "report_by"},
                   then={"outcome": "approve"}, otherwise={"outcome": "deny"})  # fmt: skip
    assert decided(timed, days_since_delivery=-1).outcome == "approve"
    assert decided(timed, days_since_delivery=7).outcome == "approve"
    late = decided(timed, days_since_delivery=8)
    assert (late.outcome, [name for name, _ in late.deadlines]) == ("deny", ["report_by"])


class TestAsking:
    """`ask` lists exactly the facts that can still change the answer."""

    def test_a_certain_denial_asks_nothing_although_facts_are_open(self):
        late = clause("SHP-A-1", at="claim", provided="sealed", within={"days": 7, "after": "delivered"},
                      then={"outcome": "approve"}, otherwise={"outcome": "deny"})  # fmt: skip
        assert decided(late, days_since_delivery=9).ask == ()
        assert decided(late, days_since_delivery=9).outcome == "deny"

    def test_a_fact_whose_effects_cancel_is_not_asked(self):
        one = clause("SHP-A-1", at="claim", when="sealed", then={"outcome": "deny"})
        two = clause("SHP-B-1", at="claim", when="not sealed", then={"outcome": "deny"})
        found = decided(one, two)
        assert (found.outcome, found.ask) == ("deny", ())
        assert {row.clause for row in found.because} == {"SHP-A-1", "SHP-B-1"}

    def test_the_most_decisive_comes_first(self):
        grant = clause("SHP-A-1", at="claim", when="used or accessories_complete and box_kept",
                       then={"outcome": "approve"})  # fmt: skip
        refuse = clause("SHP-B-1", at="claim", when="box_marked", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
        found = decided(grant, refuse)
        assert found.ask[0] == "box_marked"
        assert set(found.ask) == {"used", "accessories_complete", "box_kept", "box_marked"}

    def test_the_reason_is_asked_before_anything_else(self):
        assert (
            decided(GRANT, clause("SHP-B-1", at="claim", when="sealed", then={"requires": ["invoice"]}), reason=None).ask[0]
            == "reason"
        )

    def test_a_deadline_alone_does_not_make_a_denial_uncertain(self):
        late = clause("SHP-A-1", at="claim", within={"days": 7, "after": "delivered", "sets": "report_by"},
                      then={"outcome": "approve"}, otherwise={"outcome": "deny"})  # fmt: skip
        marked = clause("SHP-B-1", at="claim", when="box_marked", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
        found = decided(late, marked, days_since_delivery=9)
        assert (found.outcome, found.ask, found.deadlines) == ("deny", (), ())


def test_a_clause_that_waits_for_the_outcome_adds_its_values_only_then():
    refuse = clause("SHP-B-1", at="claim", when="box_marked", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
    pack = clause("SHP-C-1", at="claim", once="granted", then={"requires": ["outer_box"], "return_shipping": "store"})
    back = clause("SHP-D-1", at="claim", once="denied", then={"remedies": ["send_back"]})
    granted, denied = (decided(GRANT, refuse, pack, back, box_marked=marked) for marked in (False, True))
    assert (granted.requires, granted.return_shipping, granted.remedies) == (("outer_box",), "store", ("refund",))
    assert (denied.requires, denied.return_shipping, denied.remedies) == ((), None, ("send_back",))
    assert decided(GRANT, pack, back, reason="mismatch").because[0].finding == "gap"
    assert {row.clause for row in decided(GRANT, pack, back, reason="mismatch").because} == {GAP}
    engine = Engine(from_clauses(GRANT, refuse, pack, back).newest)
    statuses = {r.clause: r.status for r in trace(engine, "claim", UNKNOWN | {"reason": "defect", "box_marked": True})}
    assert statuses == {"SHP-A-1": "set_aside", "SHP-B-1": "in_force", "SHP-C-1": "waits", "SHP-D-1": "in_force"}


def test_one_case_of_a_clause_may_wait_for_the_outcome():
    mixed = clause("SHP-B-1", at="claim", cases=[
        {"when": "box_marked", "then": {"outcome": "deny"}, "exception_to": ["SHP-A-1"]},
        {"once": "granted", "then": {"requires": ["box_unmarked"]}}])  # fmt: skip
    assert decided(GRANT, mixed, box_marked=True).requires == ()
    assert decided(GRANT, mixed, box_marked=False).requires == ("box_unmarked",)
    assert decided(GRANT, mixed, box_marked=False, reason="mismatch").requires == ()


def test_trace_tells_what_failed_what_was_set_aside_and_what_is_open():
    exception = clause("SHP-B-1", at="claim", when="box_marked", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
    waits = clause("SHP-C-1", at="claim", when="reason == defect and sealed", then={"requires": ["invoice"]})
    engine = Engine(from_clauses(GRANT, exception, waits).newest)
    facts = UNKNOWN | {"reason": "defect", "box_marked": True}
    found = {r.clause: (r.status, r.part, r.by) for r in trace(engine, "claim", facts)}
    assert found["SHP-A-1"] == ("set_aside", "", ("SHP-B-1",))
    assert found["SHP-B-1"] == ("in_force", "", ())
    assert found["SHP-C-1"] == ("unknown", "sealed", ())
    tracer = Tracer(engine.point("claim"))
    assert tracer.verdicts(facts) == -1
    assert tracer.verdicts(facts | {"sealed": False}) == (0, 0, 2)


def test_a_clause_about_another_reason_needs_none_of_its_facts():
    other = clause("SHP-B-1", at="claim", when="reason == mismatch", cases=[{"when": "not box_kept", "then": {"outcome": "deny"}}])
    facts = UNKNOWN | {"reason": "defect"}
    assert Engine(from_clauses(GRANT, other).newest).point("claim").mask("defect")(facts) == 1


def test_generated_code_reads_declared_facts_and_nothing_else():
    engine = Engine(from_clauses(GRANT).newest)
    source = engine.point("claim").source(None)
    assert "__" not in source
    space = {}
    exec(compile(source, "x", "exec"), {"__builtins__": {}}, space)
    assert mask_source([]) == "def mask(f):\n    m = 0\n    return m"


@pytest.mark.parametrize(
    ("lists", "merged"),
    [
        ([], ()),
        ([("refund",), ("other_product", "refund")], ("other_product", "refund")),
        ([("replacement", "refund"), ("replacement", "other_product")], ("replacement", "refund", "other_product")),
        ([("a", "b"), ("b", "a")], ("a", "b")),
    ],
)
def test_lists_unite_and_keep_their_order_where_they_can(lists, merged):
    assert united(lists) == merged
