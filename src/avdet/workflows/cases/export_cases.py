"""A store's cases as a file of claims: `avdet replay` reads it, and judges a draft of the terms by the store's own past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from avdet.contract.gather import Plan, claimed_line, gather, moments
from avdet.contract.question import Question
from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS, Facts
from avdet.core.spreadsheet import csv_lines
from avdet.core.vocabulary import EVENTS
from avdet.records.cases.models import Case
from avdet.records.cases.search import every_case
from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force
from avdet.workflows.cases.question_of_case import question_of_case

STATED: Final = tuple(
    fact.name for fact in FACTS if not fact.event and fact.name not in {"local_minute", "working_day", "reason", *EVENTS}
)
"""Facts that a file of claims states as they are; elapsed time is counted by whoever reads it."""
HEAD: Final = ("claim_id", "at", "now", *(f"{event}_at" for event in EVENTS), "reason", *STATED, "currency", "return_cost")
_NO_TIMES: Final = Plan((), False, False)
_STOCK: Final = ("short_of_stock", "nothing_in_stock")


def export_cases(store: Store, now: datetime) -> Iterator[str]:
    """All cases of a store, the oldest first, line by line: each as it was filed, with the answers that are known today.

    Nothing personal is in it. What was filed about goods that cannot be put as a question any more is left out.
    """
    calendar = calendar_in_force(store, now)

    def rows() -> Iterator[list[str | int | None]]:
        for case in every_case(store):
            try:
                question = question_of_case(case)
                when, line = moments(question), claimed_line(question)
            except AvdetError:
                continue
            facts = gather(question, when, line, calendar, _NO_TIMES)
            yield _row(case, question, facts, {**when.events}, when.now)

    return csv_lines(HEAD, rows())


def _row(case: Case, question: Question, facts: Facts, events: dict[str, datetime], now: datetime) -> list[str | int | None]:
    claim, order = question.claim, question.order
    moments_ = [events[event].isoformat() if event in events else "" for event in EVENTS]
    stated = ["" if name in _STOCK else _cell(facts.get(name)) for name in STATED]
    cost = claim.return_cost if claim is not None else 0
    return [case.number, "claim", now.isoformat(), *moments_, case.reason, *stated, order.lines[0].currency, cost]


def _cell(value: object) -> str | int:
    """A fact as a file has it; nothing where it is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int) else str(value)
