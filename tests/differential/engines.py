"""Every way in which Avdet answers a claim, put beside the oracle: each function yields a line for every disagreement.

All take a `Bench`: one edition at one decision point, what the oracle makes of it, and claims with the oracle's opinions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from avdet.core.decide import Decision, Engine, decide
from avdet.core.errors import AvdetError
from avdet.core.facts import UNKNOWN, Facts
from avdet.core.policy import Edition
from avdet.core.trace import Tracer
from avdet.core.vocabulary import CARRIAGES
from avdet.policies import calendar_of
from avdet.policies.shelf import read_bytes
from tests import oracle
from tests import strategies as draws
from tests.analysis import exported


@dataclass(frozen=True)
class Bench:
    """One edition at one decision point, and claims to decide."""

    edition: Edition
    point: str
    terms: oracle.Terms
    claims: tuple[Facts, ...]

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.edition)

    @cached_property
    def opinions(self) -> tuple[oracle.Opinion, ...]:
        return tuple(oracle.opinion(self.terms, self.point, claim) for claim in self.claims)

    @cached_property
    def asked(self) -> tuple[Facts, ...]:
        """The claims as the contract gives them: only what the point says that it turns on."""
        names = ("reason", *self.engine.point(self.point).facts)
        return tuple({**UNKNOWN, **{name: claim[name] for name in names}} for claim in self.claims)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(decide(self.engine, self.point, claim) for claim in self.asked)

    @cached_property
    def known(self) -> tuple[int, ...]:
        """The claims in which nothing that matters is unknown."""
        return tuple(i for i, opinion in enumerate(self.opinions) if len(opinion.ways) == 1)

    def line(self, engine: str, i: int, what: object) -> str:
        """A disagreement, with all that is needed to see it again."""
        named = {name: self.claims[i][name] for name in ("reason", *draws.named(self.terms, self.point))}
        return f"{engine} at {self.point}: {what}\n  claim: {named}\n  oracle: {self.opinions[i]}\n  policy: {self.edition.policy.document}"


def benches(r: Random, claims: int) -> Iterator[Bench]:
    """A drawn policy, as every bench that it makes: each edition, each decision point at which it speaks."""
    doc = draws.policy(r)
    for edition in read_bytes(draws.written(doc, r), "drawn.yaml").editions:
        terms = oracle.from_document(doc, edition.in_force_from.isoformat())
        yield from (bench(r, edition, terms, point, claims) for point in edition.points())


def bench(r: Random, edition: Edition, terms: oracle.Terms, point: str, claims: int) -> Bench:
    return Bench(edition, point, terms, tuple(draws.facts(r, terms, at=point) for _ in range(claims)))


# ---- one answer beside the oracle's ----------------------------------------------------------------------------------


def fault(opinion: oracle.Opinion, decision: Decision) -> str:
    """What of a decision is not as the oracle has it; nothing where they agree."""
    if opinion.essence is None:
        right = decision.outcome == "ask" and set(decision.ask) == opinion.ask and len(decision.ask) == len(opinion.ask)
        return "" if right else f"asks {decision.ask}, outcome {decision.outcome}"
    *rest, due = opinion.essence
    if decision.essence != (*rest, tuple(sorted((name, *period) for name, period in due))):
        return f"answers {decision.essence}"
    return _row_fault(opinion.ways, decision)


def _row_fault(ways: tuple[oracle.Verdict, ...], decision: Decision) -> str:
    """What is wrong with the clauses cited: a value needs a clause in every way, and a clause what it is cited for in some."""
    rows = frozenset((row.clause, row.effect, row.value) for row in decision.because)
    if len(ways) == 1:
        return "" if (rows, decision.finding) == (ways[0].rows, ways[0].finding) else f"cites {sorted(rows)}, {decision.finding!r}"
    always = {row for row in frozenset.intersection(*(way.rows for way in ways)) if not row[1].startswith("deadlines.")}
    if not always <= rows <= frozenset.union(*(way.rows for way in ways)):
        return f"cites {sorted(rows)}"
    said = {effect: value for effect, value in _values(decision) if (effect, value) not in {row[1:] for row in rows}}
    return f"cites no clause for {said}" if said else ""


def _values(decision: Decision) -> Iterator[tuple[str, str]]:
    yield "outcome", decision.outcome
    yield from (("remedies", remedy) for remedy in decision.remedies)
    yield from (("requires", requirement) for requirement in decision.requires)
    for effect in CARRIAGES:
        if getattr(decision, effect):
            yield effect, getattr(decision, effect)


# ---- the engines -----------------------------------------------------------------------------------------------------


def generated_code(bench: Bench) -> Iterator[str]:
    """`decide` and `ask`."""
    for i, decision in enumerate(bench.decisions):
        if what := fault(bench.opinions[i], decision):
            yield bench.line("decide", i, what)


def traces(bench: Bench) -> Iterator[str]:
    """`trace`: what became of each clause; with unknown facts, only what is so in every completion may be said."""
    tracer = Tracer(bench.engine.point(bench.point))
    for i, claim in enumerate(bench.asked):
        said = {(reason.clause, reason.case): reason.status for reason in tracer.reasons(claim)}
        worlds = [oracle.standing(bench.terms, bench.point, full) for full in oracle.worlds(bench.terms, bench.point, bench.claims[i])]
        for case, status in said.items():
            ways = {world[case] for world in worlds}
            if not (ways == {status} if len(worlds) == 1 else _possible(status, ways)):
                yield bench.line("trace", i, f"{case} is {status}, not {ways}")
        if any(world[case] != "not_met" for world in worlds for case in world.keys() - said.keys()):
            yield bench.line("trace", i, "a case that applies is left out")
        verdicts = tracer.verdicts(claim) if len(worlds) == 1 else -1
        if isinstance(verdicts, tuple) and [v == 0 for v in verdicts] != [worlds[0][case] != "not_met" for case in said]:
            yield bench.line("trace", i, f"verdicts {verdicts}")


def _possible(status: str, ways: set[str]) -> bool:
    applies = "not_met" not in ways
    return {"not_met": ways == {"not_met"}, "in_force": applies, "waits": applies, "set_aside": ways == {"set_aside"}}.get(status, True)


def bitsets(bench: Bench) -> Iterator[str]:
    """Rule bitsets in numpy, by the column."""
    from avdet.analysis.columns import decide_columns

    answers = decide_columns(bench.engine, bench.point, _columns(bench), len(bench.claims))
    yield from _by_column("bitsets", bench, answers)


def ibis(bench: Bench) -> Iterator[str]:
    """The portable form, on DuckDB."""
    from avdet.analysis.columns.ibis import DuckColumns

    engine = DuckColumns(bench.engine, bench.point)
    numbers = engine.judge(_columns(bench), len(bench.claims))
    yield from _by_column("ibis", bench, [engine.decisions[number] for number in numbers.tolist()])


def _columns(bench: Bench) -> Any:
    from avdet.analysis.columns import Columns
    from avdet.analysis.columns.facts import columns_of

    return columns_of(bench.claims, Columns(bench.engine, bench.point).facts)


def _by_column(engine: str, bench: Bench, answers: list[Decision]) -> Iterator[str]:
    for i, decision in enumerate(answers):
        if what := fault(bench.opinions[i], decision):
            yield bench.line(engine, i, what)


def exports(bench: Bench, to: str) -> Iterator[str]:
    """An exported policy in its own engine: the same answers on known claims, and never a wrong one on others."""
    try:
        answers = getattr(exported, to)(bench.edition, bench.point)(bench.claims)
    except AvdetError:
        return  # remedies whose order only `decide` can keep: the export is refused
    for i, answer in enumerate(answers):
        mine = exported.ours(bench.decisions[i])
        if i in bench.known:
            if answer != mine:
                yield bench.line(to, i, f"{answer}\n  decide: {mine}")
        elif answer["outcome"] != "ask" and any(answer[key] != mine[key] for key in exported.CERTAIN):
            yield bench.line(to, i, f"{answer}\n  decide: {mine}")


def solver(bench: Bench, r: Random, claims: int) -> Iterator[str]:
    """The solver's model of the terms: claims that it finds itself, put to `decide` through the contract and to the oracle."""
    from avdet.analysis.prove.inquiry import Inquiry
    from avdet.analysis.prove.witness import WitnessError

    inquiry = Inquiry(bench.point, bench.edition, calendar_of(bench.edition.policy))
    for _ in range(claims):
        rules, whims = [truth for truth in inquiry.terms.applies if draws.one_in(r, 4)], _whims(inquiry.claims, r)
        model = inquiry.possible(*rules, *whims) or inquiry.possible(*whims[:2]) or inquiry.possible(*rules) or inquiry.possible()
        assert model is not None
        try:
            facts = known(inquiry.witness_of(model).settled.facts)
        except WitnessError as difference:
            yield f"solver: {difference}"
            continue
        found = Bench(bench.edition, bench.point, bench.terms, (facts,))
        if what := _formula_fault(inquiry, model, oracle.verdict(bench.terms, bench.point, facts)):
            yield found.line("solver", 0, what)
        yield from generated_code(found)


