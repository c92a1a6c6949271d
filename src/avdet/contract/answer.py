"""The answer: the decision with its dates, what is missing, what the law says beside it, and what it comes to in money."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from avdet.contract.gather import Moments, Plan, claimed_line, gather, moments, plan
from avdet.contract.law import LawAnswer, Warning, below_law, bound
from avdet.contract.question import Question, read_question
from avdet.core.calendar import Calendar
from avdet.core.decide import GAP, Because, Decision, Engine, decide
from avdet.core.errors import QuestionError
from avdet.core.facts import Facts
from avdet.core.policy import Edition, Period, Policy
from avdet.core.remedies import InvoiceLine, amounts, invoiced
from avdet.core.vocabulary import SHOWN_BY
from avdet.policies import calendar_of, law_of, load


class Row(Struct, omit_defaults=True):
    """Why: the clause that put a value into the answer. `finding` is gap or conflict; `says` the clause's own value."""

    clause: str
    effect: str
    value: str
    text: str = ""
    finding: str = ""
    says: str = ""


class Deadline(Struct, omit_defaults=True):
    """The last instant of a period; without `at` where the event it runs from has not happened."""

    after: str
    count: int
    unit: str
    calendar: str
    at: datetime | UnsetType = UNSET
    since: datetime | UnsetType = UNSET


class Money(Struct, omit_defaults=True):
    """What the remedies come to, in minor units; `difference` is positive where the customer pays up."""

    currency: str
    goods: int
    deducted: int
    refund: int
    difference: int | UnsetType = UNSET


class PolicyMark(Struct):
    """What decided: enough to decide again, years later, to the same bytes."""

    store: str
    version: str
    fingerprint: str
    calendar: str


class Answer(Struct, omit_defaults=True):
    """The answer to one question. Lists are always present; a payer is absent where the policy is silent."""

    outcome: str
    because: list[Row]
    policy: PolicyMark
    remedies: tuple[str, ...] | list[str]
    requires: tuple[str, ...] | list[str]
    missing: list[str]
    deadlines: dict[str, Deadline]
    ask: tuple[str, ...] | list[str]
    return_shipping: str | UnsetType = UNSET
    redelivery_shipping: str | UnsetType = UNSET
    amounts: Money | UnsetType = UNSET
    law: LawAnswer | UnsetType = UNSET
    warnings: list[Warning] | UnsetType = UNSET


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


def edition_for(policy: Policy, question: Question, calendar: Calendar) -> Edition:
    """The version in force when the order was placed."""
    day = calendar.local(question.order.placed_at)
    edition = policy.edition_on(day)
    if edition is None:
        first = policy.editions[0].in_force_from
        raise QuestionError(f"no version of {policy.store}'s policy was in force on {day}", where="$.order.placed_at",
                            cure=f"the first took force on {first}; give a later order, or add a version")  # fmt: skip
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
        raise QuestionError(f"{question.order.lines[0].currency} in a store that sells in {policy.currency}",
                            where="$.order.lines[0].currency", cure=f"give amounts in {policy.currency}")  # fmt: skip
    engine = engine_of(edition or edition_for(policy, question, calendar))
    law_engine = engine_of(law_of(policy.law).newest) if policy.law else None
    facts = gather(question, when, line, calendar, _plan(engine, law_engine, question.at))
    decision = decide(engine, question.at, facts)
    law = decide(law_engine, question.at, facts) if law_engine and law_engine.point(question.at).branches else None
    if law is not None and law_engine is not None and policy.law_binds:
        decision = bound(decision, law)
    return Settled(engine, calendar, facts, when, line, decision, law, law_engine)


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
    engine, decision, calendar = settled.engine, settled.decision, settled.calendar
    policy = engine.edition.policy
    language = language or policy.languages[0]
    texts = _texts(engine, settled.law_engine, language)
    found = Answer(
        outcome=decision.outcome, because=[_row(row, texts) for row in decision.because],
        policy=PolicyMark(policy.store, engine.edition.version, engine.edition.fingerprint, f"{calendar.name} {calendar.version}"),
        remedies=decision.remedies, requires=decision.requires, missing=missing(decision, settled.facts),
        deadlines={name: dated(period, settled) for name, period in decision.deadlines}, ask=decision.ask,
    )  # fmt: skip
    if decision.return_shipping:
        found.return_shipping = decision.return_shipping
    if decision.redelivery_shipping:
        found.redelivery_shipping = decision.redelivery_shipping
    if settled.line is not None and decision.outcome == "approve":
        found.amounts = _money(question, settled.line, decision)
    if settled.law is not None:
        _add_law(found, settled, texts)
    return found


