"""The law beside the store's terms: where the terms fall short of it, and the better of the two where it binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from avdet.contract.shape import BelowLaw, Deadline
from avdet.core.decide import Decision
from avdet.core.vocabulary import CARRIAGES

_RANK: Final = {"deny": 0, "review": 1, "ask": 1, "evidence": 2, "approve": 3}


Deadlines = dict[str, Deadline]


def below_law(store: Decision, law: Decision, ours: Deadlines, theirs: Deadlines) -> list[BelowLaw]:
    """Where the store's decision gives less than the law's."""
    if law.outcome != "approve" or store.outcome == "ask":
        return []
    found = []
    if _RANK[store.outcome] < _RANK["approve"]:
        found.append(_warning("outcome", store.outcome, law.outcome, store, law))
    found += [_warning(way, "customer", "store", store, law) for way in _charged(store, law)]
    if "report_by" in ours and "report_by" in theirs:
        mine, other = ours["report_by"].at, theirs["report_by"].at
        if isinstance(mine, datetime) and isinstance(other, datetime) and mine < other:
            found.append(_warning("deadlines.report_by", mine.isoformat(), other.isoformat(), store, law))
    return found


def _warning(effect: str, mine: str, theirs: str, store: Decision, law: Decision) -> BelowLaw:
    def clauses(decision: Decision) -> list[str]:
        return list(dict.fromkeys(row.clause for row in decision.because if row.effect == effect))

    return BelowLaw(effect, mine, theirs, clauses(store), clauses(law))


def bound(store: Decision, law: Decision) -> Decision:
    """The better of the two for the customer: the law's answer where it grants what the store does not."""
    if law.outcome != "approve" or store.outcome == "ask":
        return store if law.outcome != "ask" or store.outcome == "approve" else replace(store, outcome="ask", ask=law.ask)
    if _RANK[store.outcome] < _RANK["approve"]:
        return law
    ways = _charged(store, law)
    rows = tuple(row for row in store.because if row.effect not in ways)
    rows += tuple(row for row in law.because if row.effect in ways)
    payers: dict[str, Any] = dict.fromkeys(ways, "store")
    return replace(store, because=rows, **payers) if ways else store


def _charged(store: Decision, law: Decision) -> list[str]:
    """The carriages that the store leaves to the customer, and the law lays on the store."""
    return [way for way in CARRIAGES if store.charges(way) and getattr(law, way) == "store"]
