"""The oracle and every engine, on drawn policies and claims. The large draw of the same is `benchmarks/bench_differential.py`."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from avdet.core.decide import decide
from tests import oracle
from tests import strategies as draws
from tests.differential import engines
from tests.differential.engines import Bench, benches

SLOW = {"Ibis on DuckDB": 12, "jdm": 25, "sql": 25}
"""Policies a test takes where an engine needs its time; 60 otherwise."""


def drawn(policies: int, claims: int) -> list[Bench]:
    return [bench for seed in range(policies) for bench in benches(Random(seed), claims)]


def agree(lines: Iterable[str]) -> None:
    """No disagreement; else the first, in full."""
    first = next(iter(lines), None)
    if first is not None:
        pytest.fail(first, pytrace=False)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck),
          phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking a whole policy takes minutes
@given(r=draws.randoms, seed=st.integers(0, 3))
def test_decide_and_trace_say_what_the_oracle_says(r: Random, seed: int) -> None:
    for bench in benches(r, 2 + seed):
        agree(engines.generated_code(bench))
        agree(engines.traces(bench))


@pytest.mark.parametrize("engine", engines.QUICK)
def test_every_engine_says_what_the_oracle_says(engine: str) -> None:
    found = drawn(SLOW.get(engine, 60), 25)
    agree(line for bench in found for line in engines.QUICK[engine](bench))


@pytest.mark.parametrize("to", engines.EXPORTS)
def test_every_export_says_what_decide_says(to: str) -> None:
    found = drawn(SLOW.get(to, 60), 15)
    agree(line for bench in found for line in engines.exports(bench, to))


def test_the_solvers_model_says_what_the_oracle_says() -> None:
    agree(line for bench in drawn(30, 0) for line in engines.solver(bench, Random(1), 4))


def test_the_draws_are_nasty_enough() -> None:
    """Without gaps, conflicts, questions and set-aside clauses in plenty, agreement would prove little."""
    found = drawn(60, 25)
    opinions = [opinion for bench in found for opinion in bench.opinions]
    kinds = [way.finding or way.outcome for opinion in opinions for way in opinion.ways[:1] if opinion.essence]
    assert sum(opinion.essence is None for opinion in opinions) > len(opinions) / 20
    assert all(kinds.count(kind) > len(kinds) / 40 for kind in ("approve", "deny", "evidence", "review", "gap", "conflict"))
    stands = [status for bench in found for claim in bench.claims[:3] for world in oracle.worlds(bench.terms, bench.point, claim)
              for status in oracle.standing(bench.terms, bench.point, world).values()]  # fmt: skip
    assert all(stands.count(status) > len(stands) / 200 for status in ("in_force", "set_aside", "waits", "not_met"))


def test_the_oracle_is_not_deaf() -> None:
    """A disagreement that is put there is found: the comparison can fail."""
    bench = next(b for b in drawn(20, 25) if any(o.essence and o.ways[0].outcome == "approve" for o in b.opinions))
    other = Bench(bench.edition, bench.point, oracle.Terms((), ()), bench.claims)
    assert list(engines.generated_code(other))
    assert list(engines.bitsets(other))
    assert decide(bench.engine, bench.point, bench.claims[0]).outcome
