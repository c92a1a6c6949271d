"""A store's cases as a file of claims: `avdet replay` reads it, and judges a draft of the terms by the store's own past.

A case has a row for each point at which the terms decided it: as it was filed, and as it was found at its newest inspection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any, Final

from msgspec.structs import replace

from avdet.contract.gather import Plan, claimed_line, gather, moments
from avdet.contract.question import Claim, Question
from avdet.contract.question import Inspection as Asked
from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS
from avdet.core.spreadsheet import csv_lines
from avdet.core.vocabulary import EVENTS
from avdet.records.cases.models import Case
from avdet.records.cases.search import every_case
from avdet.records.inspections.models import Inspection
from avdet.records.inspections.queries import newest_of_each
from avdet.records.remedies.queries import words_of_carriers
from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force
from avdet.workflows.cases.inspect_case import facts_seen
from avdet.workflows.cases.question_of_case import question_of_case

STATED: Final = tuple(
    fact.name for fact in FACTS if not fact.event and fact.name not in {"local_minute", "working_day", "reason", *EVENTS}
)
"""Facts that a file of claims states as they are; elapsed time is counted by whoever reads it."""
HEAD: Final = ("claim_id", "at", "now", *(f"{event}_at" for event in EVENTS), "reason", *STATED, "currency", "return_cost")
_NO_TIMES: Final = Plan((), False, False)
BATCH: Final = 500
_STOCK: Final = ("short_of_stock", "nothing_in_stock")


def export_cases(store: Store, now: datetime) -> Iterator[str]:
    """All cases of a store, the oldest first, line by line, with what is known of them today.

    Nothing personal is in it. What was filed about goods that cannot be put as a question any more is left out. Two statements
    for each `BATCH` of cases, beside that which reads them; no more than a batch is held.
    """
    calendar = calendar_in_force(store, now)

    def rows() -> Iterator[list[str | int | None]]:
        for cases in _batches(every_case(store)):
            inspections, words = newest_of_each(cases), words_of_carriers(cases)
            for case in cases:
                for question in _questions(case, inspections.get(case.pk), words.get(case.pk)):
                    with suppress(AvdetError):
                        yield _row(case, question, calendar)

    return csv_lines(HEAD, rows())


def _batches(cases: Iterator[Case]) -> Iterator[list[Case]]:
    while batch := list(islice(cases, BATCH)):
        yield batch


def _questions(case: Case, found: Inspection | None, carriers_word: bool | None) -> Iterator[Question]:
    """What the terms were asked about a case: when it was filed, and of what was found."""
    with suppress(AvdetError):
        filed = question_of_case(case)
        yield filed
        if found is not None and filed.claim is not None:
            yield _examined(case, filed, filed.claim, found, carriers_word)


def _examined(case: Case, filed: Question, claim: Claim, found: Inspection, carriers_word: bool | None) -> Question:
    """The question with what was found in it. The carrier may have answered after the goods were examined."""
    seen = facts_seen({name: met for name, met in found.checklist.items() if met is not None})
    arrived = min(max(case.arrived_at, case.filed_at), found.signed_at) if case.arrived_at else None
    confirmed = carriers_word if found.carrier_confirmed is None else found.carrier_confirmed
    finding: Any = found.finding or None
    inspection = Asked(
        finding=finding, in_stock=found.in_stock, carrier_confirmed=confirmed, within_rules=found.within_rules,
        customer_refuses_goods=found.customer_refuses_goods, makers_opinion_needed=found.makers_opinion_needed,
        goods_received_at=arrived, found_at=found.signed_at if finding else None,
    )  # fmt: skip
    claim = replace(claim, answers=replace(claim.answers, **seen))
    return replace(filed, at="inspection", now=found.signed_at, claim=claim, inspection=inspection)


def _row(case: Case, question: Question, calendar: Calendar) -> list[str | int | None]:
    when, order, claim = moments(question), question.order, question.claim
    facts = gather(question, when, claimed_line(question), calendar, _NO_TIMES)
    moments_ = [when.events[event].isoformat() if event in when.events else "" for event in EVENTS]
    stated = ["" if name in _STOCK else _cell(facts.get(name)) for name in STATED]
    cost = claim.return_cost if claim is not None else 0
    return [case.number, question.at, when.now.isoformat(), *moments_, case.reason, *stated, order.lines[0].currency, cost]


def _cell(value: object) -> str | int:
    """A fact as a file has it; nothing where it is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int) else str(value)
