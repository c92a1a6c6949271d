"""The question that a case was filed with, as the contract has it."""

from __future__ import annotations

from typing import Any

import msgspec

from avdet.contract.question import Question
from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.words.faults import coded


def question_of_case(case: Case) -> Question:
    """What was asked when it was filed, with the answers and the pieces as they stand; `AvdetError` where it cannot be read."""
    claim: dict[str, Any] = {**case.question.get("claim", {}), "answers": case.answers, "quantity": case.quantity}
    try:
        return msgspec.convert({**case.question, "claim": claim}, Question)
    except msgspec.ValidationError as fault:
        raise coded(AvdetError, "case.unreadable", where=f"case {case.number}", fault=fault) from None
