"""The store's figures over some days, drawn by the server; each drawing has its table beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse

from avdet.core.lifecycles import ORDER
from avdet.records.cases.overrides import overrides_by_clause
from avdet.records.orders.figures import Day, cancellation_reasons, days, states
from avdet.records.refunds.queries import granted_between
from avdet.web.desk.books import bounds, span
from avdet.web.desk.pages import page, titled, to
from avdet.web.desk.states import MONEY_TONES, ORDER_TONES
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.words import money as priced
from avdet.words.dates import month_day
from avdet.words.digits import number
from avdet.words.phrases import phrase

LONGEST: Final = 92


@open_to(*STAFF)
def dashboard(request: PageRequest) -> HttpResponse:
    """Five statements, over `LONGEST` days at most."""
    first, last = span(request, 30)
    first = max(first, last - timedelta(days=LONGEST - 1))
    since, until = bounds(first, last, request.store.time_zone)
    found, say = days(request.store, since, until), request.language
    by_day = {each.day: each for each in found}
    every = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    handed_over, in_time = sum(each.handed_over for each in found), sum(each.in_time for each in found)
    context = {
        "first": first, "last": last, "orders": sum(each.orders for each in found),
        "sales": sum(each.total_minor for each in found), "handed_over": handed_over, "in_time": in_time,
        "in_time_percent": round(100 * in_time / handed_over) if handed_over else None,
        "to_hand_over": _spoken(_mean((each.to_hand_over, each.handed_over) for each in found), say),
        "to_delivery": _spoken(_mean((each.to_delivery, each.delivered) for each in found), say),
        "per_day": [_point(month_day(day, say), by_day[day].orders if day in by_day else 0, say) for day in every],
        "times": [_point(month_day(each.day, say), _hours(each), say) for each in found if each.to_hand_over is not None],
        "by_state": _states(request, states(request.store, since, until), f"from={first}&to={last}"),
        "reasons": _bars(cancellation_reasons(request.store, since, until), say),
        "overrides": [
            _point(clause if clause != "GAP" else phrase(say, "desk.case.gap"), count, say)
            for clause, count in overrides_by_clause(request.store, since, until)
        ],
        "refunds": [
            {"label": titled(say, "desk.refund", state), "value": count, "tone": MONEY_TONES[state],
             "shown": f"{number(count, say)} · {priced(total, request.store.currency, say)}"}
            for state, (count, total) in sorted(granted_between(request.store, since, until).items())
        ],
    }  # fmt: skip
    return page(request, "dashboard", "dashboard", context)


def _states(request: PageRequest, counted: dict[str, int], placed: str) -> list[dict[str, Any]]:
    url = to(request, "orders")
    return [
        {"label": titled(request.language, "desk.state", state), "value": counted[state], "tone": ORDER_TONES[state],
         "shown": number(counted[state], request.language), "href": f"{url}?state={state}&{placed}"}
        for state in ORDER.states if counted.get(state)
    ]  # fmt: skip


def _bars(reasons: dict[str, int], language: str) -> list[dict[str, Any]]:
    most_first = sorted(reasons.items(), key=lambda row: -row[1])
    return [_point(titled(language, "desk.reason", name or "other"), count, language) for name, count in most_first]


def _point(label: str, count: int, language: str) -> dict[str, Any]:
    return {"label": label, "value": count, "shown": number(count, language)}


def _hours(day: Day) -> int:
    return round(day.to_hand_over.total_seconds() / 3600) if day.to_hand_over else 0


def _mean(parts: Iterable[tuple[timedelta | None, int]]) -> timedelta | None:
    """The mean of days' means, each with its weight."""
    known = [(span, weight) for span, weight in parts if span is not None and weight]
    whole = sum(weight for _, weight in known)
    return sum((span * weight for span, weight in known), timedelta()) / whole if whole else None


def _spoken(span: timedelta | None, language: str) -> str:
    if span is None:
        return "–"
    hours = round(span.total_seconds() / 3600)
    name, count = ("hours", hours) if hours < 72 else ("days", round(hours / 24))
    return phrase(language, f"desk.dashboard.{name}", count=count)
