"""An expert who is to decide lacks something that only the customer can show: it is asked for, and waited for until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import BY_FILES
from avdet.records.cases.actions import Chapter, held_case, meet
from avdet.records.cases.models import Case
from avdet.records.cases.notes import write_note
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import tell_state
from avdet.workflows.cases.our_deadline import EVIDENCE_BY, turn_to, wait_until


@transaction.atomic
def ask_customer(case: Case, wanted: Sequence[str], *, words: str, author: User, now: datetime) -> Case:
    """Asks for `wanted` of `BY_FILES`, and tells the customer in the colleague's own words what has to be seen. The decision
    stays as it is, and what the store has promised to decide by runs on.

    `AvdetError` where nobody is to decide, for nothing or something else, and without a word.
    """
    held, asked = held_case(case.pk), [name for name in BY_FILES if name in wanted]
    if held.state != "review":
        raise coded(AvdetError, "case.not_asked", where="state")
    if not asked or set(wanted) - set(BY_FILES):
        raise coded(AvdetError, "case.wanted", where="wanted", wanted=", ".join(BY_FILES))
    if not words.strip():
        raise coded(AvdetError, "record.why", where="words")
    write_note(held, words, author=author, now=now, is_told=True)
    chapter = Chapter(held, actor=Actor.of(author, "staff", "desk"), now=now)
    chapter.note("asked_customer", {"wanted": asked}).move("ask_evidence").set(decision={**held.decision, "missing": asked})
    wait_until(chapter, EVIDENCE_BY, binds=Case.WaitsFor.CUSTOMER)
    tell_state(held, now=now)
    return held


def was_asked(case: Case) -> bool:
    """Whether it is a colleague, and not the terms, for whom the customer is waited for."""
    return case.state == "evidence" and case.decision.get("outcome") != "evidence"


def back_to_expert(chapter: Chapter) -> Case:
    """What a colleague asked for is here: they look at it, and decide. The chapter is written, and the customer told."""
    case = chapter.case
    meet(case, EVIDENCE_BY)
    chapter.move("refer").set(decision={**case.decision, "missing": []})
    turn_to(chapter, Case.WaitsFor.STORE).write()
    tell_state(case, now=chapter.now)
    return case
