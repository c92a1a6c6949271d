"""A visit has taken place, or the carrier tells how its second one went: it ends the case, or an expert decides anew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from avdet.records.cases.actions import Chapter, locked, meet
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_put_right
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.claimed import free_pieces
from avdet.records.orders.models import Order
from avdet.records.remedies.actions import Worth, move, open_remedy
from avdet.records.remedies.models import HANDED_OVER, SECOND_VISIT, Remedy
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.conclude_case import claim_again, tell_state
from avdet.workflows.cases.our_deadline import VISIT_BY, turn_to
from avdet.workflows.cases.settle_case import settle_case

BROUGHT: Final = "delivered"
NOT_BROUGHT: Final = ("attempted", "refused", "returning", "returned", "lost")
"""What a carrier may tell of a delivery that it was to bring a second time."""


def end_visit(case: Case, visit: Remedy, *, day: date, mended: bool, actor: Actor, now: datetime) -> None:
    """Ends the live visit of a case that is locked. `mended`: it has put the case right; goods that are at the store go back to
    their owner then, and what the carrier has brought may be claimed like any.
    """
    kind = "visited_again" if visit.kind == SECOND_VISIT else "visited"
    chapter = Chapter(case, actor=actor, now=now).note(kind, {"day": day.isoformat(), "mended": mended})
    meet(case, VISIT_BY)
    move(visit, "finish" if mended else "void", actor=actor, now=now)
    if not mended:
        turn_to(claim_again(chapter), Case.WaitsFor.STORE).write()
        tell_state(case, now=now)
    elif case.goods in ("arrived", "inspected"):
        open_remedy(case, "send_back", Worth(), actor=actor, now=now)
        turn_to(chapter.set(due_at=None), Case.WaitsFor.STORE).write()
    else:
        settle_case(chapter)
        if visit.kind in HANDED_OVER:
            free_pieces(case.order_line, case.quantity)


def follow_second_visit(order: Order, delivery: Delivery, kind: str, *, at: datetime, actor: Actor, now: datetime) -> None:
    """There is news of a delivery: cases that its carrier was to put right by a second visit end with it. An attempt counts
    only where it was made since the visit was agreed.
    """
    if kind not in (BROUGHT, *NOT_BROUGHT):
        return
    for case_id in cases_put_right(order, [line.order_line_id for line in delivery.lines.all()]):
        case = locked(case_id)
        visit = live_remedy(case) if case is not None else None
        if case is None or visit is None or visit.kind != SECOND_VISIT or (kind == "attempted" and at <= visit.chosen_at):
            continue
        end_visit(case, visit, day=case.store.day_of(at), mended=kind == BROUGHT, actor=actor, now=now)
