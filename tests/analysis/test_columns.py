"""Claims judged by the column: the same answers as one by one, whatever the policy and whatever is unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avdet.analysis.columns import Columns, decide_columns
from avdet.analysis.columns.cells import cut
from avdet.analysis.columns.codes import packing
from avdet.analysis.columns.facts import columns_of, facts_row
from avdet.analysis.columns.ibis import DuckColumns, claims_table, judged
from avdet.analysis.columns.words import UNSEEN, WordBook
from avdet.core.conditions import Condition, parse
from avdet.core.decide import Decision, Engine, decide
from avdet.core.facts import BY_NAME, UNKNOWN, Facts
from avdet.policies import law_of
from tests.core.policies import clause, from_clauses

BOOKSHOP = from_clauses(
    clause("BOK-WDR-1", at="claim", when="reason == withdrawal", provided="not delivered or sealed",
           within={"days": "test_days", "after": "delivered", "sets": "report_by"},
           then={"outcome": "approve", "remedies": ["refund"], "return_shipping": "customer"}, otherwise={"outcome": "deny"}),
    clause("BOK-WDR-2", at="claim", when="reason == withdrawal and made_to_order", then={"outcome": "deny"},
           exception_to=["BOK-WDR-1"]),
    clause("BOK-DMG-1", at="claim", when="reason == transit_damage",
           cases=[{"when": "carrier_report", "then": {"outcome": "approve", "remedies": ["replacement"]}},
                  {"then": {"outcome": "evidence", "requires": ["carrier_report"]}}]),
    clause("BOK-QTY-1", at="claim", when="reason == mismatch and claimed_quantity < quantity", then={"outcome": "approve"}),
    parameters={"test_days": 7},
)  # fmt: skip

KNOWN: Facts = {**UNKNOWN, "sealed": True, "delivered": True, "days_since_delivery": 3, "made_to_order": False,
                "carrier_report": False, "quantity": 2, "claimed_quantity": 1}  # fmt: skip


def answers(engine: Engine, rows: list[Facts]) -> list[Decision]:
    columns = columns_of(rows, engine.point("claim").facts)
    return decide_columns(engine, "claim", columns, len(rows))


@pytest.mark.parametrize(
    ("said", "outcome", "cites"),
    [
        ({"reason": "withdrawal", "days_since_delivery": 8}, "deny", {"BOK-WDR-1"}),
        ({"reason": "withdrawal", "sealed": False}, "deny", {"BOK-WDR-1"}),
        ({"reason": "withdrawal", "made_to_order": True}, "deny", {"BOK-WDR-2"}),
        ({"reason": "withdrawal", "made_to_order": True, "sealed": None}, "deny", {"BOK-WDR-2"}),
        ({"reason": "withdrawal", "sealed": None}, "ask", set()),
        ({"reason": None}, "ask", set()),
        ({"reason": "mismatch", "claimed_quantity": 2}, "review", {"GAP"}),
        ({"reason": "transit_damage", "carrier_report": None}, "ask", set()),
        ({"reason": "transit_damage", "sealed": None}, "evidence", {"BOK-DMG-1"}),
        ({"reason": "withdrawal", "days_since_delivery": 7, "carrier_report": None}, "approve", {"BOK-WDR-1"}),
        ({"reason": "mismatch", "sealed": None, "carrier_report": None}, "approve", {"BOK-QTY-1"}),
    ],
)
def test_a_bookshops_claims(said: dict[str, Any], outcome: str, cites: set[str]) -> None:
    found = answers(Engine(BOOKSHOP.newest), [{**KNOWN, **said}])[0]
    assert (found.outcome, {row.clause for row in found.because}) == (outcome, cites)


# ---- any policy ------------------------------------------------------------------------------------------------------

BOOLS = ("sealed", "documents", "delivered", "made_to_order", "box_kept")
FIGURES = ("days_since_delivery", "working_days_since_hand_over", "quantity", "claimed_quantity")
NAMES = (*BOOLS, *FIGURES, "reason", "country")


def comparisons() -> st.SearchStrategy[str]:
    figure = st.builds("{} {} {}".format, st.sampled_from(FIGURES), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
                       st.integers(1, 9))  # fmt: skip
    spread = st.builds("{} between {} and {}".format, st.sampled_from(FIGURES), st.integers(1, 4), st.integers(4, 9))
    listed = st.builds("reason in ({}, {})".format, st.sampled_from(["withdrawal", "defect"]), st.sampled_from(["mismatch", "not_received"]))
    place = st.builds("country {} {}".format, st.sampled_from(["==", "!="]), st.sampled_from(["TR", "DE", "IR"]))
    pair = st.builds("quantity {} claimed_quantity".format, st.sampled_from(["<", "==", ">=", "!="]))
    return st.one_of(st.sampled_from(BOOLS), figure, spread, listed, place, pair, st.just("reason == defect"))


def conditions() -> st.SearchStrategy[str]:
    return st.recursive(
        comparisons(),
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner), st.builds("not ({})".format, inner)
        ),
        max_leaves=7,
    )


OUTCOMES = st.sampled_from(["approve", "deny", "evidence"])


@st.composite
def policies(draw: st.DrawFn) -> Any:
    count = draw(st.integers(1, 5))
    drawn = []
    for i in range(count):
        cases = [{"when": draw(conditions()), "then": {"outcome": draw(OUTCOMES)}} for _ in range(draw(st.integers(1, 3)))]
        over = {"exception_to": [f"CLA-{draw(st.integers(0, i - 1))}"]} if i and draw(st.booleans()) else {}
        drawn.append(clause(f"CLA-{i}", at="claim", when=draw(conditions()), cases=cases, **over))
    return from_clauses(*drawn)


def value(name: str) -> st.SearchStrategy[Any]:
    fact = BY_NAME[name]
    if fact.kind == "int":
        return st.integers(max(fact.low, -1), 10)
    values = st.sampled_from([False, True] if fact.kind == "bool" else fact.values)
    return values if fact.always else st.none() | values


CLAIMS = st.lists(st.fixed_dictionaries({name: value(name) for name in NAMES}), min_size=1, max_size=25)


@settings(max_examples=120, deadline=None)
@given(policies(), CLAIMS)
def test_every_policy_judges_a_column_as_it_judges_one_claim(policy: Any, claims: list[Facts]) -> None:
    rows: list[Facts] = [{**UNKNOWN, **claim} for claim in claims]
    engine = Engine(policy.newest)
    assert answers(engine, rows) == [decide(engine, "claim", facts) for facts in rows]


@settings(max_examples=12, deadline=None)
@given(policies(), CLAIMS)
def test_duckdb_judges_as_numpy_does(policy: Any, claims: list[Facts]) -> None:
    engine = Engine(policy.newest)
    duck = DuckColumns(engine, "claim")
    columns = columns_of([{**UNKNOWN, **claim} for claim in claims], duck.facts)
    found = [duck.decisions[number] for number in duck.judge(columns, len(claims)).tolist()]
    assert found == decide_columns(engine, "claim", columns, len(claims))


def drawn_columns(names: tuple[str, ...], rows: int, seed: int) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name in names:
        fact = BY_NAME[name]
        if fact.kind == "int":
            found[name] = draw.integers(max(-1, fact.low), min(40, fact.high), rows)
        else:
            count = 2 if fact.kind == "bool" else len(fact.values)
            lowest = 0 if fact.always else -1
            found[name] = draw.integers(lowest, count, rows).astype(np.int8 if fact.kind == "bool" else np.int16)
    return found


@pytest.mark.parametrize("law", ["tr", "ir", "eu"])
def test_the_laws_at_every_point(law: str) -> None:
    engine = Engine(law_of(law).newest)
    for point in engine.edition.points():
        names = engine.point(point).facts
        columns = drawn_columns(names, 300, seed=len(point))
        found = decide_columns(engine, point, columns, 300)
        assert found == [decide(engine, point, facts_row(columns, names, row)) for row in range(300)], point


def test_more_conjunctions_than_one_word_holds() -> None:
    many = [clause(f"CLA-{i}", at="claim", when=f"unit_price == {i} and reason == defect", then={"outcome": "approve"}) for i in range(150)]
    engine = Engine(from_clauses(*many).newest)
    columns = {"unit_price": np.arange(200), "reason": np.full(200, 1, dtype=np.int16)}
    here, duck = Columns(engine, "claim"), DuckColumns(engine, "claim")
    assert here.width == 4
    cited = [here.decisions[number].because[0].clause for number in here.judge(columns, 200)]
    assert cited == [f"CLA-{i}" for i in range(150)] + ["GAP"] * 50
    assert [duck.decisions[number].because[0].clause for number in duck.judge(columns, 200)] == cited


def test_the_outcome_in_sql_is_the_engines() -> None:
    import ibis

    engine = Engine(law_of("tr").newest)
    duck = DuckColumns(engine, "claim")
    columns = drawn_columns(duck.facts, 400, seed=7)
    from avdet.analysis.columns.ibis import arrow_facts

    duck.connection.register("claims", arrow_facts(columns, duck.facts))
    sql = str(ibis.to_sql(judged(duck.point, claims_table(duck.point)), dialect="duckdb"))
    found = duck.connection.sql(sql).to_arrow_table().to_pylist()
    engines = [decision.outcome for decision in decide_columns(engine, "claim", columns, 400)]
    assert {row["outcome"] for row in found} >= {"approve", "deny", None}
    assert [row["outcome"] or engine for row, engine in zip(found, engines, strict=True)] == engines


# ---- pieces ----------------------------------------------------------------------------------------------------------


def cells_of(*texts: str) -> dict[str, Any]:
    trees: list[Condition] = [parse(text) for text in texts]
    return cut(trees)


def test_figures_are_cut_where_something_else_is_said_of_them() -> None:
    cells = cells_of("days_since_delivery <= 7", "days_since_delivery between 3 and 7")
    assert cells["days_since_delivery"].cuts == (3, 8)
    assert cells["days_since_delivery"].encode({"days_since_delivery": np.array([-1, 2, 3, 7, 8])}).tolist() == [0, 0, 1, 1, 2]


def test_values_of_which_the_same_is_said_share_a_cell_and_unknown_stands_apart() -> None:
    country = cells_of("country in (TR, IR)")["country"]
    assert country.samples == (None, "TR", "TR-KKTC")
    assert country.encode({"country": np.array([-1, 0, 2, 3], dtype=np.int16)}).tolist() == [0, 1, 1, 2]


def test_facts_are_packed_into_bytes() -> None:
    packed = packing(list(cells_of(*BOOLS, "reason == defect", "country == TR").values()))
    assert [column.size for column in packed] == [3 ** 5, 2 ** 2]
    assert packing(list(cells_of(*(f"unit_price == {i}" for i in range(400))).values()))[0].dtype is np.uint16


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=300), st.integers(1, 2), st.integers(1, 4))
def test_a_book_of_words_never_mistakes_one_for_another(words: set[int], width: int, parts: int) -> None:
    entries = np.array(sorted(words), dtype=np.uint64)
    entries = entries if width == 1 else np.column_stack([entries & np.uint64(3), entries])
    book = WordBook(width)
    assert book.find(entries).tolist() == [UNSEEN] * len(entries)
    for part in range(parts):
        chosen = np.arange(part, len(entries), parts)
        book.add(entries[chosen], chosen.astype(np.int32))
        unseen = np.setdiff1d(np.arange(len(entries)), np.concatenate([np.arange(p, len(entries), parts) for p in range(part + 1)]))
        assert (book.find(entries[unseen]) == UNSEEN).all()
    assert book.find(entries[::-1]).tolist() == list(range(len(entries)))[::-1]
