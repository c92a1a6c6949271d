"""What an answer of the terms makes of a case: the move, whose turn it is, and which deadlines run from now on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET

from avdet.contract.answer import builtins
from avdet.contract.shape import Answer, Deadline
from avdet.ports.jobs import defer
from avdet.records.cases.actions import Chapter
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.records.remedies.models import SECOND_VISIT
from avdet.workflows.cases.keep_override import clauses_for
from avdet.workflows.cases.our_deadline import CHOOSE_BY, DECIDE_BY, EVIDENCE_BY, NOTICE, OF_TURN, our_deadline
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


def take_decision(chapter: Chapter, answer: Answer, *, point: str = "claim") -> list[CaseDeadline]:
    """Moves the case of a chapter as the answer has it; gives the deadlines that run from now on. Nothing is written.

    At `claim` the answer is about the claim itself; at `inspection` and later about goods that have been seen, and what is
    granted is offered to the customer; so it is for goods that are lost or that the carrier is to bring a second time, since
    nothing will come that could be seen. Where nobody has a choice, the job `follow_decision` does what follows. A refusal
    leaves standing what a remedy has given before.
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
    unseen = case.goods == "lost" or list(answer.remedies) == [SECOND_VISIT]
    if (point != "claim" or unseen) and case.state == "approved" and answer.remedies:
        chapter.move("offer", facts={"remedies": list(answer.remedies)})
    if case.state in ("approved", "denied") and case.decided_at is None:
        chapter.set(decided_at=chapter.now)
    decided = decides(answer, point)
    deadlines = [each for each in deadlines_of(case, answer, chapter.now) if not (decided and each.kind == DECIDE_BY)]
    clauses = " ".join(sorted(clauses_for(answer, "outcome")))
    chapter.set(outcome=answer.outcome, decision=builtins(answer), clauses=clauses, decided_at_point=point)
    waits = turn_of(case)
    if waits in OF_TURN and nearest(deadlines, waits) is None:
        deadlines.append(our_deadline(case, OF_TURN[waits], binds=waits, now=chapter.now))
    chapter.set(waits_for=waits, due_at=nearest(deadlines, waits))
    if case.state == "denied" and waits == Case.WaitsFor.NOBODY:
        chapter.set(ended_at=chapter.now)
    if point != "claim" or unseen or case.goods in ("arrived", "inspected"):
        defer("follow_decision", {"case": case.pk})
    return deadlines


def decides(answer: Answer, point: str) -> bool:
    """Whether the store has decided on the goods by this answer: it refuses, or it grants after they have been seen."""
    return answer.outcome == "deny" or (answer.outcome == "approve" and point != "claim")


def stand(chapter: Chapter, facts: Mapping[str, Any] | None = None) -> None:
    """A case that was opened again ends as it was settled before: nothing more is owed, and what was given stands."""
    chapter.move("stand", facts=facts).set(waits_for=Case.WaitsFor.NOBODY, due_at=None, ended_at=chapter.now)
    chapter.set(outcome=chapter.case.decision.get("outcome", chapter.case.outcome))


def turn_of(case: Case) -> str:
    """Whose turn it is in a case as it stands."""
    match case.state:
        case "evidence" | "choosing":
            return Case.WaitsFor.CUSTOMER
        case "approved" if case.goods == "on_the_way":
            return Case.WaitsFor.CARRIER
        case "approved":
            here = case.goods != "with_customer" or case.reason in NOTHING_COMES or is_followed(case)
            return Case.WaitsFor.STORE if here else Case.WaitsFor.CUSTOMER
        case "denied" if case.goods not in ("arrived", "inspected"):
            return Case.WaitsFor.NOBODY
        case "settled" if case.goods == "arrived":  # they came after all: somebody puts them in their place
            return Case.WaitsFor.STORE
        case "settled" | "withdrawn" | "merged":
            return Case.WaitsFor.NOBODY
    return Case.WaitsFor.STORE


def is_followed(case: Case) -> bool:
    """Whether the store follows an accepted case through before anything is sent: nobody has named a remedy yet."""
    return case.reason in FOLLOWED and case.state == "approved" and not case.decision.get("remedies")


def deadlines_of(case: Case, answer: Answer, now: datetime) -> list[CaseDeadline]:
    """The answer's deadlines that somebody is held to. As long as a customer chooses, nothing of the store's runs and nothing
    is to be sent; nor what has been. Where a clause names a day to remind of goods to be returned, it is kept.
    """
    found = [
        _deadline(case, kind, binds, answer, now, first=answer.deadlines.get(FIRST_ENDS.get(kind, "")))
        for kind, binds in BINDS.items()
        if kind in answer.deadlines and (kind != "send_by" or (case.goods, case.state) == ("with_customer", "approved"))
    ]
    first = answer.deadlines.get("remind_at")
    if first is not None and case.state == "approved" and turn_of(case) == Case.WaitsFor.CUSTOMER:
        ahead = first if isinstance(first.at, datetime) and first.at > now else None
        found.append(_deadline(case, "report_by", "customer", answer, now, first=ahead))
    if answer.outcome == "evidence":
        named = _deadline(case, "report_by", "customer", answer, now) if "report_by" in answer.deadlines else None
        ours = our_deadline(case, EVIDENCE_BY, binds="customer", now=now, notice=3 * NOTICE)
        found.append(named if named is not None and named.due_at > now else ours)
    if case.state == "choosing":
        found = [each for each in found if each is not None and each.binds != "store"]
        found.append(our_deadline(case, CHOOSE_BY, binds="customer", now=now))
    return [each for each in found if each is not None and each.due_at > now]


def money_by(case: Case, now: datetime) -> CaseDeadline | None:
    """Until when the money of a case is promised, once it has been chosen: what has passed while its customer was choosing
    runs as long again from now. `None` where nothing was promised.
    """
    answer = msgspec.convert(case.decision, Answer)
    last, first = (answer.deadlines.get(name) for name in ("refund_by", "refund_from"))
    if last is None:
        return None
    if isinstance(last.at, datetime) and isinstance(last.since, datetime) and last.at <= now:
        late = now - last.since
        for each in (last, first):
            if each is not None and isinstance(each.at, datetime):
                each.at, each.since = each.at + late, now
    return _deadline(case, "refund_by", "store", answer, now, first=first)


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
