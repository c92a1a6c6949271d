"""The figures of a store's orders over some days, drawn by the server; each drawing has its table beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from avdet.core.lifecycles import ORDER
from avdet.records.orders.figures import Day, cancellation_reasons, days, states
from avdet.records.refunds.queries import granted_between
from avdet.web.desk.drawing import drawn, hours, mean, per_cent, point, rooms, share, spoken
from avdet.web.desk.pages import page, titled, to
from avdet.web.desk.periods import Period
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.states import MONEY_TONES, ORDER_TONES
from avdet.words import money as priced
from avdet.words.digits import number


@open_to(*STAFF)
def dashboard(request: PageRequest) -> HttpResponse:
    """Four statements."""
    period, say = Period.read(request), request.language
    since, until = period.bounds(request.store)
    found = days(request.store, since, until)
    divided = period.divided(found, say)
    times = [(name, hours(mean((each.to_hand_over, each.handed_over) for each in part))) for name, part in divided]
    handed_over, in_time = sum(each.handed_over for each in found), sum(each.in_time for each in found)
    context = {
        "period": period, "periods": period.tabs(request, "dashboard"), "rooms_of_figures": rooms(request, "dashboard", period),
        "orders": sum(each.orders for each in found), "sales": sum(each.total_minor for each in found),
        "handed_over": handed_over, "in_time": in_time, "in_time_share": per_cent(share(in_time, handed_over), say),
        "to_hand_over": spoken(mean((each.to_hand_over, each.handed_over) for each in found), say),
        "to_delivery": spoken(mean((each.to_delivery, each.delivered) for each in found), say),
        "per_day": [point(name, sum(each.orders for each in part), say) for name, part in divided],
        "times": drawn([point(name, count, say) for name, count in times if count is not None]),
        "promise": _promise(handed_over, in_time, say),
        "kept": drawn([_kept(name, part, say) for name, part in divided if any(each.handed_over for each in part)]),
        "by_state": _states(request, states(request.store, since, until), period.query),
        "reasons": _bars(cancellation_reasons(request.store, since, until), say),
        "refunds": [
            {"label": titled(say, "desk.refund", state), "value": count, "tone": MONEY_TONES[state],
             "shown": f"{number(count, say)} · {priced(total, request.store.currency, say)}"}
            for state, (count, total) in sorted(granted_between(request.store, since, until).items())
        ],
    }  # fmt: skip
    return page(request, "dashboard", "dashboard", context)


def _promise(handed_over: int, in_time: int, language: str) -> list[dict[str, Any]]:
    counts = {"in_time": (in_time, "good"), "late": (handed_over - in_time, "bad")}
    return [
        {**point(titled(language, "desk.dashboard.promise", name), count, language), "tone": tone}
        for name, (count, tone) in counts.items()
        if handed_over
    ]


def _kept(name: str, part: list[Day], language: str) -> dict[str, Any]:
    found = share(sum(each.in_time for each in part), sum(each.handed_over for each in part))
    return {"label": name, "value": found or 0, "shown": per_cent(found, language)}


def _states(request: PageRequest, counted: dict[str, int], placed: str) -> list[dict[str, Any]]:
    url = to(request, "orders")
    return [
        {"label": titled(request.language, "desk.state", state), "value": counted[state], "tone": ORDER_TONES[state],
         "shown": number(counted[state], request.language), "href": f"{url}?state={state}&{placed}"}
        for state in ORDER.states if counted.get(state)
    ]  # fmt: skip


def _bars(reasons: dict[str, int], language: str) -> list[dict[str, Any]]:
    most_first = sorted(reasons.items(), key=lambda row: -row[1])
    return [point(titled(language, "desk.reason", name or "other"), count, language) for name, count in most_first]
