"""The maker's representative has looked at the goods: what they found puts the case right, or an expert decides anew."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, held_case, meet
from avdet.records.cases.models import Case
from avdet.records.cases.notes import write_note
from avdet.records.people.models import User
from avdet.records.remedies.actions import Worth, move, open_remedy
from avdet.records.remedies.models import VISIT
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import claim_again, tell_state
from avdet.workflows.cases.our_deadline import VISIT_BY, turn_to
from avdet.workflows.cases.settle_case import settle_case


@transaction.atomic
def record_visit(case: Case, *, day: date, found: str, mended: bool, author: User, now: datetime) -> Case:
    """Writes down on which day they were there, and as a note what they found. Put right, the case is settled, and goods that
    are at the store go back to their owner first; otherwise an expert decides anew.

    `AvdetError` where no visit is waited for, for a day that is yet to come, and without a finding.
    """
    held = held_case(case.pk)
    visit = live_remedy(held)
    if visit is None or visit.kind != VISIT:
        raise coded(AvdetError, "remedy.no_visit", where="state")
    if day > held.store.day_of(now):
        raise coded(AvdetError, "remedy.visit_day", where="day")
    if not found.strip():
        raise coded(AvdetError, "record.why", where="found")
    actor = Actor.of(author, "staff", "desk")
    write_note(held, found, author=author, now=now)
    chapter = Chapter(held, actor=actor, now=now).note("visited", {"day": day.isoformat(), "mended": mended})
    meet(held, VISIT_BY)
    move(visit, "finish" if mended else "void", actor=actor, now=now)
    if not mended:
        turn_to(claim_again(chapter), Case.WaitsFor.STORE).write()
        tell_state(held, now=now)
    elif held.goods in ("arrived", "inspected"):
        open_remedy(held, "send_back", Worth(), actor=actor, now=now)
        turn_to(chapter.set(due_at=None), Case.WaitsFor.STORE).write()
    else:
        settle_case(chapter)
    return held