def _whims(claims: Any, r: Random) -> list[Any]:
    """What a claim might happen to be: some facts so or otherwise, some events of one age or another."""
    from avdet.analysis.prove.logic import no

    flags = [flag if draws.one_in(r, 2) else no(flag) for flag in claims.flags.values() if draws.one_in(r, 3)]
    ages = [age == r.randrange(len(claims.time.ages)) for age in claims.ages.values() if draws.one_in(r, 3)]
    return r.sample([*flags, *ages], len(flags) + len(ages))


def known(facts: Facts) -> Facts:
    """Facts as a question gives them, with what the record knows and no clause at the point was waiting for."""
    return {**draws.BASE, **{name: value for name, value in facts.items() if value is not None}}


def _formula_fault(inquiry: Any, model: Any, verdict: oracle.Verdict) -> str:
    from avdet.analysis.prove.logic import true_in

    terms = inquiry.terms
    said = {word for word in ("approve", "evidence", "deny", "review") if true_in(model, terms.outcome(word))}
    lists = {(effect, item) for effect, item in terms.present if effect in ("remedies", "requires")}
    offered = {value for value in lists if true_in(model, terms.present[value])}
    mine = {*(("remedies", item) for item in verdict.remedies), *(("requires", item) for item in verdict.requires)}
    finding = "conflict" if true_in(model, terms.disputed) else "gap" if true_in(model, terms.silent) else ""
    if (said, offered, finding) != ({verdict.outcome}, mine, verdict.finding):
        return f"the model says {said}, {offered}, {finding!r}"
    return ""


EXPORTS = ("jdm", "jsonlogic", "panzi", "sql")
QUICK: dict[str, Callable[[Bench], Iterator[str]]] = {
    "generated code": generated_code, "trace": traces, "bitsets": bitsets, "Ibis on DuckDB": ibis,
}  # fmt: skip
