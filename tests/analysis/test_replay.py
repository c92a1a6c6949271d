"""Replay: the refusals, then the same answers as one claim at a time, and the figures of the report."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avdet.analysis.replay import replay
from avdet.analysis.replay.claims import Reading
from avdet.analysis.replay.file import COLUMNS, ClaimsFile
from avdet.analysis.replay.side import Side
from avdet.contract import read_question
from avdet.contract.answer import settle_by
from avdet.core import vocabulary as v
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.policies import load
from avdet.policies.shelf import HERE
from tests.core.policies import clause, from_clauses

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def shop(days: int, **header: Any) -> Any:
    """A shop that takes goods back for so many days, and pays the carriage of faulty ones."""
    return from_clauses(
        clause("SHP-WDR-1", at="claim", when="reason == withdrawal", within={"days": days, "after": "delivered", "sets": "report_by"},
               provided="sealed", then={"outcome": "approve", "remedies": ["refund"], "return_shipping": "customer"},
               otherwise={"outcome": "deny"}),
        clause("SHP-DEF-1", at="claim", when="reason == defect",
               then={"outcome": "approve", "remedies": ["replacement"], "return_shipping": "store" if days > 7 else "customer"}),
        **header,
    ).newest  # fmt: skip


def row(number: int, **said: Any) -> dict[str, Any]:
    return {"claim_id": f"c{number}", "reason": "withdrawal", "sealed": True, "placed_at": NOON - timedelta(days=20),
            "delivered_at": NOON - timedelta(days=10), "reported_at": NOON, "quantity": 2, "unit_price": 1_000} | said  # fmt: skip


ROWS = [
    row(1), row(2), row(3, sealed=False), row(4, sealed=None), row(5, reason="defect", return_cost=300),
    row(6, delivered_at=NOON - timedelta(days=3)), row(7, delivered_at=None), row(8, claimed_quantity=1),
    row(9, delivered_at=NOON - timedelta(days=15)), row(10, reason=None), row(11, reason="mismatch"),
]  # fmt: skip


def parquet(folder: Path, rows: list[dict[str, Any]], **columns: Any) -> Path:
    names = list(dict.fromkeys(name for each in rows for name in each))
    table = pa.table({name: pa.array([each.get(name) for each in rows]) for name in names} | columns)
    pq.write_table(table, folder / "claims.parquet", row_group_size=4)
    return folder / "claims.parquet"


def written(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def as_csv(folder: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(dict.fromkeys(name for each in rows for name in each))
    with (folder / "claims.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([names, *([written(each.get(name)) for name in names] for each in rows)])
    return folder / "claims.csv"


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"seeled": True}, "'seeled' is no column of a claims file → did you mean 'sealed'?"),
        ({"sealed": "yes"}, "column sealed is string → make it boolean"),
        ({"unit_price": 9.99}, "column unit_price is double → make it a whole number, amounts in minor units"),
        ({"delivered_at": datetime(2026, 3, 1)}, "column delivered_at is timestamp[us] → make it a timestamp with a time zone"),
        ({"delivered_at": "2026-03-01T10:00:00"}, "expected a zone offset"),
        ({"traits": [1]}, "column traits is list<element: int64> → make it a list of text"),
    ],
)
def test_a_column_that_cannot_be_used_is_a_named_error(tmp_path: Path, said: dict[str, Any], message: str) -> None:
    path = parquet(tmp_path, [row(1, **said)])
    with pytest.raises(AvdetError) as refused:
        replay(shop(7), shop(14), path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_is_no_claims_file_is_refused(tmp_path: Path) -> None:
    for name, content, message in (
        ("claims.txt", b"", "neither Parquet nor CSV"),
        ("claims.parquet", b"no such thing", "cannot be read"),
        ("empty.csv", b"", "no column claim_id"),
        ("lacking.csv", b"claim_id,reported_at\n", "no column unit_price"),
        ("timeless.csv", b"claim_id,quantity,unit_price\n", "no moment of the claims"),
        ("twice.csv", b"claim_id,claim_id,quantity,unit_price,now\n", "two columns are named claim_id"),
        ("local.csv", b"claim_id,quantity,unit_price,now\n1,1,1,2026-04-01 12:00:00\n", "expected a zone offset"),
        ("ragged.csv", b"claim_id,quantity,unit_price,now\n1,1\n", "Expected 4 columns"),
        ("words.csv", b"claim_id,quantity,unit_price,now\n1,many,1,2026-04-01 12:00:00Z\n", "invalid value 'many'"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(AvdetError, match=r".") as refused:
            replay(shop(7), shop(14), tmp_path / name)
        assert message in str(refused.value), name
    with pytest.raises(AvdetError, match="cannot be read"):
        replay(shop(7), shop(14), tmp_path / "absent.parquet")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reason": "whim"}, "reason has a value that is none of its list"),
        ({"at": "somewhere"}, "at has a value that is none of its list"),
        ({"currency": "shells"}, "currency has a value that is none of its list"),
        ({"delivered_at": NOON - timedelta(days=30)}, "delivered is before placed"),
        ({"delivered_at": NOON + timedelta(days=1)}, "delivered lies after now"),
        ({"placed_at": datetime(1850, 1, 1, tzinfo=UTC)}, "placed lies outside the years 1900 to 2199"),
        ({"quantity": 0}, "quantity is not between 1 and 1000000"),
        ({"quantity": None}, "no quantity"),
        ({"claimed_quantity": 3}, "more pieces are claimed than were bought"),
        ({"unit_price": 10**15, "quantity": 10**6}, "the line comes to more than 10^15"),
        ({"unit_price": -1}, "unit_price is not between 0 and 1000000000000000"),
        ({"return_cost": -1}, "return_cost is not between 0 and 1000000000000000"),
        ({"claim_id": None}, "no claim_id"),
        ({"traits": "food;glass"}, "traits names something that is no trait"),
        ({"traits": ["food", None]}, "traits names something that is no trait"),
        ({"reported_at": None}, "no moment: neither reported_at nor now"),
    ],
)
def test_a_row_that_cannot_be_judged_is_counted_apart(tmp_path: Path, said: dict[str, Any], why: str) -> None:
    report = replay(shop(7), shop(14), parquet(tmp_path, [row(1, **said), row(2)]))
    assert [(each.why, each.claims) for each in report.refused] == [(why, 1)]
    assert (report.rows, report.judged, report.changed()) == (2, 1, 1)


def test_dates_beyond_the_calendar_are_not_guessed(tmp_path: Path) -> None:
    late = datetime(2120, 5, 1, tzinfo=UTC)
    rows = [row(1, placed_at=late, delivered_at=late, reported_at=late + timedelta(days=9)), row(2)]
    counting = from_clauses(clause("SHP-WDR-1", at="claim", within={"working_days": 3, "after": "delivered"},
                                   then={"outcome": "approve"}, otherwise={"outcome": "deny"})).newest  # fmt: skip
    report = replay(shop(7), counting, parquet(tmp_path, rows))
    assert [(each.why, each.sample) for each in report.refused] == [("no holidays are known for its dates in calendar shop/IR", ("c1",))]


# ---- the figures -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["numpy", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_who_changes_from_what_to_what_by_which_clause_and_the_money(tmp_path: Path, engine: Any) -> None:
    report = replay(shop(7), shop(14), parquet(tmp_path, ROWS), engine=engine)
    assert (report.rows, report.judged) == (11, 11)
    assert report.outcomes == {("deny", "approve"): 3, ("approve", "approve"): 3, ("deny", "deny"): 2,
                               ("ask", "ask"): 1, ("deny", "ask"): 1, ("review", "review"): 1}  # fmt: skip
    told = [(c.kind, c.direction, c.claims, c.old.clauses, c.new.clauses, c.value, c.sample) for c in report.changes]
    assert told == [
        ("outcome", "better", 3, ("SHP-WDR-1",), ("SHP-WDR-1",), {"IRR": 5_000}, ("c1", "c2", "c8")),
        ("outcome", "better", 1, ("SHP-WDR-1",), (), {"IRR": 2_000}, ("c4",)),
        ("values", "better", 1, ("SHP-DEF-1",), ("SHP-DEF-1",), {"IRR": 2_000}, ("c5",)),
        ("duties", "other", 2, ("SHP-WDR-1",), ("SHP-WDR-1",), {"IRR": 4_000}, ("c6", "c7")),
    ]
    assert report.changes[1].new.ask == ("sealed",)
    assert report.reasons == {"withdrawal": (8, 4), "defect": (1, 0), "mismatch": (1, 0), "not_said": (1, 0)}
    stakes = report.stakes
    assert (stakes.refund_gained.claims, stakes.refund_gained.value, stakes.refund_lost.claims) == (3, {"IRR": 5_000}, 0)
    assert (stakes.carriage_to_store.claims, stakes.carriage_to_store.cost) == (1, {"IRR": 300})
    assert stakes.carriage_to_customer.claims == 0


def test_the_other_way_round_what_was_gained_is_lost(tmp_path: Path) -> None:
    report = replay(shop(14), shop(7), parquet(tmp_path, ROWS))
    assert report.stakes.refund_lost.claims == 3
    assert report.stakes.carriage_to_customer.value == {"IRR": 2_000}
    assert report.changed(direction="worse") == 5
    assert report.changed(direction="better") == 0


def test_nobody_fares_otherwise_under_the_same_policy(tmp_path: Path) -> None:
    report = replay(shop(7), shop(7), parquet(tmp_path, ROWS))
    assert (report.changes, report.changed(), list(report.table())) == ((), 0, [])


def test_parquet_and_csv_and_both_engines_give_the_same_report(tmp_path: Path) -> None:
    files = [parquet(tmp_path, ROWS), as_csv(tmp_path, ROWS)]
    reports = [replay(shop(7), shop(14), file, engine=engine).as_json() for file in files for engine in ("numpy", "duckdb")]  # type: ignore[arg-type]
    for report in reports:
        del report["file"], report["fingerprint"]
    assert all(json.dumps(report) == json.dumps(reports[0]) for report in reports)


def test_times_may_be_text_and_traits_a_list(tmp_path: Path) -> None:
    said = {"delivered_at": "2026-03-20T12:00:00+03:30", "traits": ["food", "large"]}
    food = from_clauses(clause("SHP-FOOD-1", at="claim", when="food and large and days_since_delivery == 12", then={"outcome": "approve"}))
    report = replay(shop(7), food.newest, parquet(tmp_path, [row(1, **said), row(2, delivered_at="2026-03-20T12:00:00Z")]))
    assert report.outcomes == {("deny", "approve"): 1, ("deny", "review"): 1}


def test_progress_counts_every_row(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    replay(shop(7), shop(14), parquet(tmp_path, ROWS * 3), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (33, 33)
    replay(shop(7), shop(14), as_csv(tmp_path, ROWS), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (11, None)


def test_an_empty_file_is_a_report_of_nothing(tmp_path: Path, engine: Any) -> None:
    (tmp_path / "none.csv").write_text("claim_id,quantity,unit_price,reported_at\n")
    report = replay(shop(7), shop(14), tmp_path / "none.csv", engine=engine)
    assert (report.rows, report.judged, report.changes) == (0, 0, ())


def test_amounts_are_summed_to_the_last_unit(tmp_path: Path) -> None:
    rows = [row(i, unit_price=10**15 - i, quantity=1) for i in range(50)]
    report = replay(shop(7), shop(14), parquet(tmp_path, rows))
    assert report.stakes.refund_gained.value == {"IRR": 50 * 10**15 - sum(range(50))}


def test_each_currency_is_summed_by_itself(tmp_path: Path) -> None:
    report = replay(shop(7), shop(14), parquet(tmp_path, [row(1, currency="GBP"), row(2, currency=None), row(3, currency="TRY")]))
    assert report.stakes.refund_gained.value == {"GBP": 2_000, "IRR": 2_000, "TRY": 2_000}


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Batches are bounded even where a file is one enormous row group."""
    table = pa.table({"claim_id": pa.array(range(300_000)), "reported_at": pa.array([NOON] * 300_000),
                      "quantity": pa.array([1] * 300_000), "unit_price": pa.array([5] * 300_000)})  # fmt: skip
    pq.write_table(table, tmp_path / "one.parquet", row_group_size=300_000)
    sizes = [rows for _, rows in ClaimsFile(tmp_path / "one.parquet").batches()]
    assert sum(sizes) == 300_000
    assert max(sizes) <= 1 << 17


