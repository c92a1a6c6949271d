"""Five million claims of Fetrashop at once: the rule bitsets beside a memory scan, numpy `select` and DuckDB's CASE, one core.

`python benchmarks/bench_replay.py [rows]` prints one line a measurement: million claims a second, and how many times slower or
faster than the bitsets. The references compute the outcome alone; the bitsets give the whole answer with its clauses. All
answers are compared with each other before anything is printed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from avdet.analysis.columns import BLOCK, Columns
from avdet.analysis.columns.cells import compare, is_pair
from avdet.analysis.columns.facts import facts_row
from avdet.analysis.columns.ibis import arrow_facts, claims_table, judged
from avdet.analysis.replay import replay
from avdet.core import conditions as c
from avdet.core.decide import Engine
from avdet.core.facts import BY_NAME
from avdet.core.policy import Period
from avdet.core.vocabulary import REASONS
from avdet.policies import law_of, load

ROWS = 5_000_000
BAR = 25.0
OUTCOMES = ("approve", "evidence", "deny", "review")
Facts = dict[str, Any]


def drawn(names: tuple[str, ...], rows: int) -> Facts:
    """Fully known claims: every reason alike often, answers yes or no, times from before the event to beyond every period."""
    draw = np.random.default_rng(1404)
    found: Facts = {}
    for name in names:
        fact = BY_NAME[name]
        if fact.kind == "int":
            low, high = (-1, 41) if fact.event else (1, 8)
            found[name] = draw.integers(low, high, rows, dtype=np.int64)
        elif fact.kind == "bool":
            found[name] = draw.integers(0, 2, rows).astype(np.int8)
        else:
            found[name] = draw.integers(0, len(fact.values), rows).astype(np.int16)
    return found


def best(run: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    """Seconds of the fastest of some runs, and what the last one gave."""
    seconds, result = float("inf"), None
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, result


# ---- the references --------------------------------------------------------------------------------------------------


def scan(codes: list[Any]) -> Any:
    """Reads the packed codes and writes one number a claim, in the same blocks: what no engine on these codes goes below."""
    found = np.empty(len(codes[0]), dtype=np.int32)
    for start in range(0, len(found), BLOCK):
        block = found[start : start + BLOCK]
        np.copyto(block, codes[0][start : start + BLOCK])
        for column in codes[1:]:
            np.add(block, column[start : start + BLOCK], out=block)
    return found


def mask_of(condition: c.Condition, facts: Facts) -> Any:
    """A condition as a numpy mask, written plainly."""
    if isinstance(condition, c.Not):
        return ~mask_of(condition.part, facts)
    if isinstance(condition, c.Atom):
        return _atom(condition, facts)
    parts = [mask_of(part, facts) for part in condition.parts]
    if not parts:
        return np.full(len(next(iter(facts.values()))), isinstance(condition, c.All))
    return (np.logical_and if isinstance(condition, c.All) else np.logical_or).reduce(parts)


def _atom(atom: c.Atom, facts: Facts) -> Any:
    fact, column = BY_NAME[atom.fact], facts[atom.fact]
    values = [operand.value if isinstance(operand, c.Parameter) else operand for operand in c.operands(atom)]
    if fact.kind == "int" or is_pair(atom):
        return compare(atom, facts)
    if fact.kind == "bool":
        return column == int((atom.op == "==") == (values[0] is True))
    places = [fact.values.index(str(value)) for value in values]
    found = np.logical_or.reduce([column == place for place in places])
    return ~found if atom.op == "!=" else found


def numpy_select(point: Any, facts: Facts) -> Any:
    """The outcome of every claim by `numpy.select` over the branches in force, in blocks that fit the cache."""
    rows = len(next(iter(facts.values())))
    found = np.empty(rows, dtype=np.int8)
    for start in range(0, rows, BLOCK):
        part = {name: column[start : start + BLOCK] for name, column in facts.items()}
        found[start : start + BLOCK] = _select(point, part)
    return found


def _select(point: Any, facts: Facts) -> Any:
    holds = [mask_of(branch.condition, facts) for branch in point.branches]
    force = []
    for i, held in enumerate(holds):
        over = [holds[j] for j in range(len(holds)) if point.defeaters[i] >> j & 1]
        force.append(held & ~np.logical_or.reduce(over) if over else held)
    sets: dict[str, dict[object, list[Any]]] = {}
    for branch, held in zip(point.branches, force, strict=True):
        for effect, value in branch.then.rows():
            if effect not in ("remedies", "requires"):
                said = (value.unit, value.length, value.after) if isinstance(value, Period) else value
                sets.setdefault(effect, {}).setdefault(said, []).append(held)
    said_by = {effect: {said: np.logical_or.reduce(held) for said, held in values.items()} for effect, values in sets.items()}
    disputed = [sum(held.astype(np.int8) for held in values.values()) > 1 for values in said_by.values() if len(values) > 1]
    outcome = said_by["outcome"]
    choices = [np.logical_or.reduce(disputed), *outcome.values()]
    review = OUTCOMES.index("review")
    return np.select(choices, [review, *(OUTCOMES.index(str(said)) for said in outcome)], review)


class DuckCase:
    """The outcome as one CASE in DuckDB on one thread, over a table of its own."""

    def __init__(self, point: Any, facts: Facts) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.register("given", arrow_facts(facts, point.facts))
        self.connection.execute("CREATE TABLE claims AS SELECT * FROM given")
        table = judged(point, claims_table(point))
        sql = str(ibis.to_sql(table.select("outcome"), dialect="duckdb"))
        self.counts = f"SELECT outcome, count(*) FROM ({sql}) GROUP BY 1"

    def run(self) -> dict[str, int]:
        return dict(self.connection.execute(self.counts).fetchall())


# ---- the run ---------------------------------------------------------------------------------------------------------


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    engine = Engine(load("fetrashop").newest)
    engine.compile()
    here = Columns(engine, "claim")
    facts = drawn(here.facts, rows)
    packed, codes = best(lambda: here.pack(facts, rows), 1)

    def row(number: int) -> Any:
        return facts_row(facts, here.facts, number)

    cold, _ = best(lambda: here.numbers(codes, row), 1)
    warm, numbers = best(lambda: here.numbers(codes, row), 5)
    floor, _ = best(lambda: scan(codes), 5)
    select, by_select = best(lambda: numpy_select(here.point, facts), 1)
    duck = DuckCase(here.point, facts)
    case, by_case = best(duck.run, 1)
    _agree(here, numbers, by_select, by_case)
    print(f"{rows:,} claims of Fetrashop at the claim point, {len(REASONS)} reasons: {len(here.point.branches)} branches, "
          f"{len(here.facts)} facts, {len(here.bits.places)} conjunctions in {here.width} word(s), {len(codes)} codes a claim, "
          f"{len(here.book)} distinct words, {len(here.decisions)} answers")  # fmt: skip
    for name, seconds in (
        ("memory scan: read the codes, write a number", floor), ("rule bitsets on packed codes", warm),
        ("rule bitsets, first time (tables and answers worked out)", cold),
        ("rule bitsets with the packing of the facts", warm + packed), ("numpy select, outcome alone", select),
        ("duckdb CASE, outcome alone", case),
    ):  # fmt: skip
        print(f"  {name:<58}{rows / seconds / 1e6:>8.1f} M/s   x {seconds / warm:.2f}")
    rate = rows / warm / 1e6
    print(f"  bar: {BAR:.0f} M/s on packed codes: {'met' if rate >= BAR else 'MISSED'}")
    whole_file(min(rows, 2_000_000))
    sys.exit(rate < BAR)


def _agree(here: Columns, numbers: Any, by_select: Any, by_case: dict[str, int]) -> None:
    outcome = np.array([OUTCOMES.index(decision.outcome) for decision in here.decisions], dtype=np.int8)[numbers]
    assert (outcome == by_select).all(), "numpy select disagrees"
    counts = {OUTCOMES[i]: int(count) for i, count in enumerate(np.bincount(outcome, minlength=4)) if count}
    assert counts == by_case, (counts, by_case)


def whole_file(rows: int) -> None:
    """A replay from file to report: reading, dates, both policies, comparing, adding up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.parquet"
        _write(path, rows)
        seconds, report = best(lambda: replay(load("fetrashop").newest, law_of("ir").newest, path), 1)
        print(f"  replay of a Parquet file ({path.stat().st_size / 1e6:.0f} MB), both policies, from file to report:")
        print(f"  {'Fetrashop against the law of Iran':<58}{rows / seconds / 1e6:>8.2f} M/s   {rows:,} claims, "
              f"{report.changed():,} fare otherwise")  # fmt: skip
        few, many = _peak(folder, 500_000), _peak(folder, 2_000_000)
        print(f"  its greatest memory, in MB: {few} with 500,000 claims, {many} with 2,000,000")


