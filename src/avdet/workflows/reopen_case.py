"""A case that is over is looked at again: its pieces are claimed anew, and an expert decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE
from avdet.records.cases.actions import Chapter
from avdet.records.cases.models import FREED, Case
from avdet.records.cases.notes import write_note
from avdet.records.cases.queries import cases_of, pieces_before
from avdet.records.orders.claimed import claim_pieces
from avdet.records.people.models import User
from avdet.records.remedies.queries import latest_remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.answer_case import held_case, tell_state


@transaction.atomic
def reopen_case(case: Case, *, why: str, author: User, now: datetime) -> Case:
    """Puts it before an expert again; `why` is kept as a note. `AvdetError` without one, for a case that cannot be reopened,
    and where its pieces have been claimed otherwise meanwhile.

    What a remedy has given stays given: it stands for that much of what is chosen next, and the pieces stay claimed whatever
    is decided now. Goods that were delivered a second time are claimed by a claim of their own.
    """
    held, actor = held_case(case), Actor.of(author, "staff", "desk")
    if not CASE.allows(held.state, "reopen"):
        raise coded(AvdetError, "case.not_over", where="state")
    if not why.strip():
        raise coded(AvdetError, "record.why", where="why")
    chapter = claim_again(Chapter(held, actor=actor, now=now))
    write_note(held, why, author=author, now=now)
    chapter.set(waits_for=Case.WaitsFor.STORE, due_at=None).write()
    tell_state(held, now=now)
    return held


def claim_again(chapter: Chapter) -> Chapter:
    """Moves the case of a chapter back to its review; pieces that were free are taken again under the guard."""
    case = chapter.case
    if case.state == "settled" and not case.settled_before:
        _after_settling(chapter)
    if case.state in FREED or (case.outcome == "deny" and not case.settled_before):
        claim_pieces(case.order, {case.order_line_id: case.quantity})
        others = [each for each in cases_of(case.order) if each.pk != case.pk]
        chapter.set(pieces_before=pieces_before(others, case.order_line, case.quantity))
    return chapter.move("reopen").set(ended_at=None, outcome="review")


def _after_settling(chapter: Chapter) -> None:
    """What came of a case before: something was given, or goods went back that may be sent in once more."""
    case, remedy = chapter.case, latest_remedy(chapter.case)
    kind = remedy.kind if remedy is not None else ""
    if kind == "redelivery":
        raise coded(AvdetError, "case.delivered_again", where="state")
    chapter.set(settled_before=kind not in ("send_back", "custody"))
    if case.goods == "given_back":
        chapter.move("go_home", axis="goods")
