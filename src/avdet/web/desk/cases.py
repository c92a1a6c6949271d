"""Cases at the desk: the board of today, the list with its filters and views, and all of them as a file for a replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import GOODS
from avdet.core.vocabulary import REASONS
from avdet.records.access.models import SavedView
from avdet.records.access.views import views_of
from avdet.records.cases.board import COLUMNS, MOST, SHOWN, Column, board_of
from avdet.records.cases.clauses import GAP, clauses_in, lines_met
from avdet.records.cases.models import Case
from avdet.records.shared.pages import Page
from avdet.web.desk.asked import midnight
from avdet.web.desk.case_asked import DUE, CasesAsked
from avdet.web.desk.pages import EXPERTS, marks, page, pager, titled, to
from avdet.web.desk.states import CASE_ICONS, CASE_TONES
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.export_cases import export_cases

ROWS: Final = 50
PAGE: Final = "cases"
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
    zone = ZoneInfo(request.store.time_zone)
    tonight = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
    columns = board_of(request.store, now, tonight)
    context = {
        "columns": [_column(request, each, now) for each in columns],
        "late": sum(min(each.overdue, MOST) for each in columns), "today": sum(each.today for each in columns),
    }  # fmt: skip
    return page(request, "board", "board", context)


def _column(request: PageRequest, column: Column, now: datetime) -> dict[str, Any]:
    url = f"{to(request, 'cases')}?waits={column.waits_for}"
    return {
        "name": column.waits_for, "overdue": min(column.overdue, MOST), "more_overdue": column.overdue > MOST,
        "today": column.today, "all": min(column.all, MOST), "more": column.all > MOST, "url": url,
        "cases": [_row(request, case, now) for case in column.cases], "hidden": column.all > SHOWN,
    }  # fmt: skip


def _row(request: PageRequest, case: Case, now: datetime) -> dict[str, Any]:
    """One case as lists show it; `late` where whoever is waited for is overdue."""
    waiting = case.waits_for != Case.WaitsFor.NOBODY
    return {
        "case": case, "tone": CASE_TONES[case.state], "icon": CASE_ICONS[case.state],
        "customer": str((case.order.contact or {}).get("name", "")),
        "reason": titled(request.language, "desk.choice", case.reason),
        "late": waiting and case.due_at is not None and case.due_at < now, "waiting": waiting,
    }  # fmt: skip


@open_to(*STAFF)
def cases(request: PageRequest) -> HttpResponse:
    """The list. Opened without any wish, it opens with the reader's own first view."""
    views = views_of(request.store, request.user, PAGE)
    first = next((view for view in views if view.opens_first and view.user_id == request.user.pk), None)
    if not request.GET and first is not None and first.query:
        return redirect(f"{to(request, 'cases')}?{first.query}")
    asked, now = CasesAsked.read(request.GET), timezone.now()
    found, lines = _found(request, asked, now), lines_met(request.store)
    shown = _views(request, views, asked)
    context = {
        "asked": asked, "query": asked.query(), "pairs": asked.pairs(("q",)),
        "rows": [_row(request, each, now) for each in found.rows],
        "tabs": _tabs(request, asked), "views": shown, "own": [view for view in shown if view["own"]],
        "choices": {**_choices(request.language), "clause": _clauses(request.language, lines)}, "fresh": not lines,
        "experts": request.role in EXPERTS, **pager(to(request, "cases"), asked.query(), found),
    }  # fmt: skip
    return page(request, "cases", "cases", context)


def _found(request: PageRequest, asked: CasesAsked, now: datetime) -> Page[Case]:
    after, before = marks(request)
    try:
        return asked.found(request.store, request.user, now, size=ROWS, after=after, before=before)
    except AvdetError:
        return asked.found(request.store, request.user, now, size=ROWS)


def _tabs(request: PageRequest, asked: CasesAsked) -> list[dict[str, Any]]:
    rest, found = asked.query(("state",)), []
    for name, states in _TABS:
        query = "&".join([*(f"state={state}" for state in states), *([rest] if rest else [])]) or "show=all"
        label = phrase(request.language, f"desk.cases.tab.{name}")
        found.append({"label": label, "url": f"{to(request, 'cases')}?{query}", "current": states == asked.states})
    return found


def _views(request: PageRequest, views: list[SavedView], asked: CasesAsked) -> list[dict[str, Any]]:
    return [
        {
            "id": view.pk, "name": view.name, "url": f"{to(request, 'cases')}?{view.query or 'show=all'}",
            "own": view.user_id == request.user.pk, "shared": view.shared, "opens_first": view.opens_first,
            "current": view.query == asked.query(),
        }
        for view in views
    ]  # fmt: skip


def _choices(say: str) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and word."""
    named = {"goods": ("desk.goods", GOODS.states), "waits": ("desk.waits", COLUMNS), "reason": ("desk.choice", REASONS),
             "due": ("desk.due", DUE)}  # fmt: skip
    return {name: [(each, phrase(say, f"{group}.{each}")) for each in known] for name, (group, known) in named.items()}


def _clauses(say: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(clause, phrase(say, "desk.case.gap") if clause == GAP else clause) for clause in clauses_in(lines)]


@open_to(*EXPERTS)
def export(request: PageRequest) -> StreamingHttpResponse:
    """Every case of the store, as the file that `avdet replay` reads; nothing personal is in it."""
    now = timezone.now()
    response = StreamingHttpResponse(export_cases(request.store, now), content_type="text/csv; charset=utf-8")
    name = f"{request.store.slug}-cases-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
