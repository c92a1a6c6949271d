"""A case is put to the terms again with what has become known, and what they say is carried out. An expert settles it so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, held_case, meet, set_deadlines
from avdet.records.cases.models import OVER, Case
from avdet.records.cases.overrides import drop_waiting
from avdet.records.orders.claimed import free_pieces
from avdet.records.parcels.actions import move as move_parcel
from avdet.records.parcels.queries import parcels_of_case
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.ask_inspected import ask_inspected
from avdet.workflows.cases.conclude_case import conclude
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.our_deadline import EVIDENCE_BY
from avdet.workflows.cases.settle_case import let_order_end
from avdet.workflows.cases.take_decision import stand
from avdet.workflows.claims.file_claim import Unanswered, answers_of
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.policy.ask_policy import put

ANSWERABLE: Final = ("evidence", "review", "approved")
"""States in which facts may still be corrected by the staff."""


@transaction.atomic
def answer_case(case: Case, answers: Mapping[str, bool], *, actor: Actor, now: datetime) -> Case:
    """An expert supplies or corrects facts, and the terms decide. At the inspection what was found there counts as well.

    A case that was reopened may be put to them without anything new. `AvdetError` where the case cannot be answered any more,
    or nothing is said that was not known; `Unanswered` where still more has to be known.
    """
    held = held_case(case.pk)
    if held.state not in ANSWERABLE:
        raise coded(AvdetError, "case.over", where="state")
    answers_of(answers)
    fresh = news_in(held, answers)
    if not fresh and held.state != "review":
        raise coded(AvdetError, "case.nothing_new", where="answers")
    return put_again(Chapter(held, actor=actor, now=now).note("answered", {"answers": fresh}), fresh)


def news_in(case: Case, answers: Mapping[str, bool]) -> dict[str, bool]:
    """Of what is said, that which is not known already."""
    return {name: value for name, value in answers.items() if case.answers.get(name) is not value}


def asked_anew(case: Case, now: datetime) -> Answer:
    """The terms' answer at the point that the case has come to, by the answers that it holds; `Unanswered` names what lacks.

    `AvdetError` for goods that are lost: the terms do not speak of them, so that a person decides.
    """
    if case.goods == "lost":
        raise coded(AvdetError, "case.goods_lost", where="lost")
    point = case.decided_at_point
    answer = ask_inspected(case, now=now) if point == "inspection" else None
    if answer is None:
        file = file_of_case(case, now)
        answer = put(file, question_again(case, file, point), case.claim.language)
    if answer.outcome == "ask":
        raise Unanswered(answer.ask, where="answers")
    return answer


def put_again(chapter: Chapter, answers: Mapping[str, bool]) -> Case:
    """Puts the case of a chapter to the terms with more answers, and concludes it."""
    chapter.set(answers={**chapter.case.answers, **answers})
    return conclude_anew(chapter, asked_anew(chapter.case, chapter.now))


def conclude_anew(chapter: Chapter, answer: Answer) -> Case:
    """Concludes a case of which more is known now; what it was waiting for has been shown, unless it still waits."""
    if chapter.case.state == "evidence" and answer.outcome != "evidence":
        meet(chapter.case, EVIDENCE_BY, "report_by")
    return conclude(chapter, answer, point=chapter.case.decided_at_point)


def end_case(chapter: Chapter, move: str, *, kind: str) -> Case:
    """Ends a case by `withdraw` or `merge`: its pieces are free, and no deadline, parcel or second person is waited for.

    Whoever asked is told. One that was settled before stays so, and its pieces stay claimed. The caller holds the case, and
    its parcels, by `hold_parcels` before it.
    """
    case = chapter.case
    if case.settled_before:
        stand(chapter)
        kind = "claim_settled"
    else:
        chapter.move(move).set(waits_for=Case.WaitsFor.NOBODY, due_at=None, ended_at=chapter.now)
        free_pieces(case.order_line, case.quantity)
    chapter.write()
    set_deadlines(case, [])
    drop_waiting(case, now=chapter.now)
    _cancel_parcels(chapter)
    let_order_end(case)
    tell_case(case, kind, now=chapter.now)
    return case


def _cancel_parcels(chapter: Chapter) -> None:
    """What was announced for nothing but cases that are over is not waited for any more."""
    for parcel in parcels_of_case(chapter.case):
        others = (item.case.state for item in parcel.items.all() if item.case_id != chapter.case.pk)
        if parcel.state == "announced" and all(state in OVER for state in others):
            move_parcel(parcel, "cancel", actor=chapter.actor, now=chapter.now)
