"""A customer gives what a case was waiting for, and the terms decide again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import SHOWN_BY
from avdet.records.cases.actions import Chapter, held_case
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.answer_case import asked_anew, conclude_anew, news_in
from avdet.workflows.cases.ask_customer import back_to_expert, was_asked
from avdet.workflows.claims.file_claim import answers_of

OPEN: Final = ("evidence", "review")
"""States in which a customer may still add to what they said."""


@transaction.atomic
def supply_evidence(case: Case, answers: Mapping[str, bool], *, actor: Actor, now: datetime) -> Case:
    """Takes in what a customer can show now, such as {"carrier_report": True}. Files that were added to the case have left
    their answers with it already: then nothing has to be said.

    Where a colleague had asked for it, an expert decides again.

    What was answered before stands, but for what the decision says is missing: `AvdetError` names an answer that would change.
    `Unanswered` where still more has to be known.
    """
    held = held_case(case.pk)
    if held.state not in OPEN:
        raise coded(AvdetError, "case.waits_for_nothing", where="state")
    answers_of(answers)
    fresh = news_in(held, answers)
    known = may_say(held)
    for name, value in fresh.items():
        if name in held.answers and (name, value) not in known:
            raise coded(AvdetError, "case.answered_before", where="answers", fact=name)
    chapter = Chapter(held, actor=actor, now=now).note("evidence_supplied", {"answers": fresh})
    before = held.outcome
    chapter.set(answers={**held.answers, **fresh})
    if was_asked(held):
        if not fresh and not _has_come(held):
            raise coded(AvdetError, "case.nothing_new", where="answers")
        return back_to_expert(chapter)
    answer = asked_anew(held, now)
    if not fresh and answer.outcome == before:
        raise coded(AvdetError, "case.nothing_new", where="answers")
    return conclude_anew(chapter, answer)


def _has_come(case: Case) -> bool:
    """Whether anything has been handed in since a colleague asked for it."""
    kinds = [event.kind for event in events_of(case) if event.kind in ("asked_customer", "evidence_added")]
    return kinds[-1:] == ["evidence_added"]


def may_say(case: Case) -> set[tuple[str, bool]]:
    """(fact, value) of what the decision asks to be shown: with these a customer may correct what they said."""
    named = (*case.decision.get("missing", ()), *case.decision.get("requires", ()))
    shown = (SHOWN_BY[name] for name in named if name in SHOWN_BY)
    return {(fact, done) for fact, done in shown if isinstance(done, bool)}


def still_missing(case: Case) -> list[str]:
    """Requirements that keep the case from being decided, in the order of the decision; each can be shown by an answer."""
    missing = [name for name in case.decision.get("missing", ()) if name in SHOWN_BY]
    asked = [name for name in case.decision.get("requires", ()) if name in SHOWN_BY and SHOWN_BY[name][0] not in case.answers]
    return list(dict.fromkeys((*missing, *asked))) if case.state == "evidence" else []
