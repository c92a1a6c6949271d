"""The operator's pages: what will happen when, what failed, and the buttons that have it done now or once more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.ports import jobs
from avdet.records.outbox.queries import backlogs, dead_webhook_page, notices
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.words.phrases import phrase
from avdet.workflows.notices.send_again import send_notices_again, send_webhooks_again

SIZE: Final = 50
_ROOMS: Final = (
    ("operator", (), "house"),
    ("jobs", ("waiting",), "clock"),
    ("jobs", ("dead",), "circle-x"),
    ("dead_notices", (), "mail"),
    ("dead_webhooks", (), "webhook"),
)
_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def _page(request: PageRequest, template: str, room: str, context: dict[str, Any]) -> HttpResponse:
    links = [
        {
            "url": reverse(f"operations:{name}", args=args), "icon": icon, "current": "_".join((name, *args)) == room,
            "label": phrase(request.language, f"operations.room.{'_'.join((name, *args))}"),
        }
        for name, args, icon in _ROOMS
    ]  # fmt: skip
    return render(request, f"operations/{template}.html", {"rooms": [{"title": "", "links": links}], **context})


@open_to("support")
def operator(request: PageRequest) -> HttpResponse:
    """How much waits and how much failed, by kind of job."""
    tallies = jobs.board().tallies()
    shown = [each for each in tallies if _periodic(each.name) or each.waiting or each.running or each.dead]
    rows = [{"tally": each, "every": _every(request.language, each.name), "next": _next(each)} for each in shown]
    sums = {state: sum(getattr(each, state) for each in tallies) for state in ("waiting", "running", "dead")}
    return _page(request, "operator", "operator", {"rows": rows, "sums": sums, **backlogs()})


def _periodic(name: str) -> jobs.Job | None:
    kind = jobs.KINDS.get(name)
    return kind if kind and kind.every else None


def _next(tally: jobs.Tally) -> datetime | None:
    """When the next of a kind begins: the first that waits, else a periodic kind's next period."""
    kind = _periodic(tally.name)
    return tally.next_at or (kind.next_after(timezone.now()) if kind else None)


def _every(language: str, name: str) -> str:
    """How often a kind of job begins by itself; nothing for one that does not."""
    kind = _periodic(name)
    every = kind.every if kind else None
    if every is None:
        return ""
    unit, seconds = next((unit, seconds) for unit, seconds in _UNITS if every % timedelta(seconds=seconds) == timedelta())
    return phrase(language, f"operations.every.{unit}", count=int(every.total_seconds()) // seconds)


@open_to("support")
def listed(request: PageRequest, state: str) -> HttpResponse:
    """Jobs that wait, run or are dead, the newest first."""
    if state not in ("waiting", "running", "dead"):
        raise Http404
    said = request.GET.get("before", "")
    before = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    found = jobs.board().listed(state, size=SIZE + 1, before=before)
    following = f"?before={found[SIZE - 1].id}" if len(found) > SIZE else ""
    room = f"jobs_{state}"
    context = {"state": state, "state_room": room, "found": found[:SIZE], "next": following, "first": "?" if before else ""}
    return _page(request, "jobs", room, context)


@open_to("support")
def dead_notices(request: PageRequest) -> HttpResponse:
    """Notices of every store that did not leave."""
    page = notices(None, state="dead", size=SIZE, **marks(request))
    return _page(request, "dead_notices", "dead_notices", {"found": page.rows, **pager("", "", page)})


@open_to("support")
def dead_webhooks(request: PageRequest) -> HttpResponse:
    """Webhooks of every store that nobody took."""
    page = dead_webhook_page(size=SIZE, **marks(request))
    return _page(request, "dead_webhooks", "dead_webhooks", {"found": page.rows, **pager("", "", page)})


@require_POST
@open_to("support")
@transaction.atomic
def run_now(request: PageRequest) -> HttpResponse:
    """What waits of one kind is due now; a periodic one of which nothing waits begins out of turn."""
    name = request.POST.get("name", "")
    count = jobs.board().hurry(name, timezone.now())
    if not count and _periodic(name):
        jobs.defer(name, {}, key=f"every:{name}")
        count = 1
    return _done(request, "hurried", count, reverse("operations:operator"))


@require_POST
@open_to("support")
@transaction.atomic
def jobs_again(request: PageRequest) -> HttpResponse:
    """Dead jobs are tried again: the ticked ones, or all."""
    count = jobs.board().revive(_ticked(request), timezone.now())
    return _done(request, "revived", count, reverse("operations:jobs", args=["dead"]))


@require_POST
@open_to("support")
def notices_again(request: PageRequest) -> HttpResponse:
    """Dead notices are sent again: the ticked ones, or all."""
    count = send_notices_again(ids=_ticked(request), now=timezone.now())
    return _done(request, "sent_again", count, reverse("operations:dead_notices"))


@require_POST
@open_to("support")
def webhooks_again(request: PageRequest) -> HttpResponse:
    """Dead webhooks are sent again: the ticked ones, or all."""
    count = send_webhooks_again(ids=_ticked(request), now=timezone.now())
    return _done(request, "sent_again", count, reverse("operations:dead_webhooks"))


def _ticked(request: PageRequest) -> list[int] | None:
    """The ids that were ticked; None where *all* was meant."""
    if "all" in request.POST:
        return None
    return [int(each) for each in request.POST.getlist("id") if each.isascii() and each.isdigit() and len(each) < 19]


def _done(request: PageRequest, what: str, count: int, to: str) -> HttpResponseRedirect:
    messages.success(request, phrase(request.language, f"operations.done.{what}", count=count))
    return redirect(to)