def _peak(folder: str, rows: int) -> int:
    """Megabytes that a process of its own takes at most to replay a file of so many claims."""
    path = Path(folder) / f"{rows}.parquet"
    _write(path, rows)
    code = ("from avdet.analysis.replay import replay; from avdet.policies import load, law_of; "
            f"replay(load('fetrashop').newest, law_of('ir').newest, {str(path)!r}); "
            "print(open('/proc/self/status').read())")  # fmt: skip
    status = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _write(path: Path, rows: int) -> None:
    draw = np.random.default_rng(7)
    hour, day = 3_600_000_000, 86_400_000_000
    placed = 1_700_000_000_000_000 + draw.integers(0, 365 * day, rows)
    handed = placed + draw.integers(hour, 3 * day, rows)
    delivered = handed + draw.integers(day, 5 * day, rows)

    def instants(moments: Any) -> Any:
        return pa.array(moments, pa.int64()).cast(pa.timestamp("us", "UTC"))

    yes_no = {name: pa.array(draw.random(rows) < 0.7) for name in ("sealed", "box_kept", "documents", "visible_without_opening",
                                                                   "visible_at_delivery", "in_specification")}  # fmt: skip
    table = pa.table({
        "claim_id": pa.array(np.arange(rows)), "reason": pa.array(np.array(REASONS)[draw.integers(0, 8, rows)]),
        "placed_at": instants(placed), "handed_to_carrier_at": instants(handed), "delivered_at": instants(delivered),
        "reported_at": instants(delivered + draw.integers(0, 40 * day, rows)), "quantity": pa.array(draw.integers(1, 7, rows)),
        "unit_price": pa.array(draw.integers(1, 10**8, rows)), "box_marked": pa.array(draw.random(rows) < 0.1), **yes_no,
    })  # fmt: skip
    pq.write_table(table, path)


if __name__ == "__main__":
    main()
