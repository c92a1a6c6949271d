"""The answer: the decision with its dates, what is missing, what the law says beside it, and what it comes to in money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Struct

from avdet.contract.gather import Moments, Plan, claimed_line, gather, moments, plan
from avdet.contract.law import below_law, bound
from avdet.contract.question import Question, read_question
from avdet.contract.shape import Answer, Deadline, LawAnswer, PolicyMark, Row
from avdet.contract.sums import money_of
from avdet.core.calendar import Calendar
from avdet.core.decide import Because, Decision, Engine, decide
from avdet.core.demands import demanded
from avdet.core.errors import QuestionError
from avdet.core.facts import Facts
from avdet.core.policy import Edition, Period, Policy
from avdet.core.vocabulary import SHOWN_BY
from avdet.policies import calendar_of, law_of, load
from avdet.words.faults import coded


class Settled(Struct, frozen=True):
    """A question worked out: what decided it, on which facts, at which moments."""

    engine: Engine
    calendar: Calendar
    facts: Facts
    when: Moments
    line: int | None
    decision: Decision
    law: Decision | None
    law_engine: Engine | None


@lru_cache(maxsize=256)
def engine_of(edition: Edition) -> Engine:
    """The engine of an edition; one for each, kept with the code and decisions that it has worked out."""
    return Engine(edition)


def edition_for(policy: Policy, day: date) -> Edition:
    """The version in force on the day on which the order was placed."""
    edition = policy.edition_on(day)
    if edition is None:
        first = policy.editions[0].in_force_from
        raise coded(
            QuestionError, "question.no_version", where="$.order.placed_at", store=policy.store, day=str(day), first=str(first)
        )
    return edition


def settle_question(question: Question) -> Settled:
    """Gather the facts and decide, by the store's policy and by the law."""
    return settle_by(load(question.store), question)


def settle_by(policy: Policy, question: Question, edition: Edition | None = None) -> Settled:
    """The same by a policy at hand, such as a draft; by `edition`, or the one in force when the order was placed."""
    calendar = calendar_of(policy)
    when = moments(question)
    line = claimed_line(question)
    if question.order.lines[0].currency != policy.currency:
        given = question.order.lines[0].currency
        raise coded(
            QuestionError, "question.store_currency", where="$.order.lines[0].currency", given=given, currency=policy.currency
        )
    placed = calendar.local(question.order.placed_at)
    engine = engine_of(edition or edition_for(policy, placed))
    law_engine = _law_engine(policy.law, placed) if policy.law else None
    facts = gather(question, when, line, calendar, _plan(engine, law_engine, question.at))
    decision = decide(engine, question.at, facts)
    law = decide(law_engine, question.at, facts) if law_engine and law_engine.point(question.at).branches else None
    if law is not None and law_engine is not None and policy.law_binds:
        decision = bound(decision, law)
    return Settled(engine, calendar, facts, when, line, decision, law, law_engine)


def _law_engine(law: str, placed: date) -> Engine | None:
    """The law as it stood when the order was placed; nothing if it had not taken force yet."""
    edition = law_of(law).edition_on(placed)
    return engine_of(edition) if edition else None


@lru_cache(maxsize=256)
def _plan(engine: Engine, law: Engine | None, point: str) -> Plan:
    return plan(engine.point(point).facts + (law.point(point).facts if law else ()))


def answer(question: Question, *, language: str | None = None) -> Answer:
    """Answer a question; the texts are in `language`, or in the store's own."""
    return render(settle_question(question), question, language)


def answer_json(raw: bytes, *, language: str | None = None) -> bytes:
    """JSON (or YAML) in, JSON out."""
    return msgspec.json.encode(answer(read_question(raw), language=language))


def render(settled: Settled, question: Question, language: str | None) -> Answer:
    """The answer document of a settled question."""
    engine, decision = settled.engine, settled.decision
    policy = engine.edition.policy
    texts = _texts(engine, settled.law_engine, language or policy.languages[0])
    written = texts.write(decision)
    found = Answer(
        outcome=decision.outcome,
        because=written.rows,
        policy=PolicyMark(policy.store, engine.edition.version, engine.edition.fingerprint, settled.calendar.mark),
        remedies=decision.remedies,
        requires=decision.requires,
        missing=[name for name, fact, done in written.shown if settled.facts[fact] not in (None, done)],
        deadlines={name: dated(period, settled) for name, period in decision.deadlines},
        ask=decision.ask,
        return_shipping=decision.return_shipping or UNSET,
        redelivery_shipping=decision.redelivery_shipping or UNSET,
        outbound_shipping=decision.outbound_shipping or UNSET,
    )
    if settled.line is not None and decision.outcome == "approve":
        found.amounts = money_of(question, settled.line, decision)
    if settled.law is not None and settled.law_engine is not None:
        _add_law(found, settled, settled.law, settled.law_engine.edition, texts)
    return found


