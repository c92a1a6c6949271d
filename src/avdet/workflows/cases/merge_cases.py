"""Two cases about the same thing become one: the earlier goes on with the pieces, answers and evidence of both."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE
from avdet.records.cases.actions import Chapter, held_case
from avdet.records.cases.merging import take_over
from avdet.records.cases.models import Case
from avdet.records.cases.queries import pieces_before, places_of
from avdet.records.orders.claimed import claim_pieces
from avdet.records.parcels.queries import hold_parcels
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.answer_case import end_case, put_again

OPEN: Final = ("evidence", "review", "approved")


@transaction.atomic
def merge_cases(one: Case, other: Case, *, actor: Actor, now: datetime) -> Case:
    """Merges two cases; gives the one that goes on, decided anew for all its pieces.

    `AvdetError` unless both are about one line for one reason, still open, and nothing of either has been sent in.
    """
    hold_parcels(one.pk, other.pk)
    kept, gone = (held_case(each) for each in sorted((one.pk, other.pk)))
    if not may_merge(kept, gone):
        raise coded(AvdetError, "case.no_merge", where="merge")
    answers = {name: value for name, value in gone.answers.items() if name not in kept.answers}
    end_case(Chapter(gone, actor=actor, now=now).set(merged_into=kept), "merge", kind="claim_merged")
    claim_pieces(kept.order, {kept.order_line_id: gone.quantity})
    take_over(kept, gone)
    others = [each for each in places_of(kept.order) if each.pk not in (kept.pk, gone.pk)]
    quantity = kept.quantity + gone.quantity
    chapter = Chapter(kept, actor=actor, now=now).note("merged_with", {"case": gone.number, "quantity": quantity})
    chapter.set(quantity=quantity, pieces_before=pieces_before(others, kept.order_line, quantity))
    return put_again(chapter, answers)


def may_merge(one: Case, other: Case) -> bool:
    """Whether two cases can go on as one."""
    same = (one.order_line_id, one.reason) == (other.order_line_id, other.reason) and one.pk != other.pk
    return same and all(
        case.state in OPEN and CASE.allows(case.state, "merge") and case.goods == "with_customer"
        and not (case.overridden or case.settled_before)
        for case in (one, other)
    )
