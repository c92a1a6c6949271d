"""What one answer of a claim changes: the terms' answer with it, beside the answer had it been the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from avdet.contract.shape import Answer, Row
from avdet.core.vocabulary import CARRIAGES
from avdet.workflows.policy.ask_policy import clauses_of


@dataclass(frozen=True, slots=True)
class Effect:
    """One value that turns on an answer. `kind`: outcome, remedies, requires, one of `CARRIAGES` or `deadlines.<name>`;
    `is_lost` where a remedy, a demand or a deadline goes. `clauses` are those that say so.
    """

    kind: str
    value: str
    clauses: tuple[str, ...]
    is_lost: bool = False


def effects(given: Answer, otherwise: Answer) -> tuple[Effect, ...]:
    """What stands in `given` and not in `otherwise`: where the outcome itself differs, that alone is told."""
    if given.outcome != otherwise.outcome:
        return (Effect("outcome", given.outcome, clauses_of(given, "outcome")),)
    return (*_listed(given, otherwise), *_paid(given, otherwise), *_dated(given, otherwise))


def _listed(given: Answer, otherwise: Answer) -> Iterator[Effect]:
    for kind in ("remedies", "requires"):
        here, there = getattr(given, kind), getattr(otherwise, kind)
        for value in here:
            if value not in there:
                yield Effect(kind, value, clauses_of(given, kind, value))
        for value in there:
            if value not in here:
                yield Effect(kind, value, _new(given, otherwise, kind) or clauses_of(otherwise, kind, value), is_lost=True)


def _paid(given: Answer, otherwise: Answer) -> Iterator[Effect]:
    for way in CARRIAGES:
        payer = getattr(given, way)
        if isinstance(payer, str) and payer != getattr(otherwise, way):
            yield Effect(way, payer, clauses_of(given, way))


def _dated(given: Answer, otherwise: Answer) -> Iterator[Effect]:
    for name, deadline in given.deadlines.items():
        if deadline != otherwise.deadlines.get(name):
            value = "" if not deadline.at else deadline.at.isoformat()
            yield Effect(f"deadlines.{name}", value, clauses_of(given, f"deadlines.{name}"))


def _new(given: Answer, otherwise: Answer, effect: str) -> tuple[str, ...]:
    """The clauses that speak of an effect in the one answer and not in the other."""
    before = {(row.clause, row.effect) for row in otherwise.because}
    rows: Iterator[Row] = (row for row in given.because if row.effect == effect and (row.clause, row.effect) not in before)
    return tuple(dict.fromkeys(row.clause for row in rows if row.finding != "gap"))