def _add_law(found: Answer, settled: Settled, texts: dict[str, str]) -> None:
    law, engine = settled.law, settled.law_engine
    assert law is not None
    assert engine is not None
    found.law = LawAnswer(
        law=engine.edition.policy.store, version=engine.edition.version, fingerprint=engine.edition.fingerprint,
        outcome=law.outcome, remedies=law.remedies, return_shipping=law.return_shipping or UNSET,
        deadlines={name: msgspec.to_builtins(dated(period, settled)) for name, period in law.deadlines},
        because=[msgspec.to_builtins(_row(row, texts)) for row in law.because],
    )  # fmt: skip
    warnings = below_law(settled.decision, law, lambda period: dated(period, settled).at)
    if warnings:
        found.warnings = warnings


def missing(decision: Decision, facts: Facts) -> list[str]:
    """The part of what is required that the facts show to be not done."""
    shown = ((requirement, SHOWN_BY.get(requirement)) for requirement in decision.requires)
    return [requirement for requirement, by in shown if by and facts[by[0]] is (not by[1])]


def dated(period: Period, settled: Settled) -> Deadline:
    """A period with its end, where the event it runs from has happened."""
    calendar, start = settled.calendar, settled.when.events.get(period.after)
    found = Deadline(period.after, period.length, period.unit, f"{calendar.name} {calendar.version}")
    if start is not None:
        found.at, found.since = calendar.end(start, period.unit, period.length), start
    return found


def _money(question: Question, line: int, decision: Decision) -> Money | UnsetType:
    claim, order = question.claim, question.order
    if claim is None or not {"refund", "other_product"} & set(decision.remedies):
        return UNSET
    lines = [InvoiceLine(each.unit_price, each.quantity, each.discount, each.returned) for each in order.lines]
    goods = invoiced(lines, line, claim.quantity, order_discount=order.discount)
    found = amounts(goods, return_cost=claim.return_cost, other_price=claim.other_price,
                    customer_bears_return=decision.return_shipping == "customer")  # fmt: skip
    difference = UNSET if found.difference is None else found.difference
    return Money(order.lines[0].currency, found.goods, found.deducted, found.refund, difference)


def _row(row: Because, texts: dict[str, str]) -> Row:
    return Row(row.clause, row.effect, row.value, texts.get("gap:" + row.clause, "") if row.finding == "gap"
               else texts.get(row.clause, ""), row.finding, row.says)  # fmt: skip


@lru_cache(maxsize=256)
def _texts(engine: Engine, law: Engine | None, language: str) -> dict[str, str]:
    """Clause id → its text; `gap:<id>` → what it leaves open."""
    found: dict[str, str] = {}
    for each in (law, engine):
        if each is not None:
            clauses = each.edition.clauses
            found |= {clause.id: clause.text.get(language) or next(iter(clause.text.values()), "") for clause in clauses}
            found |= {"gap:" + gap.about: gap.text.get(language, "") for gap in each.edition.policy.gaps}
    return found | {"gap:" + GAP: _SILENT[language]}


_SILENT = {
    "tr": "Mağazanın koşulları bu konuda bir şey söylemiyor; bir yetkili karar verir.",
    "fa": "شرایط فروشگاه در این باره چیزی نمی‌گوید؛ یک کارشناس تصمیم می‌گیرد.",
    "en": "The store's terms say nothing about this; a person decides.",
}


def builtins(found: Answer) -> dict[str, Any]:
    """The answer as plain data, as it stands in its JSON."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return plain
