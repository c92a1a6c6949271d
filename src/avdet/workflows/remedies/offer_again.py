"""What was chosen, or could have been, has run out or is lost: the customer chooses among what is left."""

from __future__ import annotations

from avdet.records.cases.actions import Chapter, set_deadlines
from avdet.records.cases.models import Case
from avdet.workflows.cases.ask_inspected import ask_inspected
from avdet.workflows.cases.our_deadline import CHOOSE_BY, turn_to, wait_until
from avdet.workflows.cases.take_decision import take_decision
from avdet.workflows.goods.carriage import bear_anew
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.remedies.remedy_sums import granted_kinds


def offer_again(chapter: Chapter, *, gone: str = "") -> None:
    """Opens the choice of a case again, writes it and tells its customer. `gone`: the remedy whose goods have run out.

    The terms are asked what is left then. Where they know nothing but what has run out, a colleague sees to it. The time to
    choose begins anew.
    """
    case = chapter.case
    if case.state == "settling":
        chapter.move("choose_again", facts={"gone": gone})
    # What a colleague has granted stands over any answer: asked anew, it would grant what has run out without end.
    answer = ask_inspected(case, now=chapter.now, in_stock=False) if gone and not case.overridden else None
    taken = answer is not None and answer.outcome == "approve" and bool(answer.remedies) and gone not in answer.remedies
    if answer is not None and taken:
        take_decision(chapter, answer, point="inspection")
        bear_anew(chapter)
    elif gone:
        chapter.note("ran_out", {"remedy": gone})
        chapter.set(decision={**case.decision, "remedies": _without(case, gone)})
    left = set(granted_kinds(case)) - {gone}
    if not left:
        chapter.note("nothing_left", {"remedy": gone})
    set_deadlines(case, [])
    if left:
        wait_until(chapter, CHOOSE_BY, binds="customer")
    else:
        turn_to(chapter.set(due_at=None), Case.WaitsFor.STORE).write()
    tell_case(case, "remedy_gone" if left else "parcel_lost" if case.goods == "lost" else "remedy_waits", now=chapter.now)


def _without(case: Case, gone: str) -> list[str]:
    return [kind for kind in case.decision.get("remedies", ()) if kind != gone]
