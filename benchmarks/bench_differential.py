"""The large draw: policies and claims put to the oracle and to every engine, and each disagreement shown.

    .venv/bin/python benchmarks/bench_differential.py [pairs]

The oracle, the generated code (with `ask`), the trace, the bitsets and the portable form on DuckDB answer every pair. The
solver finds as many claims (`SOLVER`) of its own, each put to the engine through the contract; the exports answer a part of the
pairs (`EXPORTS`). Exits with 1 after any disagreement. The same draws, fewer, run in `tests/differential`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.differential import engines
from tests.differential.engines import Bench, benches

PAIRS = 100_000
CLAIMS = 60
"""Claims for each policy at each decision point."""
SOLVER = 1
EXPORTS = 1 / 10


@dataclass
class Tally:
    """What one engine has answered so far."""

    pairs: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, lines: Callable[[], Iterator[str]], pairs: int) -> None:
        start = perf_counter()
        self.faults += list(lines())
        self.seconds += perf_counter() - start
        self.pairs += pairs


def judged(bench: Bench) -> Iterator[str]:
    """The oracle's own work, which the engines' times then leave out."""
    assert len(bench.opinions) == len(bench.claims)
    yield from ()


def run(pairs: int) -> dict[str, Tally]:
    tallies = {name: Tally() for name in ("oracle", *engines.QUICK, "solver", *engines.EXPORTS)}
    for number in count():
        r = Random(number)
        for bench in benches(r, CLAIMS):
            one(bench, tallies, r, exported=draw(r, EXPORTS))
        if tallies["oracle"].pairs >= pairs:
            return tallies
    raise AssertionError


def draw(r: Random, share: float) -> bool:
    return r.random() < share


def one(bench: Bench, tallies: dict[str, Tally], r: Random, *, exported: bool) -> None:
    tallies["oracle"].add(lambda: judged(bench), CLAIMS)
    for name, engine in engines.QUICK.items():
        tallies[name].add(lambda engine=engine: engine(bench), CLAIMS)  # type: ignore[misc]
    found = round(CLAIMS * SOLVER)
    tallies["solver"].add(lambda: engines.solver(bench, r, found), found)
    for to in engines.EXPORTS if exported else ():
        tallies[to].add(lambda to=to: engines.exports(bench, to), CLAIMS)  # type: ignore[misc]


def main() -> int:
    start = perf_counter()
    tallies = run(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
    print(f"{'':16}{'pairs':>9}{'disagree':>10}{'seconds':>9}{'µs a pair':>11}")
    for name, tally in tallies.items():
        each = 1e6 * tally.seconds / max(1, tally.pairs)
        print(f"{name:16}{tally.pairs:9,}{len(tally.faults):10}{tally.seconds:9.1f}{each:11.0f}")
    faults = [line for tally in tallies.values() for line in tally.faults]
    print(f"{len(faults)} disagreements; {perf_counter() - start:.0f} s")
    for line in faults[:5]:
        print("\n" + line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
