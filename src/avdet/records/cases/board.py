"""The board of today: for whom the cases wait, which are overdue and which fall due, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, OuterRef, QuerySet, Subquery

from avdet.records.cases.models import Case
from avdet.records.cases.search import light
from avdet.records.shared.composed import composed
from avdet.records.shared.counted import counted
from avdet.records.stores.models import Store

COLUMNS: Final = ("store", "customer", "carrier", "bank")
SHOWN: Final = 8
"""Of each column so many are shown, the most urgent first; the list has them all."""
MOST: Final = 1_000
"""Beyond so many, a count says only that there are more."""


@dataclass(frozen=True, slots=True)
class Column:
    """Cases that wait for one of them: how many are overdue, how many fall due by tonight, and how many wait in all."""

    waits_for: str
    overdue: int
    today: int
    all: int
    cases: tuple[Case, ...]


def board_of(store: Store, now: datetime, tonight: datetime) -> list[Column]:
    """Every column of the board. Five statements, which look at no more than `MOST` cases for each figure."""
    ends: dict[str, datetime | None] = {"overdue": now, "today": tonight, "all": None}
    figures = {f"{name}_{end}": _count(name, at) for name in COLUMNS for end, at in ends.items()}
    found = Store.objects.filter(pk=store.pk).annotate(**figures).values(*figures).get()
    return [
        Column(
            name, found[f"{name}_overdue"], found[f"{name}_today"] - found[f"{name}_overdue"], found[f"{name}_all"],
            tuple(_waiting(store.pk, name)),
        )
        for name in COLUMNS
    ]  # fmt: skip


@composed
def _waiting(store: int, name: str) -> QuerySet[Case]:
    rows = Case.objects.filter(store=store, waits_for=name).order_by(F("due_at").asc(nulls_last=True), "pk")
    return light(rows)[:SHOWN]


def _count(name: str, until: datetime | None) -> Subquery:
    rows = Case.objects.filter(store=OuterRef("pk"), waits_for=name)
    rows = rows if until is None else rows.filter(due_at__lt=until)
    return counted(rows, MOST)
