"""One claim at a time: the engine beside a hand-written `if` chain and the best rule engines, on the same 10,000 claims.

`python benchmarks/bench_engine.py` prints one line a measurement: microseconds, and how many times the reference.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parent))
import hand_written

from avdet.contract import answer_json, read_question
from avdet.core.decide import Engine, decide
from avdet.core.facts import FACTS, Facts, Value
from avdet.core.trace import Tracer
from avdet.policies.shelf import HERE, load, read_bytes

CLAIMS = 10_000


def drawn(random: Random) -> Facts:
    """A fully known claim of Fetrashop, on or near the thresholds as often as far from them."""

    def value(kind: str, values: tuple[str, ...], low: int, high: int) -> Value:
        if kind == "bool":
            return random.random() < 0.5
        return random.choice(values) if kind == "enum" else random.choice((low, 0, 1, 6, 7, 8, 10, 11, min(high, 40)))

    facts: Facts = {fact.name: value(fact.kind, fact.values, fact.low, fact.high) for fact in FACTS}
    facts |= {trait: random.random() < 0.1 for trait in ("made_to_order", "call_before_buying")}
    handed = random.random() < 0.9
    facts |= {
        "quantity": random.choice((1, 1, 1, 2, 5)),
        "handed_to_carrier": handed,
        "delivered": handed and random.random() < 0.9,
    }
    for event, names in (("handed_to_carrier", ("hand_over",)), ("delivered", ("delivery",))):
        if not facts[event]:
            facts |= {fact.name: -1 for fact in FACTS if fact.event and fact.name.endswith(names)}
    return facts


def best(run: Callable[[], object], rounds: int = 7) -> float:
    """Seconds of the fastest of some runs."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def each(function: Callable[[Any], object], items: Iterable[Any]) -> Callable[[], None]:
    def run() -> None:
        for item in items:
            function(item)

    return run


def line(name: str, seconds: float, count: int, reference: float, bar: str = "") -> None:
    micro = seconds / count * 1e6
    print(f"{name:<58} {micro:8.2f} µs  {micro / reference:6.2f} ×  {bar}")


def agree(engine: Engine, claims: list[Facts]) -> None:
    """The chain and the engine answer alike; otherwise their times say nothing."""
    for facts in claims:
        decision = decide(engine, "claim", facts)
        what, clause, remedies, payer, requires = hand_written.whole(facts)
        cited = {row.clause for row in decision.because if row.effect == "outcome"}
        assert what == decision.outcome, (facts, what, decision)
        assert not clause or clause in cited, (clause, cited)
        assert set(remedies) == set(decision.remedies), (remedies, decision)
        assert payer == decision.return_shipping, (payer, decision)
        assert what == "review" or set(requires) == set(decision.requires), (clause, set(requires) ^ set(decision.requires))


def question(facts: Facts, i: int) -> bytes:
    """A question of Fetrashop as JSON text, with the answers of a drawn claim."""
    names = ("sealed", "used", "box_kept", "box_marked", "in_specification", "visible_without_opening", "accessories_complete")
    order = {
        "number": f"F-{i}", "placed_at": "2026-04-05T10:00:00+03:30", "paid_at": "2026-04-05T10:05:00+03:30",
        "handed_to_carrier_at": "2026-04-06T09:00:00+03:30", "delivered_at": "2026-04-08T14:00:00+03:30",
        "payment_method": "online", "delivery_method": "carrier", "recipient": "customer",
        "destination": {"country": "IR", "province": "Tehran", "city": "Tehran"},
        "lines": [{"sku": "KB", "quantity": 1, "unit_price": 45000000, "currency": "IRR", "in_stock": 3,
                   "traits": ["serial_number", "seven_day_test"]}],
    }  # fmt: skip
    answers = {name: facts[name] for name in names} | {"misuse": False}
    claim = {"sku": "KB", "quantity": 1, "reason": facts["reason"], "reported_at": f"2026-04-{8 + i % 20:02}T15:30:00+03:30",
             "answers": answers}  # fmt: skip
    return msgspec.json.encode({"store": "fetrashop", "at": "claim", "order": order, "claim": claim})


def peers(claims: list[Facts], reference: float) -> None:
    """The same policy, exported, in the engines it was exported for."""
    from avdet.analysis.export import export

    edition = load("fetrashop").newest
    known = [{name: value for name, value in facts.items() if value is not None} for facts in claims[:1000]]
    import datalogic_py

    logic = datalogic_py.Engine().compile(msgspec.json.decode(export(edition, "jsonlogic", point="claim"))["rule"])
    line("datalogic-py (JSONLogic in Rust), the exported policy", best(each(logic.evaluate, known), 3), len(known), reference)
    import zen

    decision = zen.ZenEngine().create_decision(export(edition, "jdm", point="claim"))
    line("zen-engine (GoRules JDM), the exported policy", best(each(decision.evaluate, known), 3), len(known), reference)


def main() -> None:
    engine = Engine(load("fetrashop").newest)
    claims = [drawn(Random(seed)) for seed in range(CLAIMS)]
    agree(engine, claims)
    point = engine.point("claim")
    print(f"Fetrashop at claim: {len(engine.edition.clauses)} clauses, {len(point.branches)} cases, {len(point.facts)} facts, "
          f"{CLAIMS:,} claims, {len(point.known)} different answers\n")  # fmt: skip
    reference = best(each(hand_written.whole, claims)) / CLAIMS * 1e6
    line("hand-written if chain, whole answer: the reference", reference * CLAIMS / 1e6, CLAIMS, reference)
    line("hand-written if chain, outcome and clause only", best(each(hand_written.outcome, claims)), CLAIMS, reference)
    line("decide: every value with its clauses", best(each(lambda f: decide(engine, "claim", f), claims)), CLAIMS, reference,
         "bar: 3 µs, 3 ×")  # fmt: skip
    tracer = Tracer(point)
    line("trace: why each case did or did not apply", best(each(tracer.verdicts, claims)), CLAIMS, reference, "bar: 5 ×")
    partly = [facts | {"box_marked": None, "sealed": None} for facts in claims[:1000]]
    line("decide with two facts unknown", best(each(lambda f: decide(engine, "claim", f), partly), 3), len(partly), reference)
    texts = [question(facts, i) for i, facts in enumerate(claims[:2000])]
    line("reading the question only", best(each(read_question, texts)), len(texts), reference)
    line(
        "JSON text in, answer's JSON text out, law and dates",
        best(each(answer_json, texts)),
        len(texts),
        reference,
        "bar: 25 µs",
    )
    granted = [text for text in texts if answer_json(text).startswith(b'{"outcome":"approve"')]
    line(f"the same, the {len(granted)} of them granted", best(each(answer_json, granted), 15), len(granted), reference)
    raw = (HERE / "fetrashop.yaml").read_bytes()
    seconds = best(lambda: Engine(read_bytes(raw, "fetrashop.yaml").newest).compile(), 5)
    clauses = len(engine.edition.clauses)
    print(f"\nload, type-check and compile {clauses} clauses in 3 languages ({len(raw):,} bytes): {seconds * 1e3:.1f} ms, "
          f"{seconds / clauses * 60e3:.1f} ms for 60 (bar: 50 ms)\n")  # fmt: skip
    peers(claims, reference)


if __name__ == "__main__":
    main()