# ---- against the contract, one claim at a time -----------------------------------------------------------------------

ANSWERS = tuple(fact for fact in BY_NAME.values() if fact.known_by == "customer" and fact.kind == "bool")
EVENTS = ("paid", "invoiced", "handed_to_carrier", "delivered", "refused")


@st.composite
def questions(draw: st.DrawFn, store: str, points: tuple[str, ...]) -> dict[str, Any]:
    """A question, its events in order, anything that may be silent sometimes silent."""
    at = draw(st.sampled_from(points))
    placed = draw(st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 1))).replace(tzinfo=UTC)
    hours = sorted(draw(st.lists(st.integers(0, 1_200), min_size=6, max_size=6)))
    moments = dict(zip(EVENTS, (placed + timedelta(hours=each) for each in hours), strict=False))
    happened = draw(st.sets(st.sampled_from(EVENTS)))
    reported = placed + timedelta(hours=hours[5], microseconds=draw(st.sampled_from([0, 1, 999_999])))
    yes_no = st.none() | st.booleans()
    order = {"placed_at": placed, **{f"{event}_at": moments[event] for event in EVENTS if event in happened},
             "lines": [{"sku": "A", "quantity": draw(st.integers(2, 9)), "unit_price": draw(st.sampled_from([0, 100, 10**9])),
                        "currency": load(store).currency, "traits": sorted(draw(st.sets(st.sampled_from(v.TRAITS), max_size=3)))}],
             "recipient": draw(st.sampled_from(["customer", "other"])), "partial_consent": draw(st.booleans()),
             "payment_method": draw(st.sampled_from(["online", "card_to_card", "cash_on_delivery"]))}  # fmt: skip
    claim = {"sku": "A", "quantity": draw(st.integers(1, 2)), "reported_at": reported,
             "answers": {fact.name: draw(yes_no) for fact in ANSWERS}} | draw(
                 st.sampled_from([{}, *({"reason": reason} for reason in v.REASONS)]))  # fmt: skip
    question = {"store": store, "at": at, "order": order, "claim": claim, "now": reported + timedelta(hours=draw(st.integers(0, 300)))}
    if at in ("inspection", "refund"):
        question["inspection"] = {"finding": draw(st.sampled_from([None, "confirmed", "not_confirmed", "misuse"])),
                                  "in_stock": draw(yes_no), "carrier_confirmed": draw(yes_no), "within_rules": draw(yes_no),
                                  "customer_refuses_goods": draw(yes_no), "makers_opinion_needed": draw(yes_no)}  # fmt: skip
    return question


