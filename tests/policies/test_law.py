"""The law files: marked by how far each was verified, without conflict or silent place, and a floor beside the stores."""

import re
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.analysis.wording import check_wording
from avdet.contract import answer, read_question
from avdet.contract.answer import builtins
from avdet.contract.law import below_law, bound
from avdet.core import conditions as c
from avdet.core.decide import GAP, Because, Decision, Engine, Point, decide
from avdet.core.facts import BY_NAME, NOT_STARTED, UNKNOWN, Facts, Value
from avdet.core.vocabulary import REASONS
from avdet.policies.shelf import LAWS, calendar_of, law_of

MARK = re.compile(r"\[(S|C|M|S/C)\]")
ENGINES = {law: Engine(law_of(law).newest) for law in LAWS}
PLACES = [(law, point) for law in LAWS for point in ENGINES[law].edition.points()]


@pytest.mark.parametrize("law", LAWS)
def test_every_clause_says_how_far_it_was_verified(law: str) -> None:
    assert [clause.id for clause in law_of(law).newest.clauses if not MARK.match(clause.note)] == []


@pytest.mark.parametrize("law", LAWS)
def test_every_clause_names_its_article(law: str) -> None:
    assert [clause.id for clause in law_of(law).newest.clauses if not clause.source] == []


@pytest.mark.parametrize("law", LAWS)
def test_texts_say_what_the_rules_say(law: str) -> None:
    assert [finding.message for finding in check_wording(law_of(law))] == []


# ---- no conflict, no silent place ------------------------------------------------------------------------------------


def values(name: str, point: Point) -> list[Value]:
    """Every value of a fact that can make a difference at this point."""
    fact = BY_NAME[name]
    if fact.kind == "bool":
        return [True, False]
    if fact.kind == "enum":
        return list(fact.values)
    cuts = {0}
    for atom in (atom for condition in point.conditions for atom in c.atoms(condition) if atom.fact == name):
        for operand in c.operands(atom):
            count = operand.value if isinstance(operand, c.Parameter) else operand
            assert isinstance(count, int)
            cuts |= {count, count + 1}
    return sorted(cuts)


@st.composite
def claims(draw: st.DrawFn, point: Point) -> Facts:
    facts: Facts = {**UNKNOWN, "reason": draw(st.sampled_from(REASONS))}
    for name in point.facts:
        if name != "reason":
            facts[name] = draw(st.sampled_from(values(name, point)))
    for name in point.facts:
        if BY_NAME[name].unit and BY_NAME[name].event == "delivered" and facts.get("delivered") is False:
            facts[name] = NOT_STARTED
    return facts


@pytest.mark.parametrize(("law", "at"), PLACES)
@given(st.data())
def test_every_claim_has_an_answer_or_falls_in_a_named_place(law: str, at: str, data: st.DataObject) -> None:
    found = decide(ENGINES[law], at, data.draw(claims(ENGINES[law].point(at))))
    assert found.finding != "conflict"
    assert GAP not in {row.clause for row in found.because}


# ---- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "delivered", "last"),
    [
        ("tr", "2026-03-05T14:00:00+03:00", "2026-03-19T23:59:59.999999+03:00"),
        ("tr", "2026-03-07T14:00:00+03:00", "2026-03-21T23:59:59.999999+03:00"),  # a Saturday: calendar days do not roll
        ("ir", "2026-03-19T14:00:00+03:30", "2026-04-04T23:59:59.999999+03:30"),  # over Nowruz
        ("eu", "2026-03-07T14:00:00+01:00", "2026-03-23T23:59:59.999999+01:00"),  # a Saturday rolls on to Monday
        ("eu", "2026-03-05T14:00:00+01:00", "2026-03-19T23:59:59.999999+01:00"),
    ],
)
def test_the_last_instant_of_a_withdrawal(law: str, delivered: str, last: str) -> None:
    policy = law_of(law)
    engine = ENGINES[law]
    found = decide(engine, "claim", {**UNKNOWN, **sold(engine.point("claim")), "reason": "withdrawal"})
    period = dict(found.deadlines)["report_by"]
    ends = calendar_of(policy).end(datetime.fromisoformat(delivered), period.unit, period.length)
    assert ends == datetime.fromisoformat(last)


def sold(point: Point) -> Facts:
    """Plain goods, delivered today."""
    return {name: 0 if BY_NAME[name].kind == "int" else name == "delivered" for name in point.facts if name != "reason"}


# ---- beside a store --------------------------------------------------------------------------------------------------


def asked(**changes: Any) -> dict[str, Any]:
    """A dog lead from Persian Pet Shop, withdrawn from on the third day, opened."""
    line = {"sku": "L", "quantity": 1, "unit_price": 900000, "currency": "IRR", "traits": changes.pop("traits", [])}
    claim = {"sku": "L", "quantity": 1, "reason": "withdrawal", "reported_at": "2026-04-11T12:00:00+03:30",
             "answers": {"sealed": False, "used": False}, **changes}  # fmt: skip
    order = {"placed_at": "2026-04-05T10:00:00+03:30", "paid_at": "2026-04-05T10:05:00+03:30",
             "handed_to_carrier_at": "2026-04-06T09:00:00+03:30", "delivered_at": "2026-04-08T14:00:00+03:30", "lines": [line]}  # fmt: skip
    question = {"store": "persianpetshop", "at": "claim", "order": order, "claim": claim}
    return builtins(answer(read_question(msgspec.json.encode(question))))


def test_the_store_refuses_opened_food_and_so_does_the_law() -> None:
    found = asked(traits=["food"])
    assert (found["outcome"], found["law"]["outcome"]) == ("deny", "deny")
    assert "warnings" not in found


def test_a_refusal_below_the_law_stands_and_is_reported() -> None:
    found = asked()
    assert (found["outcome"], found["law"]["outcome"]) == ("deny", "approve")
    outcome = next(warning for warning in found["warnings"] if warning["effect"] == "outcome")
    assert "PPS-WDR-1" in outcome["store_clauses"]
    assert outcome["law_clauses"] == ["IR-ECL-37"]


def test_a_first_delivery_of_which_the_store_says_nothing_is_below_the_law() -> None:
    given = Because("TR-MSY-12", "outbound_shipping", "store")
    law = Decision("approve", ("refund",), outbound_shipping="store", because=(given,))
    denied, silent = (Decision(outcome, because=(Because("A-1", "outcome", outcome),)) for outcome in ("deny", "approve"))
    assert [warning.effect for warning in below_law(denied, law, {}, {})] == ["outcome"]
    (warning,) = below_law(silent, law, {}, {})
    assert (warning.effect, warning.store, warning.law) == ("outbound_shipping", "customer", "store")
    assert (warning.store_clauses, warning.law_clauses) == ([], ["TR-MSY-12"])
    better = bound(silent, law)
    assert (better.outbound_shipping, better.because) == ("store", (*silent.because, given))
    assert bound(better, law) == better
    assert below_law(better, law, {}, {}) == []


def test_the_law_grants_nothing_after_its_period() -> None:
    found = asked(reported_at="2026-04-19T00:00:00+03:30")
    assert (found["outcome"], found["law"]["outcome"]) == ("deny", "deny")
    assert "warnings" not in found
