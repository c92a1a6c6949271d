"""Cases at the desk: the board of today, the list with its filters and views, and all of them as a file for a replay."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from avdet.core.lifecycles import GOODS
from avdet.core.vocabulary import REASONS
from avdet.records.access.views import views_of
from avdet.records.cases.board import COLUMNS, MOST, SHOWN, Column, board_of
from avdet.records.cases.clauses import GAP, clauses_in, lines_met
from avdet.records.cases.models import Case
from avdet.web.desk.asked import tonight
from avdet.web.desk.case import is_late
from avdet.web.desk.case_asked import DUE, CasesAsked
from avdet.web.desk.pages import EXPERTS, page, titled, to
from avdet.web.desk.saved import CASES, own_first, queue_tabs, views_shown
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.lists import as_csv, marks, pager
from avdet.web.shared.states import CASE_ICONS, CASE_TONES
from avdet.words.catalogue import capital
from avdet.words.phrases import phrase
from avdet.workflows.cases.export_cases import export_cases

ROWS: Final = 50
_TABS: Final = (
    ("all", ()), ("review", ("review",)), ("evidence", ("evidence",)), ("approved", ("approved",)), ("choosing", ("choosing",)),
    ("settling", ("settling",)), ("denied", ("denied",)), ("settled", ("settled",)),
    ("ended", ("withdrawn", "merged")),
)  # fmt: skip
"""The queues as tabs → the states of each."""


@open_to(*STAFF)
def board(request: PageRequest) -> HttpResponse:
    """Today: for whom the cases wait, the most urgent first."""
    now = timezone.now()
    columns = board_of(request.store, now, tonight(request.store, now))
    context = {
        "columns": [_column(request, each, now) for each in columns],
        "late": sum(min(each.overdue, MOST) for each in columns), "today": sum(each.today for each in columns),
    }  # fmt: skip
    return page(request, "board", "board", context)


def _column(request: PageRequest, column: Column, now: datetime) -> dict[str, Any]:
    url = f"{to(request, 'cases')}?waits={column.waits_for}"
    return {
        "name": column.waits_for, "whom": phrase(request.language, f"desk.waits.{column.waits_for}"),
        "overdue": min(column.overdue, MOST), "more_overdue": column.overdue > MOST,
        "today": column.today, "all": min(column.all, MOST), "more": column.all > MOST, "url": url,
        "cases": [_row(request, case, now) for case in column.cases], "hidden": column.all > SHOWN,
    }  # fmt: skip


def _row(request: PageRequest, case: Case, now: datetime) -> dict[str, Any]:
    """One case as lists show it; `late` where whoever is waited for is overdue."""
    return {
        "case": case, "tone": CASE_TONES[case.state], "icon": CASE_ICONS[case.state],
        "customer": str((case.order.contact or {}).get("name", "")),
        "reason": titled(request.language, "desk.choice", case.reason),
        "late": is_late(case, now), "waiting": case.waits_for != Case.WaitsFor.NOBODY,
    }  # fmt: skip


@open_to(*STAFF)
def cases(request: PageRequest) -> HttpResponse:
    """The list. Opened without any wish, it opens with the reader's own first view."""
    views = views_of(request.store, request.user, CASES)
    if elsewhere := own_first(request, CASES, views):
        return elsewhere
    asked, now = CasesAsked.read(request.GET), timezone.now()
    found, lines = asked.found(request.store, request.user, now, size=ROWS, **marks(request)), lines_met(request.store)
    shown = views_shown(request, CASES, views, asked.query())
    context = {
        "asked": asked, "query": asked.query(), "pairs": asked.pairs(("q",)),
        "rows": [_row(request, each, now) for each in found.rows],
        "tabs": queue_tabs(request, CASES, "desk.cases.tab", _TABS, asked.states, asked.query(("state",))),
        "views": shown, "own": [view for view in shown if view["own"]],
        "choices": {**_choices(request.language), "clause": _clauses(request.language, lines)}, "fresh": not lines,
        "experts": request.role in EXPERTS, **pager(to(request, "cases"), asked.query(), found),
    }  # fmt: skip
    return page(request, "cases", "cases", context)


def _choices(say: str) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and word."""
    named = {"goods": ("desk.goods", GOODS.states), "waits": ("desk.waits", COLUMNS), "reason": ("desk.choice", REASONS),
             "due": ("desk.due", DUE)}  # fmt: skip
    return {
        name: [(each, capital(phrase(say, f"{group}.{each}"), say)) for each in known] for name, (group, known) in named.items()
    }


def _clauses(say: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(clause, phrase(say, "desk.case.gap") if clause == GAP else clause) for clause in clauses_in(lines)]


@open_to(*EXPERTS)
def export(request: PageRequest) -> StreamingHttpResponse:
    """Every case of the store, as the file that `avdet replay` reads; nothing personal is in it."""
    now = timezone.now()
    return as_csv(export_cases(request.store, now), f"{request.store.slug}-cases-{timezone.localdate():%Y-%m-%d}")