def flat(question: dict[str, Any]) -> dict[str, Any]:
    """The question as a row of a claims file."""
    order, claim = question["order"], question["claim"]
    line, inspection = order["lines"][0], question.get("inspection", {})
    keys = ("recipient", "partial_consent", "payment_method", *(key for key in order if key.endswith("_at")))
    found = {"claim_id": "1", "at": question["at"], "now": question["now"], "reported_at": claim["reported_at"],
             "reason": claim.get("reason"), "quantity": line["quantity"], "claimed_quantity": claim["quantity"],
             "unit_price": line["unit_price"], "traits": " ".join(line["traits"]), **claim["answers"]}  # fmt: skip
    found |= {key: order[key] for key in keys} | {key: value for key, value in inspection.items() if key != "in_stock"}
    return found | {"replacement_in_stock": inspection.get("in_stock")}


def types() -> pa.Schema:
    kinds = {"text": pa.string(), "enum": pa.string(), "bool": pa.bool_(), "int": pa.int64(), "instant": pa.timestamp("us", "UTC"),
             "traits": pa.string()}  # fmt: skip
    return pa.schema({name: kinds[column.kind] for name, column in COLUMNS.items()})


@pytest.mark.parametrize("store", ["fetrashop", "offykala", "persianpetshop", "ofiskutum", "hepsiburada"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_column_of_claims_is_answered_like_the_questions(store: str, data: st.DataObject) -> None:
    points = tuple(point for point in load(store).newest.points() if point in ("claim", "inspection", "cancellation", "refund"))
    answered_alike(store, data.draw(st.lists(questions(store, points), min_size=1, max_size=12)), "numpy")


@pytest.fixture(scope="module")
def bound_shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that lets the law bind."""
    text = (HERE / "fetrashop.yaml").read_text(encoding="utf-8")
    assert "law_binds: false" in text
    path = tmp_path_factory.mktemp("shops") / "bound.yaml"
    path.write_text(text.replace("law_binds: false", "law_binds: true"), encoding="utf-8")
    return str(path)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_where_the_law_binds_the_better_answer_counts(bound_shop: str, data: st.DataObject) -> None:
    asked = data.draw(st.lists(questions(bound_shop, ("claim", "cancellation")), min_size=1, max_size=8))
    old = data.draw(questions(bound_shop, ("claim",)))
    old["order"] |= {"placed_at": datetime(2004, 6, 1, tzinfo=UTC)}
    answered_alike(bound_shop, [*asked, old], "numpy")


def test_a_law_that_binds_changes_answers(bound_shop: str, tmp_path: Path) -> None:
    rows = [row(1, handed_to_carrier_at=NOON - timedelta(days=18), quantity=9), row(2, quantity=9, placed_at=NOON - timedelta(days=9_000))]
    report = replay(load("fetrashop").newest, load(bound_shop).newest, parquet(tmp_path, rows))
    assert report.outcomes[("deny", "approve")] >= 1
    assert any(clause.startswith("IR-") for change in report.changes for clause in change.new.clauses)
    assert set(report.texts) >= {clause for change in report.changes for clause in change.new.clauses}


def answered_alike(store: str, asked: list[dict[str, Any]], engine: Any) -> None:
    side = Side(load(store).newest, engine)
    batch = pa.RecordBatch.from_pylist([flat(question) for question in asked], schema=types())
    given = dict(zip(batch.schema.names, batch.columns, strict=True))
    claims = Reading(side.facts(v.POINTS), side.edition.policy.currency).read(given, len(asked))
    assert not claims.faults.any(), claims.complaints
    for place, question in enumerate(asked):
        mine = claims.only(np.array([place]))
        judge = side.judge(question["at"])
        answer = judge.decisions[int(judge.judge(side.columns(mine, question["at"]), 1)[0])]
        settled = settle_by(load(store), read_question(msgspec.json.encode(question)), side.edition)
        assert answer == settled.decision, question
