"""What an answer makes of a case is written: its state and deadlines, whose pieces they are, and whoever asked is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, meet, set_deadlines
from avdet.records.cases.deadlines import day_kept
from avdet.records.cases.models import FREED, OVER, Case, CaseDeadline
from avdet.records.cases.overrides import drop_waiting
from avdet.records.cases.queries import open_deadline_of, pieces_before, places_of
from avdet.records.orders.claimed import claim_pieces, free_pieces
from avdet.records.parcels.actions import let_go
from avdet.records.remedies.models import HANDED_OVER, TO_OWNER
from avdet.records.remedies.queries import latest_remedy
from avdet.words.faults import coded
from avdet.workflows.cases.keep_override import as_overridden
from avdet.workflows.cases.our_deadline import DECIDE_BY, OF_TURN, end_turn
from avdet.workflows.cases.settle_case import let_order_end
from avdet.workflows.cases.take_decision import decides, nearest, take_decision
from avdet.workflows.goods.carriage import bear_anew
from avdet.workflows.notices.tell_case import tell_case


def conclude(chapter: Chapter, answer: Answer, *, point: str) -> Case:
    """Carries out the terms' answer, but for what colleagues have set otherwise. Whoever asked is told of a new state.

    A case that was denied and is not any more is opened again; `AvdetError` where its pieces have been claimed otherwise.
    """
    case, before = chapter.case, chapter.case.state
    waited, due = case.waits_for, case.due_at
    if case.overridden:
        answer = as_overridden(case, answer, point=point, now=chapter.now)
    if case.state == "denied" and answer.outcome != "deny":
        claim_again(chapter)
    deadlines = take_decision(chapter, answer, point=point)
    bear_anew(chapter)
    stays = (case.state, case.waits_for) == (before, waited)
    if not stays and waited in OF_TURN:
        meet(case, OF_TURN[waited])
    running = _running(case, deadlines, due if stays else None)
    if running is not None:
        deadlines = [each for each in deadlines if each.kind not in OF_TURN.values()]
        chapter.set(due_at=min(nearest(deadlines, case.waits_for) or running.due_at, running.due_at))
    chapter.write()
    if decides(answer, point):
        meet(case, DECIDE_BY)
    set_deadlines(case, deadlines, but=running)
    if case.state == "settled":
        drop_waiting(case, now=chapter.now)
    if case.state in FREED and before not in FREED:
        free_pieces(case.order_line, case.quantity)
    if case.state in OVER:
        let_order_end(case)
    if case.state != before:
        tell_state(case, now=chapter.now)
    return case


def _running(case: Case, deadlines: Sequence[CaseDeadline], due: datetime | None) -> CaseDeadline | None:
    """A case that is left to a person keeps the day by which the store is to decide; one whose turn stays the same keeps the
    day that was `due`, passed or not, where no clause sets another.
    """
    named = {each.kind for each in deadlines}
    if case.state == "review" and DECIDE_BY not in named and (found := open_deadline_of([case], DECIDE_BY)):
        return found
    return day_kept(case, due) if due is not None and named & set(OF_TURN.values()) else None


def tell_state(case: Case, *, now: datetime) -> None:
    """Whoever asked is told how the case stands, and until when their next step is due."""
    theirs = case.due_at is not None and case.waits_for == Case.WaitsFor.CUSTOMER
    until = {"until_at": case.due_at.isoformat()} if theirs and case.due_at else {}
    tell_case(case, f"claim_{case.state}", now=now, **until)


def claim_again(chapter: Chapter) -> Chapter:
    """Moves the case of a chapter back to its review, and no day of before runs on; pieces that were free are taken again under
    the guard.
    """
    case = chapter.case
    if case.state == "settled" and not case.settled_before:
        _after_settling(chapter)
    if case.state in FREED or (case.outcome == "deny" and not case.settled_before):
        claim_pieces(case.order, {case.order_line_id: case.quantity})
        others = [each for each in places_of(case.order) if each.pk != case.pk]
        chapter.set(pieces_before=pieces_before(others, case.order_line, case.quantity))
    end_turn(case)
    chapter.move("look_again" if case.state == "settling" else "reopen")
    return chapter.set(ended_at=None, outcome="review", due_at=None)


def _after_settling(chapter: Chapter) -> None:
    """What came of a case before: something was given, or goods went back that may be sent in once more."""
    case, remedy = chapter.case, latest_remedy(chapter.case)
    kind = remedy.kind if remedy is not None else ""
    if kind in HANDED_OVER:
        raise coded(AvdetError, "case.delivered_again", where="state")
    chapter.set(settled_before=kind not in TO_OWNER)
    if case.goods == "given_back":
        chapter.move("go_home", axis="goods")
        let_go(case)
