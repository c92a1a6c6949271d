"""Replay: two policies over a file of past claims. Who would have been treated differently, by which clause, at what cost?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.replay.claims import Claims, Reading
from avdet.analysis.replay.file import ClaimsFile
from avdet.analysis.replay.side import EngineName, Side
from avdet.analysis.replay.tally import SAMPLE, Count, Tally
from avdet.analysis.report import Change, Refused, Report, Stakes, Terms, compared, grants_refund
from avdet.core.decide import Decision
from avdet.core.policy import Edition, Texts
from avdet.core.vocabulary import POINTS, REASONS

Rows = NDArray[np.intp]
Progress = Callable[[int, int | None], None]
"""Called with the claims done so far and how many there are (`None` where a CSV file does not say)."""


def replay(
    old: Edition, new: Edition, path: Path | str, *, engine: EngineName = "numpy", progress: Progress | None = None
) -> Report:
    """Judge every claim of a Parquet or CSV file by both editions, each with its own policy's calendar, and compare.

    Reads in batches: memory does not grow with the file. `AvdetError` if the file cannot be used; single rows that cannot be
    judged are counted in the report with the reason. Engines agree to the last claim.
    """
    return Replay(old, new, ClaimsFile(Path(path)), engine).run(progress)


class Replay:
    """One run over one file."""

    def __init__(self, old: Edition, new: Edition, file: ClaimsFile, engine: EngineName) -> None:
        self.file, self.old, self.new = file, Side(old, engine), Side(new, engine)
        self.tallies: dict[str, Tally] = {}
        self.reading = Reading((*self.old.facts(POINTS), *self.new.facts(POINTS)), old.policy.currency)
        self.rows = 0
        self.refused: dict[str, Refused] = {}

    def run(self, progress: Progress | None) -> Report:
        for given, rows in self.file.batches():
            self._batch(self.reading.read(given, rows))
            self.rows += rows
            if progress is not None:
                progress(self.rows, self.file.rows)
        return self._report()

    def _batch(self, claims: Claims) -> None:
        claims, _ = self._sound(claims)
        for number in np.unique(claims.point).tolist():
            rows = np.flatnonzero(claims.point == number)
            self._judge(claims if len(rows) == claims.rows else claims.only(rows), POINTS[number])

    def _judge(self, claims: Claims, point: str) -> None:
        """Claims at one decision point, by both policies."""
        sides = [(side, side.columns(claims, point)) for side in (self.old, self.new)]
        claims, kept = self._sound(claims)
        numbers = [
            side.judge(point).judge({name: column[kept] for name, column in columns.items()}, claims.rows)
            for side, columns in sides
        ]
        self.tallies.setdefault(point, Tally()).add(claims, *numbers)

    def _sound(self, claims: Claims) -> tuple[Claims, Rows | slice]:
        """The rows that can be judged, and which they are; the others are noted."""
        if not claims.faults.any():
            return claims, slice(None)
        for number in np.unique(claims.faults[claims.faults > 0]).tolist():
            self._refuse(claims, np.flatnonzero(claims.faults == number), claims.complaints[number])
        kept = np.flatnonzero(claims.faults == 0)
        return claims.only(kept), kept

    def _refuse(self, claims: Claims, rows: Rows, why: str) -> None:
        before = self.refused.get(why, Refused(why, 0, ()))
        more = tuple(str(claims.ids[row].as_py()) for row in rows[: SAMPLE - len(before.sample)].tolist())
        self.refused[why] = replace(before, claims=before.claims + len(rows), sample=before.sample + more)

    # ---- the report ----

    def _report(self) -> Report:
        report = Report(_terms(self.old), _terms(self.new), self.file.path.name, self.file.fingerprint, rows=self.rows)
        report.judged = self.rows - sum(refused.claims for refused in self.refused.values())
        report.refused = tuple(sorted(self.refused.values(), key=lambda refused: (-refused.claims, refused.why)))
        groups: dict[object, Change] = {}
        reasons: dict[str, tuple[int, int]] = {}
        outcomes: dict[tuple[str, str], int] = {}
        for pair in self._pairs():
            both, count = (pair.old.outcome, pair.new.outcome), pair.count.claims
            outcomes[both] = outcomes.get(both, 0) + count
            claims, other = reasons.get(pair.reason, (0, 0))
            reasons[pair.reason] = claims + count, other + (count if both[0] != both[1] else 0)
            _group(groups, pair)
            _stake(report.stakes, pair)
        report.outcomes = dict(sorted(outcomes.items(), key=lambda item: (-item[1], item[0])))
        report.reasons = dict(sorted(reasons.items(), key=lambda item: (-item[1][0], item[0])))
        report.changes = tuple(sorted(groups.values(), key=_order))
        report.texts = self._texts(report)
        return report

    def _pairs(self) -> Iterator[Pair]:
        for point in POINTS:
            if point in self.tallies:
                old, new = self.old.judge(point).decisions, self.new.judge(point).decisions
                for count in self.tallies[point].counts():
                    reason = REASONS[count.reason] if count.reason >= 0 else "not_said"
                    yield Pair(point, old[count.old], new[count.new], reason, self.reading.currencies[count.currency], count)

    def _texts(self, report: Report) -> dict[str, Texts]:
        cited = {clause for change in report.changes for clause in (*change.old.clauses, *change.new.clauses)}
        editions = [side.edition for side in (self.old, self.new)]
        editions += [law.edition for side in (self.old, self.new) for law in side.laws]
        return {clause.id: clause.text for edition in editions for clause in edition.clauses if clause.id in cited}


@dataclass(frozen=True, slots=True)
class Pair:
    """Claims of one reason and currency to which the two policies give these two answers."""

    point: str
    old: Decision
    new: Decision
    reason: str
    currency: str
    count: Count


def _group(groups: dict[object, Change], pair: Pair) -> None:
    difference = compared(pair.old, pair.new)
    if difference is None:
        return
    change = groups.setdefault((pair.point, *difference), Change(pair.point, *difference))
    change.claims += pair.count.claims
    change.value[pair.currency] = change.value.get(pair.currency, 0) + pair.count.value
    change.reasons[pair.reason] = change.reasons.get(pair.reason, 0) + pair.count.claims
    change.sample = (*change.sample, *pair.count.sample)[:SAMPLE]


def _stake(stakes: Stakes, pair: Pair) -> None:
    count, before, after = pair.count, grants_refund(pair.old), grants_refund(pair.new)
    if before != after:
        (stakes.refund_gained if after else stakes.refund_lost).add(count.claims, pair.currency, count.value)
    payers = pair.old.return_shipping, pair.new.return_shipping
    if payers in (("customer", "store"), ("store", "customer")):
        shifted = stakes.carriage_to_store if payers[1] == "store" else stakes.carriage_to_customer
        shifted.add(count.claims, pair.currency, count.value, count.return_cost)


def _terms(side: Side) -> Terms:
    edition, calendar = side.edition, side.calendar
    return Terms(edition.policy.store, edition.version, edition.fingerprint, f"{calendar.name} {calendar.version}",
                 dict(edition.policy.names))  # fmt: skip


def _order(change: Change) -> tuple[object, ...]:
    return (("outcome", "values", "duties").index(change.kind), -change.claims, change.old.clauses, change.new.clauses,
            change.point, change.old.outcome, change.new.outcome, str(change.old), str(change.new))  # fmt: skip
