"""What a colleague has decided otherwise holds whenever a case is put to the terms again, and no further than it was meant."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from avdet.contract.answer import money_of
from avdet.contract.gather import claimed_line
from avdet.contract.shape import Answer, Money, Row
from avdet.records.cases.models import Case, CaseOverride
from avdet.records.cases.overrides import overrides_in_force
from avdet.workflows.question_of_case import question_of_case

PAYERS: Final = ("return_shipping", "redelivery_shipping")


def as_overridden(case: Case, answer: Answer) -> Answer:
    """The answer, but for what colleagues have set otherwise.

    An override of the outcome sets aside the clauses that it names and no others: what is found later, such as misuse, counts.
    What it grants beside the outcome holds as long as the case is approved.
    """
    for override in overrides_in_force(case):
        answer = overridden(case, answer, override)
    return answer


def overridden(case: Case, answer: Answer, override: CaseOverride) -> Answer:
    """The answer with one override laid over it."""
    asked: dict[str, Any] = dict(override.asked)
    wanted = asked.pop("outcome", answer.outcome)
    if wanted != answer.outcome and not clauses_for(answer, "outcome") <= set(override.against):
        return answer
    if wanted != "approve":
        return msgspec.structs.replace(answer, outcome=wanted, remedies=(), amounts=UNSET)
    found = msgspec.structs.replace(answer, outcome=wanted, because=[row for row in answer.because if _stands(row, asked)])
    for payer in PAYERS:
        if payer in asked:
            setattr(found, payer, asked[payer])
    if "remedies" in asked:
        found.remedies = tuple(asked["remedies"])
    found.amounts = _amounts(case, answer, found)
    return found


def clauses_for(answer: Answer, effect: str) -> set[str]:
    """The clauses behind a value of the answer; `GAP` where the terms leave it open."""
    return {row.clause for row in answer.because if row.effect == effect}


def _stands(row: Row, asked: dict[str, Any]) -> bool:
    """Whether a reason still is one: those for what was set otherwise, and for a refusal that is none any more, are not."""
    return row.effect not in asked and (row.effect != "outcome" or row.value == "approve")


def _amounts(case: Case, before: Answer, now: Answer) -> Money | UnsetType:
    """What it comes to: of the question as it was filed, with the carriage that is known of the answer."""
    question = question_of_case(case)
    line = claimed_line(question)
    if line is None:
        return UNSET
    found = money_of(question, line, remedies=now.remedies, return_shipping="")
    if found is UNSET or before.amounts is UNSET:
        return found
    deducted = before.amounts.deducted if now.return_shipping == "customer" else 0
    goods, currency = before.amounts.goods, before.amounts.currency
    return Money(currency, goods, deducted, goods - deducted, before.amounts.difference)
