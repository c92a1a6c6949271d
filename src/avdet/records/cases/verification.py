"""Every case's chain of events is gone through: whoever edited, put in or removed a row is found at that row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseEvent
from avdet.records.stores.models import Store

AT_ONCE: Final = 500


def walk(store: Store | None = None, number: str = "") -> Iterator[tuple[Case, int | None]]:
    """Each case, with the number of the first event that is not as it was written; `None`: its chain is whole.

    Page by page, two statements each, so that no more than one page's events are held, however many cases there are.
    """
    rows = Case.objects.order_by("pk").select_related("store").only("number", "revision", "chain", "store__slug")
    rows = rows if store is None else rows.filter(store=store)
    rows = rows.filter(number=number) if number else rows
    last = 0
    while True:
        page = list(rows.filter(pk__gt=last)[:AT_ONCE])
        yield from _page(page)
        if len(page) < AT_ONCE:
            return
        last = page[-1].pk


def _page(page: list[Case]) -> Iterator[tuple[Case, int | None]]:
    events: defaultdict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.filter(case__in=page).order_by("case_id", "number"):
        events[event.case_id].append(event)
    for case in page:
        yield case, broken(case, events[case.pk])
