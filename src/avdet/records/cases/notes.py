"""Notes of the staff, of which the customer reads those that are told them; and whose case it is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import note
from avdet.records.cases.models import Case, CaseNote
from avdet.records.people.models import Membership, User
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded

LONGEST = 4_000


def write_note(case: Case, text: str, *, author: User, now: datetime, is_told: bool = False) -> CaseNote:
    """Keeps what a colleague wrote; `AvdetError` for nothing."""
    kept = text.strip()[:LONGEST]
    if not kept:
        raise coded(AvdetError, "case.empty_note", where="note")
    made: CaseNote = CaseNote.objects.create(case=case, text=kept, author=author, at=now, is_told=is_told)
    return made


def notes_of(case: Case) -> list[CaseNote]:
    """What colleagues wrote, as it was written, with who did."""
    return list(CaseNote.objects.filter(case=case).select_related("author").order_by("pk"))


def told_last(case: Case) -> str:
    """What a colleague wrote to the customer last; empty where nobody has."""
    found = CaseNote.objects.filter(case=case, is_told=True).order_by("-pk").first()
    return str(found.text) if found else ""


@transaction.atomic
def assign(case: Case, colleague: User | None, *, actor: Actor, now: datetime) -> Case:
    """Gives a case to somebody on the store's staff, or to nobody; `AvdetError` for anybody else."""
    if colleague is not None and not Membership.objects.filter(store=case.store_id, user=colleague).exists():
        raise coded(AvdetError, "case.no_colleague", where="assigned_to")
    facts = {"to": colleague.pk if colleague else None}
    return note(case, "assigned", actor=actor, now=now, facts=facts, assigned_to=colleague)
