"""A case is put to the terms again, with what has become known since it was filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from avdet.contract.question import Custody, Inspection, Question
from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.words.faults import coded
from avdet.workflows.claims.file_claim import answers_of
from avdet.workflows.policy.ask_policy import Claimed, OrderFile, file_of, question_of


def file_of_case(case: Case, now: datetime) -> OrderFile:
    """The file of a case's order, from which it can be put to the terms (`ask_policy.put`); `AvdetError` without terms."""
    file = file_of(case.order, now)
    if file is None:
        raise coded(AvdetError, "claim.no_terms", where="order")
    return file


def question_again(
    case: Case, file: OrderFile, point: str, *, answers: Mapping[str, bool] | None = None, inspection: Inspection | None = None,
    custody: Custody | None = None, in_stock: Mapping[int, int] | None = None, return_cost_minor: int = 0,
    other_price_minor: int | None = None,
) -> Question:  # fmt: skip
    """The question of a case at a later point: reported when it was filed, `answers` over those that the customer gave."""
    line = next(each for each in file.lines if each.pk == case.order_line_id)
    claimed = Claimed(
        line, case.quantity, case.reason, answers_of({**case.answers, **(answers or {})}), case.pieces_before, case.filed_at,
        return_cost_minor, other_price_minor,
    )  # fmt: skip
    return question_of(file, point, claimed, in_stock=in_stock, inspection=inspection, custody=custody)
