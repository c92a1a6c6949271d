"""The store's calendar: a month at a time, one change at a time, and what each would move before it is saved."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.policies.shelf import table_of
from avdet.records.people.staff import names_of
from avdet.records.stores.calendars import days_of
from avdet.records.stores.models import CalendarVersion
from avdet.records.stores.queries import calendar_version_at, calendar_versions
from avdet.records.stores.terms import calendar_of_version
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.studio.history import who_ids, who_of
from avdet.web.studio.months import drawn_month, month_of
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.dates import WEEKDAYS
from avdet.words.holidays import holiday
from avdet.words.phrases import phrase
from avdet.words.typed_dates import read_day, typed_day
from avdet.workflows.policy.edit_calendar import Change, changed, edit_calendar
from avdet.workflows.policy.preview_calendar import moved_deadlines


@open_to(*OWNERS)
def calendar(request: PageRequest) -> HttpResponse:
    """A month, each day a door to its change; the week; and how to close several days."""
    return page(request, "calendar", "calendar", _month(request))


def _month(request: PageRequest) -> dict[str, Any]:
    """What the page of a month shows; a form that was sent and refused stands in it as it was filled in."""
    now, store = timezone.now(), request.store
    version = calendar_version_at(store, now)
    kept = calendar_of_version(store, version)
    today = kept.local(now)
    days = days_of(version, store.country)
    own = dict.fromkeys(days.added, "closed") | dict.fromkeys(days.removed, "open")
    month = drawn_month(*month_of(request.GET.get("month", ""), today, request.language), kept, own, request.language)
    return {
        "sent": {name: request.POST.get(name, "") for name in ("first", "last", "name")},
        "month": month,
        "today": today,
        "number": version.number if version else 0,
        "week": [
            (number, WEEKDAYS[request.language][number - 1], number in days.weekend) for number in _week(request.language)
        ],
        "half_days_closed": days.half_days_closed,
        "has_half_days": bool(table_of(store.country)["half_days"]),
        "covered": (kept.first, kept.last),
        "today_typed": typed_day(today, request.language),
    }


@open_to(*OWNERS)
def day(request: PageRequest, day: str) -> HttpResponse:
    """One day: why it is closed or open, and the change that would make it the other."""
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    version = calendar_version_at(request.store, timezone.now())
    kept = calendar_of_version(request.store, version)
    if not kept.first <= chosen <= kept.last:
        raise Http404
    why = kept.why_closed(chosen)
    context = {
        "day": chosen,
        "why": holiday(why, request.language),
        "weekend": chosen.isoweekday() in kept.weekend,
        "holiday": chosen in kept.holidays,
        "typed": typed_day(chosen, request.language),
        "number": version.number if version else 0,
    }
    return page(request, "calendar_day", "calendar", context)


@open_to(*OWNERS)
def change(request: PageRequest) -> HttpResponse:
    """Shows what a change would move, and saves it once it is confirmed."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "calendar"))
    now = timezone.now()
    version = calendar_version_at(request.store, now)
    try:
        wish = _wish(request)
        if request.POST.get("after") != str(version.number if version else 0):
            raise AvdetError("the calendar was changed meanwhile", where="calendar", cure="look at it again")
        if "confirm" in request.POST:
            remark = request.POST.get("remark", "").strip()[:300]
            edit_calendar(request.store, version, wish, remark=remark, actor=actor_of(request), now=now)
            return done(request, "calendar", "calendar")
        return page(request, "calendar_preview", "calendar", _preview(request, version, wish))
    except AvdetError as error:
        key = error.where if error.where in ("first", "last", "name", "weekend", "calendar", "date") else "calendar"
        field = key if key in ("first", "last", "name") and request.POST.get("kind") == "close" else ""
        errors = [(field, phrase(request.language, f"studio.calendar.fault.{key}"))]
        return page(request, "calendar", "calendar", {**_month(request), "errors": errors}, status=422)


@open_to(*OWNERS)
def versions(request: PageRequest) -> HttpResponse:
    """Who changed the calendar, and when."""
    found = calendar_versions(request.store)
    names = names_of(who_ids(version.edited_by for version in found))
    rows = [(version, days_of(version, request.store.country), who_of(version.edited_by, names)) for version in found]
    return page(request, "calendar_versions", "calendar", {"rows": rows})


def _week(language: str) -> list[int]:
    """ISO weekdays in the order of the reader's week."""
    first = {"fa": 6}.get(language, 1)
    return [(first + ahead - 1) % 7 + 1 for ahead in range(7)]


def _wish(request: PageRequest) -> Change:
    """The change that a form asks for; `AvdetError` for a last day that is none."""
    sent = request.POST
    last = read_day(sent.get("last", ""))
    if last is None and sent.get("last", "").strip():
        raise AvdetError("no day", where="last", cure="write a day, or leave it empty")
    return Change(
        kind=sent.get("kind", ""),
        first=read_day(sent.get("first", "")),
        last=last,
        name=" ".join(sent.get("name", "").split()),
        weekend=tuple(int(number) for number in sent.getlist("weekend") if number in set("1234567")),
        half_days_closed="half_days" in sent,
    )


def _preview(request: PageRequest, version: CalendarVersion | None, wish: Change) -> dict[str, Any]:
    days = changed(request.store, version, wish)
    moved = moved_deadlines(request.store, version, days, language=request.language, now=timezone.now())
    sent = [
        (key, value)
        for key in request.POST
        if key not in ("csrfmiddlewaretoken", "confirm")
        for value in request.POST.getlist(key)
    ]
    return {
        "wish": wish,
        "last": wish.last or wish.first,
        "moved": moved,
        "sent": sent,
        "names": ("، " if request.language == "fa" else ", ").join(WEEKDAYS[request.language][n - 1] for n in days.weekend),
    }
