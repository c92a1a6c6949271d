"""Views of the list: kept under a name, for oneself or for all, put in order, deleted, and put back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.access.models import SavedView
from avdet.records.access.views import delete_view, move_view, save_view
from avdet.web.desk.asked import Asked
from avdet.web.desk.case_asked import CasesAsked
from avdet.web.desk.pages import done, to
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.words.phrases import phrase

ORDERS: Final = "orders"
CASES: Final = "cases"
"""The lists that views are kept of; their addresses bear the same names."""
WAYS: Final = {"up": -1, "down": 1}


def own_first(request: PageRequest, page: str, views: Iterable[SavedView]) -> HttpResponseRedirect | None:
    """To the reader's own first view, where a list is opened without any wish."""
    first = next((view for view in views if view.opens_first and view.user_id == request.user.pk), None)
    return redirect(f"{to(request, page)}?{first.query}") if not request.GET and first is not None and first.query else None


def views_shown(request: PageRequest, page: str, views: Iterable[SavedView], query: str) -> list[dict[str, Any]]:
    """The views of a list that shows what `query` asks for, each with whose it is."""
    return [
        {
            "id": view.pk, "name": view.name, "url": f"{to(request, page)}?{view.query or 'show=all'}",
            "own": view.user_id == request.user.pk, "shared": view.shared, "opens_first": view.opens_first,
            "current": view.query == query,
        }
        for view in views
    ]  # fmt: skip


def queue_tabs(
    request: PageRequest, page: str, group: str, queues: Iterable[tuple[str, tuple[str, ...]]], here: tuple[str, ...], rest: str
) -> list[dict[str, Any]]:
    """The queues of a list: (name, the states that are in it). `rest` is what is asked for beside the state."""
    found = []
    for name, states in queues:
        query = "&".join([*(f"state={state}" for state in states), *([rest] if rest else [])]) or "show=all"
        label = phrase(request.language, f"{group}.{name}")
        found.append({"label": label, "url": f"{to(request, page)}?{query}", "current": states == here})
    return found


@open_to(*STAFF)
@require_POST
def keep(request: PageRequest) -> HttpResponseRedirect:
    """Keeps the list as it stands under a name."""
    page, said = _page(request), QueryDict(request.POST.get("query", "")[:2_000])
    asked = CasesAsked.read(said).query() if page == CASES else Asked.read(said).query()
    wishes = {name: name in request.POST for name in ("shared", "opens_first")}
    url = f"{to(request, page)}?{asked or 'show=all'}"
    try:
        view = save_view(request.store, request.user, page, request.POST.get("name", ""), asked, **wishes)
    except AvdetError:
        messages.error(request, phrase(request.language, "desk.refused.view"))
        return redirect(url)
    return done(request, "view_kept", url, name=view.name)


@open_to(*STAFF)
@require_POST
def drop(request: PageRequest) -> HttpResponseRedirect:
    """Deletes one of the reader's own views."""
    page = _page(request)
    gone = delete_view(request.store, request.user, _view(request))
    if gone is None:
        return redirect(f"{to(request, page)}?show=all")
    return done(request, "view_dropped", f"{to(request, page)}?{gone.query or 'show=all'}", name=gone.name)


@open_to(*STAFF)
@require_POST
def move(request: PageRequest) -> HttpResponseRedirect:
    """Moves one of the reader's own views up or down among them."""
    moved = move_view(request.store, request.user, _view(request), by=WAYS.get(request.POST.get("way", ""), 0))
    return redirect(f"{to(request, _page(request))}?{(moved.query if moved else '') or 'show=all'}")


def _view(request: PageRequest) -> int:
    said = request.POST.get("view", "")
    return int(said) if said.isdecimal() and len(said) < 18 else 0


def _page(request: PageRequest) -> str:
    """Which list the view is of."""
    return CASES if request.POST.get("page") == CASES else ORDERS
