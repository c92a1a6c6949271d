"""Evidence that has been seen before: the same file, or a photograph that looks like one of another case of the store's.

A search for what looks alike reads the looks of the store's newest `REACH` photographs and stops there; the very same file is
found however old it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from avdet.records.cases.evidence import CASES
from avdet.records.cases.evidence_photographs import apart
from avdet.records.cases.models import Case, Evidence
from avdet.records.stores.models import Store

REACH: Final = 20_000
NEAR: Final = 6
"""Bits of 64 in which two looks may differ and still be called alike."""
MOST: Final = 5
"""Pieces that are shown beside one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier or later piece of another case, and in how many bits its look differs; 0 for the very same file too."""

    evidence: Evidence
    apart: int

    @property
    def cases(self) -> list[Case]:
        """The cases that it was handed in for."""
        return list(self.evidence.cases.all())


def alike(store: Store, evidence: Sequence[Evidence]) -> dict[int, list[Alike]]:
    """Evidence id → the nearest of other cases, the nearest first. Four statements at most; `evidence` has its cases."""
    found = _same(store, evidence)
    for each, bits, other in _near(store, evidence):
        found.setdefault(each, {}).setdefault(other, bits)
    rows = _rows({other for others in found.values() for other in others})
    own = {each.pk: {case.pk for case in each.cases.all()} for each in evidence}
    return {
        piece: shown
        for piece, others in found.items()
        if (shown := _nearest(others, rows, own[piece]))
    }  # fmt: skip


def _nearest(others: dict[int, int], rows: dict[int, Evidence], own: set[int]) -> list[Alike]:
    """Those that lie in a case, and in none of the piece's own."""
    known = [Alike(rows[other], bits) for other, bits in others.items() if other in rows]
    elsewhere = [each for each in known if each.cases and not own & {case.pk for case in each.cases}]
    return sorted(elsewhere, key=lambda each: (each.apart, -each.evidence.pk))[:MOST]


def _same(store: Store, evidence: Sequence[Evidence]) -> dict[int, dict[int, int]]:
    prints = {each.sha256 for each in evidence}
    rows = Evidence.objects.filter(store=store, sha256__in=prints).order_by("-id").values_list("id", "sha256")[:REACH]
    by_print: dict[str, list[int]] = {}
    for pk, sha256 in rows:
        by_print.setdefault(sha256, []).append(pk)
    return {each.pk: {pk: 0 for pk in by_print.get(each.sha256, ()) if pk != each.pk} for each in evidence}


def _near(store: Store, evidence: Sequence[Evidence]) -> Iterable[tuple[int, int, int]]:
    """(piece, bits apart, other piece) of all that look alike."""
    looks = [(each.pk, each.look) for each in evidence if each.look is not None]
    if not looks:
        return
    newest = Evidence.objects.filter(store=store, look__isnull=False).order_by("-id").values_list("id", "look")[:REACH]
    for other, look in newest.iterator(chunk_size=REACH):
        seen = int(look or 0)
        for piece, own in looks:
            if other != piece and (bits := apart(own, seen)) <= NEAR:
                yield piece, bits, other


def _rows(ids: set[int]) -> dict[int, Evidence]:
    named = Evidence.objects.filter(pk__in=sorted(ids, reverse=True)[:500], removed_at=None)
    return {each.pk: each for each in named.prefetch_related(CASES)}
