"""A case that is over is looked at again: its pieces are claimed anew, and an expert decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE
from avdet.records.cases.actions import Chapter, held_case
from avdet.records.cases.models import Case
from avdet.records.cases.notes import write_note
from avdet.records.payments.actions import lock
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import claim_again, tell_state
from avdet.workflows.cases.our_deadline import turn_to


@transaction.atomic
def reopen_case(case: Case, *, why: str, author: User, now: datetime) -> Case:
    """Puts it before an expert again; `why` is kept as a note. `AvdetError` without one, for a case that cannot be reopened,
    and where its pieces have been claimed otherwise meanwhile.

    What a remedy has given stays given: it stands for that much of what is chosen next, and the pieces stay claimed whatever
    is decided now. Goods that were delivered a second time are claimed by a claim of their own.
    """
    lock(case.order)  # an order that is cancelled at this moment is cancelled, or has an open case
    held, actor = held_case(case.pk), Actor.of(author, "staff", "desk")
    if not CASE.allows(held.state, "reopen"):
        raise coded(AvdetError, "case.not_over", where="state")
    if not why.strip():
        raise coded(AvdetError, "record.why", where="why")
    chapter = claim_again(Chapter(held, actor=actor, now=now))
    write_note(held, why, author=author, now=now)
    turn_to(chapter, Case.WaitsFor.STORE).write()
    tell_state(held, now=now)
    return held