def demands_if_granted(policy: Policy, question: Question, edition: Edition, language: str) -> list[Row]:
    """What the terms ask of a claim that a person grants where they do not. What the facts show not to be there is left out:
    it was granted without.
    """
    settled = settle_by(policy, question, edition)
    asked = demanded(settled.engine.point(question.at).branches, settled.facts)
    texts = _texts(settled.engine, settled.law_engine, language)
    return texts.rows(row for row in asked if not _is_lacking(row.value, settled))


def _is_lacking(requirement: str, settled: Settled) -> bool:
    fact, done = SHOWN_BY.get(requirement, ("", ""))
    return bool(fact) and settled.facts[fact] not in (None, done)


def _add_law(found: Answer, settled: Settled, law: Decision, edition: Edition, texts: Texts) -> None:
    found.law = LawAnswer(
        law=edition.policy.store,
        version=edition.version,
        fingerprint=edition.fingerprint,
        outcome=law.outcome,
        remedies=law.remedies,
        return_shipping=law.return_shipping or UNSET,
        outbound_shipping=law.outbound_shipping or UNSET,
        deadlines={name: dated(period, settled) for name, period in law.deadlines},
        because=texts.write(law).rows,
    )
    warnings = below_law(settled.decision, law, found.deadlines, found.law.deadlines)
    if warnings:
        found.warnings = warnings


def dated(period: Period, settled: Settled) -> Deadline:
    """A period with its end, where the event it runs from has happened."""
    calendar, start = settled.calendar, settled.when.events.get(period.after)
    found = Deadline(period.after, period.length, period.unit, calendar.mark)
    if start is not None:
        found.at, found.since = calendar.end(start, period.unit, period.length), start
    return found


class Written(NamedTuple):
    """A decision written out. It holds on to the decision, so that its id stays its own."""

    decision: Decision
    rows: list[Row]
    shown: tuple[tuple[str, str, bool | str], ...]


class Texts:
    """The clauses' texts in one language, and the rows made of them: decisions recur, so each is written out once."""

    def __init__(self, editions: list[Edition], language: str) -> None:
        self.clauses: dict[str, str] = {}
        self.language = language
        self.written: dict[int, Written] = {}
        for edition in editions:
            for clause in edition.clauses:
                self.clauses[clause.id] = clause.text.get(language) or next(iter(clause.text.values()), "")

    def write(self, decision: Decision) -> Written:
        """The rows of a decision, each with its clause's text; and by which fact each requirement is shown to be done."""
        found = self.written.get(id(decision))
        if found is None:
            if len(self.written) > MAX_WRITTEN:
                self.written.clear()
            shown = tuple((name, *SHOWN_BY[name]) for name in decision.requires if name in SHOWN_BY)
            found = self.written[id(decision)] = Written(decision, self.rows(decision.because), shown)
        return found

    def rows(self, reasons: Iterable[Because]) -> list[Row]:
        """The reasons, each with its clause's text."""
        return [self._row(row) for row in reasons]

    def _row(self, row: Because) -> Row:
        if row.finding == "gap":
            text = row.gap.text.get(self.language, "") if row.gap else SILENT[self.language]
        else:
            text = self.clauses.get(row.clause, "")
        return Row(row.clause, row.effect, row.value, text, row.finding, row.says)


@lru_cache(maxsize=256)
def _texts(engine: Engine, law: Engine | None, language: str) -> Texts:
    return Texts([law.edition, engine.edition] if law else [engine.edition], language)


MAX_WRITTEN = 4096
SILENT = {
    "tr": "Mağazanın koşulları bu konuda bir şey söylemiyor; bir yetkili karar verir.",
    "fa": "شرایط فروشگاه در این باره چیزی نمی‌گوید؛ یک کارشناس تصمیم می‌گیرد.",
    "en": "The store's terms say nothing about this; a person decides.",
}


def builtins(found: Answer) -> dict[str, Any]:
    """The answer as plain data, as it stands in its JSON."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return plain
