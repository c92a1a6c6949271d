"""The figures of a store's claims over some days: what they are about, their time beside what was promised, their cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import urlencode

from avdet.core.spreadsheet import csv_lines
from avdet.records.cases.clauses import GAP
from avdet.records.cases.figures import Counted, Day, Sold, by_product, by_reason_and_clause, days, promises
from avdet.records.cases.overrides import overrides_by_clause
from avdet.records.refunds.figures import PaidBack, paid_back
from avdet.records.remedies.figures import RECOVERED, costs
from avdet.records.stores.models import Store
from avdet.web.desk.case_asked import MISSED
from avdet.web.desk.drawing import drawn, hours, mean, per_cent, point, rooms, share, spoken
from avdet.web.desk.pages import page, titled, to
from avdet.web.desk.periods import Period
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.lists import as_csv
from avdet.words import money as priced
from avdet.words.phrases import phrase
from avdet.workflows.policy.time_to_find import TimeToFind, time_to_find

LATE: Final = {deadline: name for name, deadline in MISSED.items()}
"""Deadline that is drawn → the list's name for what missed it."""
REFUNDS: Final = ("granted", "arrived", "in_time", "late", "overdue")


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is drawn. `overrides`: (clause, how often it was decided against); `costs` in minor units."""

    days: list[Day]
    reasons: Counted
    clauses: Counted
    products: list[Sold]
    promises: dict[tuple[str, str], int]
    refunds: PaidBack
    costs: dict[str, tuple[int, int]]
    overrides: Counted
    pace: TimeToFind

    @property
    def filed(self) -> int:
        """How many cases."""
        return sum(each.filed for each in self.days)

    @property
    def cost_minor(self) -> int:
        """What was given and borne, less what carriers made good."""
        return sum(-minor if what == RECOVERED else minor for what, (_, minor) in self.costs.items())


def _figures(store: Store, period: Period) -> Figures:
    """Ten statements; eight where the store's terms are at hand."""
    (since, until), now = period.bounds(store), timezone.now()
    return Figures(
        days(store, since, until), *by_reason_and_clause(store, since, until),
        by_product(store, since, until), promises(store, since, until), paid_back(store, since, until, now),
        costs(store, since, until), overrides_by_clause(store, since, until), time_to_find(store, now),
    )  # fmt: skip


@open_to(*STAFF)
def claim_figures(request: PageRequest) -> HttpResponse:
    """The page; each bar leads to the cases that it counts."""
    period, say = Period.read(request), request.language
    found = _figures(request.store, period)
    divided = period.divided(found.days, say)
    times = [(name, hours(mean((each.to_decide, each.waited) for each in part))) for name, part in divided]
    decided, overridden = sum(each.decided for each in found.days), sum(each.overridden for each in found.days)
    promised = found.refunds.in_time + found.refunds.late + found.refunds.overdue
    context = {
        "period": period, "periods": period.tabs(request, "claim_figures"),
        "rooms_of_figures": rooms(request, "claim_figures", period), "found": found, "decided": decided,
        "at_once": sum(each.at_once for each in found.days),
        "to_decide": spoken(mean((each.to_decide, each.waited) for each in found.days), say),
        "to_pay": spoken(found.refunds.to_pay, say), "promised": promised,
        "paid_in_time": per_cent(share(found.refunds.in_time, promised), say),
        "overridden": overridden, "overridden_share": per_cent(share(overridden, found.filed), say),
        "all_cases": _cases(request, period), "all_overridden": _cases(request, period, overridden="yes"),
        "per_day": [point(name, sum(each.filed for each in part), say) for name, part in divided],
        "times": drawn([point(name, count, say) for name, count in times if count is not None]),
        **_bars(request, period, found),
    }  # fmt: skip
    return page(request, "claim_figures", "dashboard", context)


def _bars(request: PageRequest, period: Period, found: Figures) -> dict[str, list[dict[str, Any]]]:
    say = request.language
    return {
        "reasons": [
            point(titled(say, "desk.choice", name), count, say, _cases(request, period, reason=name))
            for name, count in found.reasons
        ],
        "clauses": [
            point(_clause(name, say), count, say, _cases(request, period, clause=name)) for name, count in found.clauses
        ],
        "products": [
            point(each.name, each.cases, say, _cases(request, period, product=each.sku)) for each in found.products
        ],
        "overrides": [
            point(_clause(name, say), count, say, _cases(request, period, overridden="yes", clause=name))
            for name, count in found.overrides
        ],
        "deadlines": list(_deadlines(request, period, found)),
        "refunds": _refunds(found.refunds, say),
        "costs": [
            {**point(titled(say, "desk.figures.cost", what), count, say), "value": minor,
             "shown": f"{priced(minor, request.store.currency, say)} · {phrase(say, 'desk.figures.times', count=count)}",
             "tone": "good" if what == RECOVERED else ""}
            for what, (count, minor) in sorted(found.costs.items(), key=lambda row: (row[0] == RECOVERED, -row[1][1]))
        ],
    }  # fmt: skip


def _deadlines(request: PageRequest, period: Period, found: Figures) -> Iterator[dict[str, Any]]:
    """What was promised until a day: how often it was kept, and how often not."""
    say = request.language
    for deadline, name in LATE.items():
        met, missed = (found.promises.get((deadline, state), 0) for state in ("met", "missed"))
        if met or missed:
            yield {**point(phrase(say, f"desk.figures.kept.{deadline}"), met, say), "tone": "good"}
            late = _cases(request, period, due=name)
            yield {**point(phrase(say, f"desk.due.{name}"), missed, say, late if missed else ""), "tone": "bad"}


def _refunds(found: PaidBack, language: str) -> list[dict[str, Any]]:
    counts = {"in_time": (found.in_time, "good"), "late": (found.late, "bad"), "overdue": (found.overdue, "wait")}
    return [
        {**point(phrase(language, f"desk.figures.paid.{name}"), count, language), "tone": tone}
        for name, (count, tone) in counts.items()
        if count or (name == "in_time" and found.late + found.overdue)
    ]


def _cases(request: PageRequest, period: Period, **wanted: str) -> str:
    return f"{to(request, 'cases')}?{urlencode(wanted)}{'&' if wanted else ''}{period.query}"


def _clause(clause: str, language: str) -> str:
    return phrase(language, "desk.case.gap") if clause == GAP else clause


@open_to(*STAFF)
def claim_figures_file(request: PageRequest) -> StreamingHttpResponse:
    """The same figures as CSV: what is counted, of what, how many, and where it is money how much."""
    period = Period.read(request)
    lines = csv_lines(("figure", "of", "count", "minor"), _rows(_figures(request.store, period)), mark=True)
    return as_csv(lines, f"{request.store.slug}-claims-{period.first}-{period.last}")


def _rows(found: Figures) -> Iterator[list[str | int | None]]:
    counted: list[tuple[str, Iterable[tuple[str, int]]]] = [
        ("filed", ((each.day.isoformat(), each.filed) for each in found.days)),
        ("decided", ((each.day.isoformat(), each.decided) for each in found.days)),
        ("reason", found.reasons),
        ("clause", found.clauses),
        ("product", ((each.sku, each.cases) for each in found.products)),
        *((f"deadline {state}", [(kind, count)]) for (kind, state), count in sorted(found.promises.items())),
        ("refund", ((name, getattr(found.refunds, name)) for name in REFUNDS)),
        ("decided against", found.overrides),
    ]
    for figure, rows in counted:
        for name, count in rows:
            yield [figure, name, count, None]
    for what, (count, minor) in sorted(found.costs.items()):
        yield ["cost", what, count, minor]
