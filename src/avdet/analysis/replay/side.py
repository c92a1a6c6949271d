"""One of the two policies that are compared: its engine, its calendar, and its answers to whole batches of claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.columns import Columns
from avdet.analysis.columns.cells import Column
from avdet.analysis.replay.binding import LAW, BoundJudge, Judge
from avdet.analysis.replay.claims import NEVER, Claims
from avdet.analysis.replay.time import UNCOUNTED, ColumnCalendar
from avdet.core.decide import Engine
from avdet.core.facts import BY_NAME, NOT_STARTED
from avdet.core.policy import Edition
from avdet.core.vocabulary import CLAIM_EVENTS
from avdet.policies import calendar_of, law_of

EngineName = Literal["numpy", "duckdb"]


class Side:
    """An edition, ready to judge batches of claims."""

    def __init__(self, edition: Edition, engine: EngineName) -> None:
        self.edition, self.engine = edition, engine
        self.calendar = calendar_of(edition.policy)
        self.counts = ColumnCalendar(self.calendar)
        self.decide = Engine(edition)
        binding = edition.policy.law if edition.policy.law_binds else ""
        self.laws = tuple(Engine(each) for each in law_of(binding).editions) if binding else ()
        self.judges: dict[str, Judge] = {}

    def facts(self, points: Sequence[str]) -> tuple[str, ...]:
        """The facts that these decision points turn on."""
        engines = (self.decide, *self.laws)
        return tuple(dict.fromkeys(name for point in points for engine in engines for name in engine.point(point).facts))

    def columns(self, claims: Claims, point: str) -> dict[str, Column]:
        """What a batch is judged by at a decision point, times by this calendar; what it cannot count is a complaint."""
        found: dict[str, Column] = {LAW: self._law_in_force(claims)} if self.laws else {}
        for name in self.facts([point]):
            fact = BY_NAME[name]
            if fact.event:
                found[name] = self._elapsed(claims, fact.event, fact.unit)
            elif name in claims.events:
                found[name] = _happened(claims, name).astype(np.int8)
            elif name == "local_minute":
                found[name] = self.counts.minutes(claims.now)
            elif name == "working_day":
                found[name] = self.counts.working(self.counts.days(claims.now)).astype(np.int8)
            else:
                found[name] = claims.stated[name]
        return found

    def judge(self, point: str) -> Judge:
        """What answers at a decision point; made when it is first needed."""
        if point not in self.judges:
            self.judges[point] = self._judge(point)
        return self.judges[point]

    def _judge(self, point: str) -> Judge:
        store = self._columns(self.decide, point)
        if not any(law.point(point).branches for law in self.laws):
            return store
        return BoundJudge(store, [self._columns(law, point) if law.point(point).branches else None for law in self.laws])

    def _columns(self, engine: Engine, point: str) -> Judge:
        if self.engine == "numpy":
            return Columns(engine, point)
        from avdet.analysis.columns.ibis import DuckColumns

        return DuckColumns(engine, point)

    def _law_in_force(self, claims: Claims) -> NDArray[np.int64]:
        """The edition of the law that was in force when each order was placed; the newest where that is not known."""
        starts = np.array([law.edition.in_force_from.toordinal() for law in self.laws])
        placed = claims.events["placed"]
        days = self.counts.days(np.where(placed == NEVER, claims.now, placed))
        found: NDArray[np.int64] = np.searchsorted(starts, days, side="right") - 1
        return np.where(placed == NEVER, len(starts) - 1, found)

    def _elapsed(self, claims: Claims, event: str, unit: str) -> NDArray[np.int64]:
        start, until = claims.events[event], claims.asked if event in CLAIM_EVENTS else claims.now
        begun = start != NEVER
        if not begun.any():
            return np.full(claims.rows, NOT_STARTED, dtype=np.int64)
        found = np.where(begun, self.counts.elapsed(np.where(begun, start, until), until, unit), NOT_STARTED)
        claims.complain(found == UNCOUNTED, f"no holidays are known for its dates in calendar {self.calendar.name}")
        return found


def _happened(claims: Claims, event: str) -> NDArray[np.bool_]:
    """Whether an event had happened when the claim was made (its own later events: by now)."""
    at = claims.events[event]
    happened: NDArray[np.bool_] = (at != NEVER) & (at <= (claims.asked if event in CLAIM_EVENTS else claims.now))
    return happened
