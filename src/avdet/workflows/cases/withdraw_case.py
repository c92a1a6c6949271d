"""A claim is taken back by whoever made it, or by the staff on their behalf, as long as nothing has been sent in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE
from avdet.records.cases.actions import Chapter, held_case
from avdet.records.cases.models import Case
from avdet.records.parcels.queries import hold_parcels
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.answer_case import end_case


@transaction.atomic
def withdraw_case(case: Case, *, actor: Actor, now: datetime) -> Case:
    """Closes it: the pieces may be claimed again, unless a remedy has been given for them.

    `AvdetError` if it is over, or its goods are not with the customer.
    """
    hold_parcels(case.pk)
    held = held_case(case.pk)
    if not may_withdraw(held):
        where = "goods" if CASE.allows(held.state, "withdraw") else "state"
        raise coded(AvdetError, "case.no_withdrawal", where=where)
    return end_case(Chapter(held, actor=actor, now=now), "withdraw", kind="claim_withdrawn")


def may_withdraw(case: Case) -> bool:
    """Whether the case can still be taken back; one that was opened again can end as it was settled before."""
    if case.settled_before:
        return CASE.allows(case.state, "stand")
    return CASE.allows(case.state, "withdraw") and case.goods == "with_customer"
