"""Evidence as a page shows it: what was handed in, which of six sides are there, and what has been seen before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from avdet.records.cases.evidence import Holder, evidence_of
from avdet.records.cases.evidence_alike import Alike, alike
from avdet.records.cases.evidence_limits import MOST, SIDES
from avdet.records.cases.models import Evidence
from avdet.workflows.claims.remove_evidence import may_remove


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece, whether it may be taken away, and for the store's experts the pieces of other cases that look like it."""

    evidence: Evidence
    removable: bool
    alike: Sequence[Alike] = ()


@dataclass(frozen=True, slots=True)
class Album:
    """All of a draft's or a case's pieces. `sides`: side → its photograph, or nothing yet; `left`: how many may be added."""

    pieces: Sequence[Shown]
    sides: dict[int, Shown | None] = field(default_factory=dict)
    left: int = MOST

    @property
    def next_side(self) -> int | None:
        """The first of six sides that there is no photograph of."""
        return next((side for side, shown in self.sides.items() if shown is None), None)

    @property
    def seen_before(self) -> int:
        """How many pieces look like one of another case."""
        return sum(bool(each.alike) for each in self.pieces)


def show_evidence(holder: Holder) -> Album:
    """As the customer sees it. Two statements."""
    return _album(evidence_of(holder), {})


def show_to_expert(holder: Holder) -> Album:
    """With what has been seen before in other cases of the store. Six statements at most."""
    rows = evidence_of(holder)
    return _album(rows, alike(holder.order.store, rows) if rows else {})


def _album(rows: list[Evidence], seen: dict[int, list[Alike]]) -> Album:
    pieces = [Shown(each, may_remove(each), tuple(seen.get(each.pk, ()))) for each in rows]
    sides: dict[int, Shown | None] = dict.fromkeys(SIDES)
    sides |= {each.evidence.side: each for each in pieces if each.evidence.side}
    return Album(pieces, sides, max(0, MOST - len(rows)))
