"""Evidence is taken back by whoever handed it in, put back again, and in the end forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from avdet.ports.jobs import Payload, defer, job
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.evidence import Holder, evidence_of, forget_old, put_back, remove, throw_away_unkept
from avdet.records.cases.evidence_limits import EvidenceRefused
from avdet.records.cases.models import Case, Evidence
from avdet.records.shared.actors import Actor
from avdet.workflows.claims.add_evidence import facts_from_evidence

UNDECIDED = ("filed", "evidence", "review")
"""States of a case in which nothing has been decided by its evidence yet."""
AT_ONCE = 500


def remove_evidence(evidence: Evidence, *, actor: Actor, now: datetime) -> bool:
    """Takes a piece out of sight; whether it was there. `EvidenceRefused` once a case of it has been decided."""
    with transaction.atomic():
        chapters = [Chapter(case, actor=actor, now=now) for case in _undecided(evidence)]
        shown = [facts_from_evidence(evidence_of(_of(each.case))) for each in chapters]
        done = remove(evidence, now=now)
        for chapter, before in zip(chapters if done else [], shown, strict=False):
            after = facts_from_evidence(evidence_of(_of(chapter.case)))
            left = {fact: said for fact, said in chapter.case.answers.items() if fact in after or fact not in before}
            chapter.note("evidence_removed", _facts(evidence)).set(answers=left).write()
    return done


def restore_evidence(evidence: Evidence, *, actor: Actor, now: datetime) -> bool:
    """Undoes a removal; whether there was one. `EvidenceRefused` where its place has been filled, or a case been decided."""
    with transaction.atomic():
        cases = _undecided(evidence)
        holder = _of(cases[0]) if cases else Holder(evidence.order, evidence.draft)
        done = put_back(holder, evidence)
        for case in cases if done else []:
            known = {**case.answers, **facts_from_evidence(evidence_of(_of(case)))}
            chapter = Chapter(case, actor=actor, now=now).note("evidence_restored", _facts(evidence))
            chapter.set(answers=known).write()
    return done


def may_remove(evidence: Evidence) -> bool:
    """Whether no case of it has been decided; its cases are at hand."""
    return all(case.state in UNDECIDED for case in evidence.cases.all())


def _undecided(evidence: Evidence) -> list[Case]:
    cases = [found for case in evidence.cases.all() if (found := locked(case.pk)) is not None]
    if any(case.state not in UNDECIDED for case in cases):
        raise EvidenceRefused("closed", where="case")
    return cases


def _of(case: Case) -> Holder:
    return Holder(case.order, case=case)


def _facts(evidence: Evidence) -> dict[str, object]:
    return {"evidence": evidence.pk, "kind": evidence.kind, "side": evidence.side, "sha256": evidence.sha256}


@job("forget_evidence", every=timedelta(days=1))
def forget_evidence(_: Payload, now: datetime) -> None:
    """Deletes what was removed a month ago, what was handed in for claims that were never filed, and what nobody knows of."""
    throw_away_unkept(now)
    if forget_old(now, most=AT_ONCE) >= AT_ONCE:
        defer("forget_evidence", {}, key="forget_evidence:more")
