"""What a colleague has decided otherwise holds when a case is put to the terms again, until what is found contradicts it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from avdet.contract.gather import claimed_line
from avdet.contract.shape import Answer, BelowLaw, Money, Row
from avdet.contract.sums import money_of
from avdet.core.resolve import GRANTED
from avdet.core.vocabulary import CARRIAGES
from avdet.records.cases.models import Case, CaseOverride
from avdet.records.cases.overrides import overrides_in_force
from avdet.records.inspections.queries import newest_of
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.workflows.cases.grant_deadlines import grant_deadlines
from avdet.workflows.cases.grant_demands import grant_demands
from avdet.workflows.cases.question_of_case import question_of_case

AGAINST_IT: Final = ("not_confirmed", "misuse")
"""Findings that contradict what was granted before anybody had seen the goods."""


class Seen(Protocol):
    """What an expert has found, signed or about to be."""

    @property
    def finding(self) -> str: ...
    @property
    def within_rules(self) -> bool | None: ...


def as_overridden(case: Case, answer: Answer, *, point: str, now: datetime, seen: Seen | None = None) -> Answer:
    """The answer, but for what colleagues have set otherwise; what they grant has the terms' demands and deadlines of its own.

    At the claim an override of the outcome sets aside the clauses that it names and no others. Once goods are examined, where
    other clauses decide, a grant holds as well, until they are found otherwise: then both stand side by side, for an expert.
    `seen` is a finding that has not been signed yet.
    """
    overrides = overrides_in_force(case)
    newest = newest_of(case) if overrides and point != "claim" else None
    found = answer
    for override in overrides:
        signed = newest if newest is not None and override.ended_at and newest.signed_at > override.ended_at else None
        found = _overridden(case, found, override, seen or signed, holds=point != "claim")
    if found is answer or found.outcome != "approve":
        return found
    if answer.outcome not in GRANTED and point == "claim" and case.reason not in NOTHING_COMES:
        found = grant_demands(case, found, now)
    return grant_deadlines(case, found, point=point, now=now)


def _overridden(case: Case, answer: Answer, override: CaseOverride, seen: Seen | None, *, holds: bool) -> Answer:
    """The answer with one override laid over it. `seen`: what was found since; `holds`: whether goods have been examined."""
    asked: dict[str, Any] = dict(override.asked)
    wanted = asked.pop("outcome", answer.outcome)
    if wanted != answer.outcome and not clauses_for(answer, "outcome") <= set(override.against):
        if wanted != "approve" or not holds:
            return answer
        if seen is not None and (seen.finding in AGAINST_IT or seen.within_rules is False):
            return _contested(answer)
    if wanted == "approve":
        return _granted(case, answer, asked)
    if wanted == answer.outcome:
        return answer
    return msgspec.structs.replace(answer, outcome=wanted, remedies=(), amounts=UNSET)


def _granted(case: Case, answer: Answer, asked: dict[str, Any]) -> Answer:
    rows = [row for row in answer.because if _stands(row, asked)]
    short = [each for each in answer.warnings or () if _falls_short(each, asked)] or UNSET
    found = msgspec.structs.replace(answer, outcome="approve", because=rows, warnings=short)
    for way in CARRIAGES:
        if way in asked:
            setattr(found, way, asked[way])
    if "remedies" in asked:
        found.remedies = tuple(asked["remedies"])
    found.amounts = _amounts(case, answer, found)
    return found


def _contested(answer: Answer) -> Answer:
    """A refusal against a colleague's grant: a person decides, with the clauses of the one and the reason of the other."""
    rows = [
        msgspec.structs.replace(row, value="review", finding=row.finding or "conflict", says=row.says or row.value)
        for row in answer.because
        if row.effect == "outcome"
    ]
    return Answer(
        "review", rows, answer.policy, remedies=(), requires=(), missing=[], deadlines={}, ask=(),
        law=answer.law, warnings=answer.warnings,
    )  # fmt: skip


def clauses_for(answer: Answer, effect: str) -> set[str]:
    """The clauses behind a value of the answer; `GAP` where the terms leave it open."""
    return {row.clause for row in answer.because if row.effect == effect}


def _stands(row: Row, asked: dict[str, Any]) -> bool:
    """Whether a reason still is one: those for what was set otherwise, and for a refusal that is none any more, are not."""
    return row.effect not in asked and (row.effect != "outcome" or row.value == "approve")


def _falls_short(warning: BelowLaw, asked: dict[str, Any]) -> bool:
    """Whether the law still gives more: not where a colleague has granted the claim, or has had the store pay."""
    return warning.effect != "outcome" and asked.get(warning.effect) != "store"


def _amounts(case: Case, before: Answer, now: Answer) -> Money | UnsetType:
    """What it comes to: of the question as it was filed, with the carriage that is known of the answer."""
    question = question_of_case(case)
    line = claimed_line(question)
    if line is None:
        return UNSET
    found = money_of(question, line, msgspec.structs.replace(now, return_shipping=UNSET))
    if found is UNSET or before.amounts is UNSET:
        return found
    deducted = before.amounts.deducted if now.return_shipping == "customer" else 0
    goods, currency = before.amounts.goods, before.amounts.currency
    refund = goods + (found.outbound or 0) - deducted
    return Money(currency, goods, deducted, refund, before.amounts.difference, found.outbound)
