"""The shipped policies, store and law, through the contract and through every engine, beside the oracle."""

from __future__ import annotations

from random import Random

import pytest

from avdet.analysis.export import export
from avdet.contract.answer import settle_question
from avdet.contract.question import convert_question
from avdet.core.decide import decide
from avdet.policies import law_of, load
from avdet.policies.shelf import LAWS, STORES
from tests import oracle
from tests import strategies as draws
from tests.differential import engines
from tests.differential.engines import Bench, bench, fault, known

POLICIES = [(name, load) for name in STORES] + [(name, law_of) for name in LAWS]
POINTS = [(name, point, read) for name, read in POLICIES for point in read(name).newest.points()]
STORE_POINTS = [(name, point) for name, point, read in POINTS if read is load]


def shipped(name: str, point: str, claims: int) -> Bench:
    read = load if name in STORES else law_of
    edition = read(name).newest
    return bench(Random(f"{name} {point}"), edition, oracle.from_edition(edition), point, claims)


@pytest.mark.parametrize(("store", "point"), STORE_POINTS)
def test_questions_are_answered_as_the_oracle_answers_them(store: str, point: str) -> None:
    r = Random(f"{store} {point}")
    terms = oracle.from_edition(load(store).newest)
    for _ in range(12):
        settled = settle_question(convert_question(draws.question(r, store, point)))
        facts = known(settled.facts)
        assert fault(oracle.opinion(terms, point, facts), decide(settled.engine, point, settled.facts)) == ""


@pytest.mark.parametrize(("name", "point"), [(name, point) for name, point, _ in POINTS])
def test_the_engines_agree_with_the_oracle(name: str, point: str) -> None:
    drawn = shipped(name, point, 25)
    for engine in (engines.generated_code, engines.traces, engines.bitsets):
        assert list(engine(drawn)) == []


@pytest.mark.parametrize(("name", "point"), [(name, point) for name, point, _ in POINTS])
def test_the_exports_agree_with_decide(name: str, point: str) -> None:
    """Every shipped policy can be exported, whatever the format, and answers the same there."""
    drawn = shipped(name, point, 12)
    for to in engines.EXPORTS:
        assert list(engines.exports(drawn, to)) == []
        export(drawn.edition, to if to != "panzi" else "jsonlogic", point=point)
