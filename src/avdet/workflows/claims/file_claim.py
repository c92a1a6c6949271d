"""A claim is filed: each of its lines is put to the terms, and becomes a case with its decision. Once, whatever is repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from avdet.contract.question import Answers, Question
from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import SHOWN_BY
from avdet.ports.jobs import defer
from avdet.records.cases.actions import Chapter, begin_deadlines, open_cases
from avdet.records.cases.models import FREED, Case, CaseDeadline, Claim
from avdet.records.cases.queries import cases_of, pieces_before, places_of
from avdet.records.orders.claimed import claim_pieces
from avdet.records.orders.models import Order, OrderLine
from avdet.records.payments.actions import lock
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.take_decision import take_decision
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.policy.ask_policy import Claimed, OrderFile, claimable, file_of, put, question_of
from avdet.workflows.policy.options_now import reasons_for

MOST: Final = 100
"""Lines of one claim."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of an order line, for a reason, with what the customer has answered. `later` are reports that were said to
    be there and are not: where the answer turns on one, its case waits for it.
    """

    line: int
    quantity: int
    reason: str
    answers: Mapping[str, bool] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


class Unanswered(AvdetError):  # noqa: N818 - it names what is the matter
    """Facts are missing that can still change the answer; `facts` names them, the most decisive first."""

    def __init__(self, facts: Sequence[str], *, where: str) -> None:
        self.facts = tuple(facts)
        named = ", ".join(facts)
        super().__init__(
            f"unanswered: {named}", where=where, cure="answer these, the first one first", code="claim.unanswered",
            values={"facts": named},
        )  # fmt: skip


@transaction.atomic
def file_claim(
    order: Order, wanted: Sequence[Wanted], *, actor: Actor, channel: str, key: str, now: datetime, words: str = "",
    language: str = "",
) -> list[Case]:  # fmt: skip
    """Files a claim about an order's lines; gives its cases, each decided by the terms that the order was placed under.

    `key` is the filer's own: the same key files once, and gives what was filed. `Unanswered` where facts are missing;
    `AvdetError` for lines that are not the order's, for more pieces than are left, or where no terms were in force.
    """
    lock(order)
    earlier = places_of(order)
    if any(case.claim.key == key for case in earlier):
        return [case for case in cases_of(order) if case.claim.key == key]
    file = file_of(order, now)
    if file is None:
        raise coded(AvdetError, "claim.no_terms", where="order")
    claim = Claim(
        store=order.store, order=order, key=key, channel=channel, language=language or order.language, words=words[:4000],
        filed_by=actor.kind, filed_by_id=actor.id, filed_at=now,
    )  # fmt: skip
    filing = _Filing(file, claim, earlier, actor, now)
    for at, each in enumerate(sound(wanted, file)):
        filing.add(each, f"lines[{at}]")
    claim_pieces(order, filing.pieces)
    cases = open_cases(claim, filing.chapters)
    begin_deadlines(filing.deadlines)
    for case in cases:
        tell_case(case, "claim_filed", now=now)
        if case.reason == "transit_damage" and case.state not in FREED:
            defer("follow_decision", {"case": case.pk})  # the carrier is asked to answer for it
    return cases


def sound(wanted: Sequence[Wanted], file: OrderFile) -> Sequence[Wanted]:
    """The same lines, if they can be claimed as they stand; `AvdetError` says which cannot, and why."""
    if not 1 <= len(wanted) <= MOST:
        raise coded(AvdetError, "claim.lines", where="lines", lines=len(wanted), most=MOST)
    if len({(each.line, each.reason) for each in wanted}) < len(wanted):
        raise coded(AvdetError, "claim.twice", where="lines")
    lines = {line.pk: line for line in file.lines}
    for at, each in enumerate(wanted):
        line = lines.get(each.line)
        if line is None:
            raise coded(AvdetError, "claim.no_line", where=f"lines[{at}]")
        if each.reason not in reasons_for(file, line):
            allowed = ", ".join(reasons_for(file, line))
            name = "claim.reason" if allowed else "claim.reason_now"
            raise coded(AvdetError, name, where=f"lines[{at}].reason", allowed=allowed)
        left = claimable(file, line)
        if not 1 <= each.quantity <= left:
            raise coded(AvdetError, "claim.pieces", where=f"lines[{at}].quantity", quantity=each.quantity, left=left)
    return wanted


def answers_of(said: Mapping[str, bool]) -> Answers:
    """What was said, as the contract has it; `AvdetError` for a name or a value that it does not know."""
    try:
        return msgspec.convert(dict(said), Answers)
    except msgspec.ValidationError as fault:
        raise coded(AvdetError, "claim.answers", where="answers", fault=fault, command="avdet schema question") from None


def without(claimed: Claimed, later: Collection[str]) -> Claimed:
    """The same with what will be shown later left unsaid, until it is here."""
    said = {fact: value for fact, value in msgspec.structs.asdict(claimed.answers).items() if fact not in later}
    return replace(claimed, answers=Answers(**said))


def until_shown(answer: Answer, later: Collection[str]) -> Answer:
    """What is granted once a report is here is waited for: by the same clauses, and nothing is promised before."""
    missing = answer.missing if answer.outcome == "evidence" else ()
    named = (*missing, *(name for name, (fact, _) in SHOWN_BY.items() if fact in later))
    rows = [msgspec.structs.replace(row, value="evidence") for row in answer.because if row.effect == "outcome"]
    asked = [row for row in answer.because if row.effect == "requires" and row.value in named]
    because = [*rows, *asked]
    return Answer(
        "evidence", because, answer.policy, remedies=(), requires=named, missing=[*named], deadlines={}, ask=(),
        law=answer.law, warnings=answer.warnings,
    )  # fmt: skip


class _Filing:
    """The cases of one claim as they are put together."""

    def __init__(self, file: OrderFile, claim: Claim, earlier: list[Case], actor: Actor, now: datetime) -> None:
        self.file, self.claim, self.cases, self.actor, self.now = file, claim, list(earlier), actor, now
        self.pieces: Counter[int] = Counter()
        self.chapters: list[Chapter] = []
        self.deadlines: list[CaseDeadline] = []

    def add(self, wanted: Wanted, where: str) -> None:
        """Puts one line to the terms; its case holds what was asked and what was answered."""
        line = next(each for each in self.file.lines if each.pk == wanted.line)
        before = pieces_before(self.cases, line, wanted.quantity)
        claimed = Claimed(line, wanted.quantity, wanted.reason, answers_of(wanted.answers), before)
        question = question_of(self.file, "claim", claimed)
        answer = put(self.file, question, self.claim.language)
        if answer.outcome == "ask":
            raise Unanswered(answer.ask, where=f"{where}.answers")
        later = self._waited_for(wanted, claimed) if answer.outcome in ("approve", "evidence") else []
        if later:
            answer, question = until_shown(answer, later), question_of(self.file, "claim", without(claimed, later))
        said = {fact: value for fact, value in wanted.answers.items() if fact not in later}
        chapter = Chapter(self._case(line, wanted, said, question, before), actor=self.actor, now=self.now)
        chapter.note("filed", {"reason": wanted.reason, "quantity": wanted.quantity, "answers": said})
        self.deadlines.extend(take_decision(chapter, answer))
        self.chapters.append(chapter)
        self.cases.append(chapter.case)
        if chapter.case.state not in FREED:
            self.pieces[line.pk] += wanted.quantity

    def _waited_for(self, wanted: Wanted, claimed: Claimed) -> list[str]:
        """Of the reports that are not here yet those on which the answer turns."""
        return [
            fact
            for fact in sorted(wanted.later)
            if fact in put(self.file, question_of(self.file, "claim", without(claimed, (fact,))), self.claim.language).ask
        ]

    def _case(self, line: OrderLine, wanted: Wanted, said: Mapping[str, bool], question: Question, before: int) -> Case:
        order, terms = self.claim.order, self.file.terms
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(question))
        return Case(
            store=order.store, claim=self.claim, order=order, order_line=line, number=f"{order.number}-R{len(self.cases) + 1}",
            quantity=wanted.quantity, pieces_before=before, reason=wanted.reason, answers=dict(said), question=plain,
            policy_version=terms.version, policy_fingerprint=terms.edition.fingerprint, filed_at=self.now,
        )  # fmt: skip
