"""What people and programs ask of cases finds its rows by an index, however many cases there are: PostgreSQL says so itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection

from avdet.records.cases import deadlines
from avdet.records.cases.board import board_of
from avdet.records.cases.models import Case, CaseDeadline, CaseEvent
from avdet.records.cases.pages import cases_page
from avdet.records.cases.queries import case_by_number, cases_of, events_of, places_of
from avdet.records.cases.search import CaseFilters, search_cases
from tests.factories import NOW, make_order
from tests.records.orders.test_plans import scanned
from tests.workflows.cases import delivered, filed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.POSTGRES, reason="SQLite's plans know nothing of how many rows there are"),
]
BIG: Final = frozenset({"cases_case", "cases_caseevent", "cases_casedeadline"})
COUNT: Final = 20_000
_NUMBERED: Final = {"number": "'P-' || n", "state": "CASE WHEN n %% 50 = 0 THEN k.state ELSE 'settled' END",
                    "waits_for": "CASE WHEN n %% 50 = 0 THEN 'store' ELSE 'nobody' END", "due_at": "%(now)s + n * interval '1 minute'", "question": "'{}'", "decision": "'{}'"}  # fmt: skip
_OWNED: Final = {"case_id": "c.id", "state": "CASE WHEN c.waits_for = 'nobody' THEN 'met' ELSE 'open' END", "due_at": "c.due_at"}


def copies(model: Any, source: str, key: int, instead: dict[str, str]) -> str:
    """A statement that copies a case, or what belongs to it, once for each row of a source."""
    columns = [each.column for each in model._meta.concrete_fields if not each.primary_key]
    values = ", ".join(instead.get(column, f"k.{column}") for column in columns)
    own = "id" if model is Case else "case_id"
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {values} FROM {source}, {model._meta.db_table} k WHERE k.{own} = {key}"


@pytest.fixture
def case() -> Case:
    """A case among many, of which one in fifty is still open."""
    made = filed(delivered())
    deadline = {"binds": "store", "due_at": NOW, "remind_at": NOW, "since": NOW, "after": "filed", "kind": "decide_by"}
    CaseDeadline.objects.get_or_create(case=made, kind="decide_by", defaults=deadline)
    with connection.cursor() as cursor:
        cursor.execute(copies(Case, f"generate_series(1, {COUNT}) n", made.pk, _NUMBERED), {"now": NOW - timedelta(days=7)})
        for model in (CaseEvent, CaseDeadline):
            owned = _OWNED if model is CaseDeadline else {"case_id": "c.id", "facts": "'{}'"}
            cursor.execute(copies(model, f"cases_case c JOIN (SELECT {made.pk} AS own) o ON c.id <> o.own", made.pk, owned))
        for table in sorted(BIG):
            cursor.execute(f"ANALYZE {table}")
    return made


def test_the_reads_that_people_wait_for_use_an_index(case: Case) -> None:
    assert scanned(lambda: list(Case.objects.filter(chain="x")), BIG) == {"cases_case"}, "a read that no index serves is noticed"
    store, other = case.store, make_order(case.store)
    page = search_cases(store)
    narrowed: dict[str, CaseFilters] = {
        "list": CaseFilters(), "one state": CaseFilters(states=(case.state,)), "waiting": CaseFilters(waits_for="store"),
        "overdue": CaseFilters(overdue_at=NOW), "late for long": CaseFilters(overdue_at=NOW - timedelta(days=6.9)),
        "somebody's": CaseFilters(assigned_to=1), "one clause": CaseFilters(clause="NONE-1"),
    }  # fmt: skip
    reads: dict[str, Callable[[], Any]] = {name: lambda each=each: search_cases(store, filters=each) for name, each in narrowed.items()}  # type: ignore[misc]
    reads |= {
        "next page": lambda: search_cases(store, after=page.after),
        "search": lambda: search_cases(store, "P-700"),
        "search in vain": lambda: search_cases(store, "nobody at all"),
        "board": lambda: board_of(store, NOW, NOW + timedelta(hours=9)),
        "programs' list": lambda: cases_page(store, CaseFilters()),
        "programs' list of one order": lambda: cases_page(store, CaseFilters(order=other)),
        "read": lambda: case_by_number(store, "P-700"),
        "events": lambda: events_of(case),
        "before filing": lambda: (places_of(other), cases_of(other)),
        "near": lambda: list(deadlines.near(NOW - timedelta(days=6.9))),
        "passed": lambda: list(deadlines.passed(NOW - timedelta(days=6.9))),
    }
    assert {name: tables for name, read in reads.items() if (tables := scanned(read, BIG))} == {}
