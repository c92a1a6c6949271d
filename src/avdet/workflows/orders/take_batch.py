"""A handful of orders is taken in one transaction, together with how far the run has come: killed at any moment, it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.shops import FieldNote, Reading, ShopCancellation, ShopOrder
from avdet.records.connections.actions import Note, report, step
from avdet.records.connections.models import Connection, ImportRun
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded, said
from avdet.workflows.shops.take_order import take_order

AT_ONCE: Final = 25
"""Orders that one transaction takes: so many that it pays, so few that a page never waits for them."""
_BY_COMMAND: Final = "avdet import online-retail"
Item = Reading[ShopOrder] | Reading[ShopCancellation] | AvdetError


@dataclass(slots=True)
class _Tally:
    counts: dict[str, int]
    notes: list[Note]
    language: str
    """The store's own, in which its report is written."""

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def take_batch(run: ImportRun, items: Sequence[Item], *, cursor: Mapping[str, Any], now: datetime) -> None:
    """Takes some orders in, and moves the run on to `cursor`. `Conflict` where another worker was faster: nothing was taken."""
    with transaction.atomic():
        tally = _Tally({}, [], run.store.language)
        for item in items:
            _take(run.connection, item, tally, now)
        tally.count("notes", report(run, tally.notes))
        step(run, cursor=cursor, counts=tally.counts, now=now)


def _take(connection: Connection, item: Item, tally: _Tally, now: datetime) -> None:
    if isinstance(item, AvdetError):
        _fault(tally, "", item)
        return
    value = item.value
    tally.count("lines", len(value.lines))
    tally.notes.extend(told(value.number, item.notes))
    if isinstance(value, ShopCancellation):
        _fault(tally, value.number, coded(AvdetError, "order_file.cancellation", command=_BY_COMMAND))
        return
    try:
        taken = take_order(connection, value, now=now)
    except Conflict as fault:
        if fault.where != "number":  # somebody is at work on that very order: the batch is taken again
            raise
        _fault(tally, value.number, fault)
    except AvdetError as fault:
        _fault(tally, value.number, fault)
    else:
        tally.count("orders")
        tally.count(taken.outcome)
        tally.notes.extend(taken.notes)


def told(record: str, notes: Iterable[FieldNote]) -> list[Note]:
    """An adapter's own notes as lines of the report."""
    return [Note(record, each.path, each.why, each.said, each.became) for each in notes]


def _fault(tally: _Tally, record: str, fault: AvdetError) -> None:
    tally.count("faulty")
    what, where, cure = said(fault, tally.language)
    why = ("؛ " if tally.language == "fa" else "; ").join(part for part in (what, cure) if part)
    tally.notes.append(Note(record, where, why, fault=True))
