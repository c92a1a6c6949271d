"""The question that a case was filed with, as the contract has it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from avdet.contract.question import Answers, Question
from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.words.faults import coded

UNASKED: Final = Answers()


def question_of_case(case: Case, supposed: Answers = UNASKED) -> Question:
    """What was asked when it was filed, with the answers and the pieces as they stand; `supposed` are those that nobody gave.

    `AvdetError` where it cannot be read.
    """
    answers = {**msgspec.to_builtins(supposed), **case.answers}
    claim: dict[str, Any] = {**case.question.get("claim", {}), "answers": answers, "quantity": case.quantity}
    try:
        return msgspec.convert({**case.question, "claim": claim}, Question)
    except msgspec.ValidationError as fault:
        raise coded(AvdetError, "case.unreadable", where=f"case {case.number}", fault=fault) from None
