"""What an answer of the terms makes of a case: the move, whose turn it is, and which deadlines run from now on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import UNSET

from avdet.contract.answer import builtins
from avdet.contract.shape import Answer, Deadline
from avdet.core.periods import OURS
from avdet.ports.jobs import defer
from avdet.records.cases.actions import Chapter
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.workflows.cases.keep_override import clauses_for
from avdet.workflows.policy.ask_policy import because, clauses_of

MOVES: Final = {"approve": "approve", "deny": "deny", "evidence": "ask_evidence", "review": "refer"}
"""Outcome → the move of a case whose claim it answers."""
TARGETS: Final = {"approve": "approved", "deny": "denied", "evidence": "evidence", "review": "review"}
BINDS: Final = {
    "send_by": "customer", "decide_by": "store", "refund_by": "store", "custody_until": "customer",
    "return_to_store_by": "carrier",
}  # fmt: skip
"""Deadlines of an answer that are watched → whom they bind. Others are told, and nobody is reminded of them."""
FIRST_ENDS: Final = {"refund_by": "refund_from"}
"""Of a range such as *7 to 10 working days*: its last end → its first, at which whoever is bound is reminded."""
FOLLOWED: Final = ("installation_fault",)
"""Reasons for which nothing is sent before somebody has said what follows: the device stands where the service installed it."""
NOTICE: Final = timedelta(days=1)
"""How long before a deadline its reminder goes out; for a short one, halfway."""


def take_decision(chapter: Chapter, answer: Answer, *, point: str = "claim") -> list[CaseDeadline]:
    """Moves the case of a chapter as the answer has it; gives the deadlines that run from now on. Nothing is written.

    At `claim` the answer is about the claim itself; at `inspection` and later about goods that have been seen, and what is
    granted is offered to the customer. Where nobody has a choice, the job `follow_decision` does what follows. A refusal leaves
    standing what a remedy has given before.
    """
    case = chapter.case
    facts = {"point": point, "outcome": answer.outcome, "because": because(answer)}
    if answer.outcome == "deny" and case.settled_before:
        stand(chapter, facts)
        return []
    if case.state != TARGETS[answer.outcome] and not (answer.outcome == "approve" and case.state == "choosing"):
        chapter.move(MOVES[answer.outcome], facts=facts)
    else:
        chapter.note("decided_again", facts)
    if point != "claim" and case.state == "approved" and answer.remedies:
        chapter.move("offer", facts={"remedies": list(answer.remedies)})
    if case.state in ("approved", "denied") and case.decided_at is None:
        chapter.set(decided_at=chapter.now)
    deadlines = deadlines_of(case, answer, chapter.now)
    clauses = " ".join(sorted(clauses_for(answer, "outcome")))
    chapter.set(outcome=answer.outcome, decision=builtins(answer), clauses=clauses, decided_at_point=point)
    waits = turn_of(case)
    chapter.set(waits_for=waits, due_at=nearest(deadlines, waits))
    if case.state == "denied" and waits == Case.WaitsFor.NOBODY:
        chapter.set(ended_at=chapter.now)
    if point != "claim" or case.goods in ("arrived", "inspected"):
        defer("follow_decision", {"case": case.pk})
    return deadlines


def stand(chapter: Chapter, facts: Mapping[str, Any] | None = None) -> None:
    """A case that was opened again ends as it was settled before: nothing more is owed, and what was given stands."""
    chapter.move("stand", facts=facts).set(waits_for=Case.WaitsFor.NOBODY, due_at=None, ended_at=chapter.now)
    chapter.set(outcome=chapter.case.decision.get("outcome", chapter.case.outcome))


def turn_of(case: Case) -> str:
    """Whose turn it is in a case as it stands."""
    match case.state:
        case "evidence" | "choosing":
            return Case.WaitsFor.CUSTOMER
        case "approved":
            here = case.goods != "with_customer" or case.reason in NOTHING_COMES or is_followed(case)
            return Case.WaitsFor.STORE if here else Case.WaitsFor.CUSTOMER
        case "denied" if case.goods not in ("arrived", "inspected"):
            return Case.WaitsFor.NOBODY
        case "settled" | "withdrawn" | "merged":
            return Case.WaitsFor.NOBODY
    return Case.WaitsFor.STORE


def is_followed(case: Case) -> bool:
    """Whether the store follows an accepted case through before anything is sent: nobody has named a remedy yet."""
    return case.reason in FOLLOWED and case.state == "approved" and not case.decision.get("remedies")


def deadlines_of(case: Case, answer: Answer, now: datetime) -> list[CaseDeadline]:
    """The answer's deadlines that somebody is held to."""
    found = [
        _deadline(case, kind, binds, answer, now, first=answer.deadlines.get(FIRST_ENDS.get(kind, "")))
        for kind, binds in BINDS.items()
        if kind in answer.deadlines
    ]
    if answer.outcome == "evidence":
        named = _deadline(case, "report_by", "customer", answer, now) if "report_by" in answer.deadlines else None
        found.append(named if named is not None and named.due_at > now else _evidence_by(case, now))
    return [each for each in found if each is not None and each.due_at > now]


def _evidence_by(case: Case, now: datetime) -> CaseDeadline:
    """Where the terms set no time for what they ask to be shown, ours runs."""
    due_at, known = now + timedelta(days=OURS["evidence_by"].length), {"binds": "customer", "since": now, "after": "reported"}
    return CaseDeadline(case=case, kind="evidence_by", due_at=due_at, remind_at=due_at - 3 * NOTICE, **known)


def nearest(deadlines: list[CaseDeadline], waits_for: str) -> datetime | None:
    """When the first of the deadlines falls that bind whoever is waited for."""
    return min((each.due_at for each in deadlines if each.binds == waits_for), default=None)


def _deadline(
    case: Case, kind: str, binds: str, answer: Answer, now: datetime, first: Deadline | None = None
) -> CaseDeadline | None:
    deadline = answer.deadlines[kind]
    if not isinstance(deadline.at, datetime) or not isinstance(deadline.since, datetime):
        return None
    soon = max(now + (deadline.at - now) / 2, deadline.at - NOTICE)
    remind = soon if first is None or first.at is UNSET else first.at
    known: dict[str, Any] = {"after": deadline.after, "since": deadline.since, "calendar": deadline.calendar}
    clauses = list(clauses_of(answer, f"deadlines.{kind}"))
    return CaseDeadline(case=case, kind=kind, binds=binds, due_at=deadline.at, remind_at=remind, clauses=clauses, **known)
