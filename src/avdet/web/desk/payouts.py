"""What has to be paid by bank transfer, the soonest due first; and the batch that is made of what is ticked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.payouts.due import SHOWS, DuePage, due_page, due_totals, shared_accounts
from avdet.records.refunds.models import Refund
from avdet.records.shared.errors import Conflict
from avdet.web.desk import reading
from avdet.web.desk.pages import PURSES, actor_of, done, page, refused, tabs, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.money.make_batch import LATEST, MOST, day_to_pay, make_batch


@open_to(*PURSES)
def payouts(request: PageRequest) -> HttpResponse:
    """The due list. A form makes a batch of the rows that are ticked, and nothing leaves by that."""
    if request.method != "POST":
        return _shown(request)
    now = timezone.now()
    try:
        chosen = [int(each) for each in request.POST.getlist("refund")[: MOST + 1] if each.isdecimal() and len(each) < 19]
        pay_on = day_to_pay(request.store, reading.day(request.POST.get("pay_on", "")), now)
        batch = make_batch(request.store, chosen, pay_on=pay_on, user=request.user, now=now, actor=actor_of(request))
    except Conflict:
        return _shown(request, phrase(request.language, "desk.refused.due_changed"), 409)
    except AvdetError as fault:
        return _shown(request, refused(request, fault), 422)
    return done(request, "batch_made", to(request, "batch", number=batch.number))


def _shown(request: PageRequest, fault: str = "", status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "batch"
    now, url = timezone.now(), to(request, "payouts")
    found = _page(request, show, now)
    today = request.store.day_of(now)
    context = {
        "show": show, "rows": _rows(request, found.rows, now), "totals": due_totals(request.store, show, now=now),
        "tabs": tabs(request, url, "desk.payouts", SHOWS, show),
        "older": f"{url}?show={show}&after={found.after}" if found.after else "", "fault": fault,
        "today": today, "latest": (today + LATEST).isoformat(),
    }  # fmt: skip
    return page(request, "payouts", "payouts", context, status=status)


def _page(request: PageRequest, show: str, now: datetime) -> DuePage:
    try:
        return due_page(request.store, show, now=now, after=request.GET.get("after", ""))
    except AvdetError:
        return due_page(request.store, show, now=now)


def _rows(request: PageRequest, refunds: list[Refund], now: datetime) -> list[dict[str, Any]]:
    """Each refund with whether it is late, and by how many customers its account is shared."""
    shared = shared_accounts(request.store, [each.account for each in refunds if each.account])
    return [
        {
            "refund": each, "order": each.payment.order, "account": each.account,
            "late": bool(each.due_by and each.due_by < now),
            "soon": bool(each.due_by and each.due_by >= now and each.due_from and each.due_from <= now),
            "shared": shared.get(each.account.number_print, 0) if each.account else 0,
        }
        for each in refunds
    ]  # fmt: skip
