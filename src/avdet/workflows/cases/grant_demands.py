"""What a colleague grants is packed and sent as the terms ask it of any claim that is granted, each demand by its clause."""

from __future__ import annotations

from datetime import datetime

import msgspec

from avdet.contract.answer import demands_if_granted
from avdet.contract.returns import WELL_KEPT
from avdet.contract.shape import Answer
from avdet.records.cases.models import Case
from avdet.records.stores.terms import calendar_in_force, terms_of
from avdet.workflows.cases.question_of_case import question_of_case


def grant_demands(case: Case, answer: Answer, now: datetime) -> Answer:
    """The answer with what the terms ask of whoever sends the goods, but for what the case shows not to be there; what nobody
    was asked is taken to be well. Two statements at most.
    """
    terms = terms_of(case.store, case.policy_version, calendar_in_force(case.store, now))
    question = question_of_case(case, WELL_KEPT)
    rows = demands_if_granted(terms.policy, question, terms.edition, case.claim.language)
    fresh = [row for row in rows if row.value not in answer.requires]
    asked = dict.fromkeys((*answer.requires, *(row.value for row in fresh)))
    return msgspec.structs.replace(answer, requires=tuple(asked), because=[*answer.because, *fresh])
