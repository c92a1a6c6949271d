"""The solver's claims and the engine's: nothing is claimed that `decide` does not answer so, and nothing stays out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest

from avdet.analysis.prove import check
from avdet.analysis.prove.claims import USUAL, Claim
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.logic import Truth, any_of, at_most, no, true_in
from avdet.analysis.prove.terms import RANKS
from avdet.analysis.prove.time import ORDINARY_AGES, Use, after_longest_holiday, oldest, ordinary_day
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import EVENTS
from avdet.policies import calendar_of, law_of, load
from avdet.policies.shelf import STORES, read_bytes
from tests import strategies as draws


def drawn(seed: int) -> Iterator[Inquiry]:
    """Every edition and decision point of a drawn policy."""
    r = Random(seed)
    policy = read_bytes(draws.written(draws.policy(r), r), "drawn.yaml")
    for edition in policy.editions:
        for point in edition.points():
            yield Inquiry(point, edition, calendar_of(policy))


# ---- what the solver says is so --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_proved_of_a_drawn_policy_replays(seed: int) -> None:
    r = Random(seed)
    policy = read_bytes(draws.written(draws.policy(r), r), "drawn.yaml")
    for finding in check(policy, law=law_of("eu"), editions=policy.editions):
        assert (finding.witness is None) == (finding.kind in ("dead_clause", "dead_case", "idle_gap"))


@pytest.mark.parametrize("seed", range(24))
def test_the_values_of_a_model_are_those_of_the_decision(seed: int) -> None:
    r = Random(seed)
    for inquiry in drawn(seed):
        terms = inquiry.terms
        for _ in range(10):
            whims = [wish if r.random() < 0.5 else no(wish) for wish in r.sample(inquiry.claims.wishes, 3)]
            model = inquiry.search.find(*whims) or inquiry.search.find()
            assert model is not None
            decision = inquiry.witness_of(model).settled.decision
            assert [word for word in RANKS if true_in(model, terms.outcome(word))] == [decision.outcome]
            for remedy in ("replacement", "refund"):
                assert true_in(model, terms.sets("remedies", remedy)) == (remedy in decision.remedies)
            for payer in ("store", "customer"):
                agreed = true_in(model, terms.sets("return_shipping", payer)) and decision.finding != "conflict"
                assert agreed <= (decision.return_shipping == payer)


# ---- what is so, the solver sees -------------------------------------------------------------------------------------


def _pinned(inquiry: Inquiry, claim: Claim) -> Iterator[Truth]:
    """The letters of one claim, its ages rounded to those that the proof tells apart."""
    claims = inquiry.claims
    yield claims.at[claims.time.frames.index(claim.frame)]
    for name, flag in claims.flags.items():
        if name in EVENTS:
            yield flag if name in claim.ages else no(flag)
        else:
            yield flag if claim.values[name] else no(flag)
    for name in claims.choices:
        if name in claim.values:
            yield claims.equals(name, claim.values[name])
    for name, figure in claims.figures.items():
        value = int(claim.values[name])
        place = sum(each <= value for each in claims.scales[BY_NAME[name].unit]) - 1
        yield from (at_most(figure, place), no(at_most(figure, place - 1)))
    for event, age in claim.ages.items():
        place = claims.time.below(age)
        yield from (at_most(claims.ages[event], place), no(at_most(claims.ages[event], place - 1)))


def _any_claim(r: Random, inquiry: Inquiry) -> Claim:
    """A claim that keeps to the contract, drawn without the solver, its events at any minute at all."""
    claims, point = inquiry.claims, inquiry.point
    values = {name: r.random() < 0.5 for name in claims.flags if name not in EVENTS}
    values |= {name: r.choice(BY_NAME[name].values) for name in claims.choices}  # type: ignore[misc]
    values |= {name: USUAL[name] for name in claims.figures}  # type: ignore[misc]
    if values.get("sealed") and values.get("used"):
        values["used"] = False
    ages = {"reported": 0}
    age = r.choice((0, 1, 60, 1440, 1440 * 7, 1440 * 30)) + r.randrange(3000)
    for event in ("delivered", "handed_to_carrier", "invoiced", "paid", "placed"):
        if event in claims.ages and (event == "placed" or point in ("claim", "inspection")):
            ages[event] = age
        age += r.randrange(4000)
    ages |= {"found": 0, "goods_received": 0}
    ages |= {"custody_started": 0} if values.get("customer_refuses_goods") else {}
    return Claim(point, claims.time.frames[0], values, {event: age for event, age in ages.items() if event in claims.ages})


@pytest.mark.parametrize("store", STORES)
def test_no_claim_that_the_engine_answers_is_out_of_the_proofs_sight(store: str) -> None:
    r, policy = Random(7), load(store)
    for point in (point for point in ("claim", "inspection") if point in policy.newest.points()):
        inquiry = Inquiry(point, policy.newest, calendar_of(policy))
        for _ in range(60):
            claim = _any_claim(r, inquiry)
            witness = inquiry.claim_put(claim)
            model = inquiry.search.find(*_pinned(inquiry, claim))
            assert model is not None, witness.question
            seen = sum(1 << i for i, applies in enumerate(inquiry.terms.applies) if true_in(model, applies))
            assert seen == witness.mask & (1 << len(inquiry.terms.applies)) - 1, witness.question


# ---- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["hours", "days", "working_days", "rolled_days", "months"])
def test_one_minute_older_than_the_oldest_is_out_of_time(unit: str) -> None:
    calendar = calendar_of(law_of("ir"))
    base = datetime(2026, 4, 8, 12, tzinfo=calendar.tz)
    for length in (0, 1, 7, 12):
        age = oldest(Use(calendar, "delivered", unit, length), base)
        passed = [calendar.elapsed(base - timedelta(minutes=minutes), base, unit) for minutes in (age, age + 1)]
        assert passed[0] <= length < passed[1]


def test_the_moments_are_an_ordinary_day_and_the_day_after_new_years_holidays() -> None:
    calendar = calendar_of(load("fetrashop"))
    after, ordinary = after_longest_holiday(calendar, date(2026, 1, 10)), ordinary_day(calendar, date(2026, 1, 10))
    closed = [day for n in range(1, 20) if not calendar.is_working(day := after - timedelta(days=n))]
    assert len(closed) >= 5, "the days before it are mostly closed"
    assert calendar.is_working(after)
    assert not any(ordinary + timedelta(days=n) in calendar.holidays for n in range(-3, 6))


def test_an_ordinary_claim_has_its_events_in_order() -> None:
    order = ("delivered", "handed_to_carrier", "paid", "placed")
    assert [ORDINARY_AGES[event] for event in order] == sorted(ORDINARY_AGES[event] for event in order)


def test_a_proof_of_nothing_is_no_claim() -> None:
    inquiry = Inquiry("claim", load("fetrashop").newest, calendar_of(load("fetrashop")))
    assert inquiry.witness(any_of(())) is None
    assert inquiry.any_witness(inquiry.terms.gap, inquiry.terms.disputed) is None
