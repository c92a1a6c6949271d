"""Evidence is handed in: for a claim that is being written, for a case, or for an order that is yet to be claimed on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.evidence import Holder, Said, evidence_of, keep, made_of
from avdet.records.cases.evidence_limits import SIDES, EvidenceRefused, Made
from avdet.records.cases.models import OVER, Case, Evidence
from avdet.records.shared.actors import Actor

SHOWN_BY: Final = {
    "carrier_report": "carrier_report", "service_report": "service_report", "photo": "documents", "document": "documents",
}  # fmt: skip
"""Kind of evidence → the fact of the contract that it shows."""


def add_evidence(holder: Holder, said: Said, *, actor: Actor, now: datetime) -> Evidence:
    """Keeps it, drawn anew where it is a photograph. The same thing again changes nothing.

    What is added to a case stands in its history. `EvidenceRefused` says why something cannot be kept.
    """
    made = made_of(said)
    with transaction.atomic():
        case = _open(holder.case) if holder.case is not None else None
        return _kept(Holder(holder.order, holder.draft, case), said, made, actor, now)


@transaction.atomic
def add_to_open(case_ids: Iterable[int], said: Said, made: Made, *, actor: Actor, now: datetime) -> None:
    """Keeps what `made_of` has made of it in each of the cases; in those that are over, nothing."""
    cases = [locked(each) for each in sorted(case_ids)]
    for case in cases:
        if case is not None and case.state not in OVER:
            _kept(Holder(case.order, case=case), said, made, actor, now)


def _kept(holder: Holder, said: Said, made: Made, actor: Actor, now: datetime) -> Evidence:
    """Kept with what it belongs to; a case is locked, and has it in its history."""
    case, sha256 = holder.case, hashlib.sha256(made.content).hexdigest()
    row, new = keep(holder, said, made, sha256=sha256, actor=actor, now=now)
    if new and case is not None:
        facts = {"evidence": row.pk, "kind": row.kind, "side": row.side, "sha256": sha256}
        known = {**case.answers, **facts_from_evidence(evidence_of(Holder(holder.order, case=case)))}
        Chapter(case, actor=actor, now=now).note("evidence_added", facts).set(answers=known).write()
    return row


def _open(case: Case) -> Case:
    """The case, locked, if something may still be added to it."""
    found = locked(case.pk)
    if found is None or found.state in OVER:
        raise EvidenceRefused("closed", where="case")
    return found


def facts_from_evidence(evidence: Iterable[Evidence]) -> dict[str, bool]:
    """What the record knows by the evidence, as answers of the contract. What is not shown is not known, and is left out.

    All six sides make `six_photos`; a photograph or a document makes `documents`; each report makes its own fact.
    """
    rows = [each for each in evidence if each.removed_at is None]
    found = {SHOWN_BY[each.kind]: True for each in rows if each.kind in SHOWN_BY}
    if {each.side for each in rows} >= set(SIDES):
        found["six_photos"] = True
    return found
