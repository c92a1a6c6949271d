"""Views of the list: kept under a name, for oneself or for all, put in order, deleted, and put back."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.access.views import delete_view, move_view, save_view
from avdet.web.desk import cases, orders
from avdet.web.desk.asked import Asked
from avdet.web.desk.case_asked import CasesAsked
from avdet.web.desk.pages import done, to
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.words.phrases import phrase

WAYS: Final = {"up": -1, "down": 1}


@open_to(*STAFF)
@require_POST
def keep(request: PageRequest) -> HttpResponseRedirect:
    """Keeps the list as it stands under a name."""
    page, said = _page(request), QueryDict(request.POST.get("query", "")[:2_000])
    asked = CasesAsked.read(said).query() if page == cases.PAGE else Asked.read(said).query()
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
    """Which list the view is of; its address bears the same name."""
    return cases.PAGE if request.POST.get("page") == cases.PAGE else orders.PAGE
