"""What a colleague grants has deadlines, as what the terms grant has: the terms' own, else the law's, else ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from avdet.contract.shape import Answer, Deadline, Row
from avdet.core.periods import OURS
from avdet.core.policy import Clause, Period
from avdet.policies.shelf import law_of
from avdet.records.cases.models import Case
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.records.stores.terms import Terms, calendar_in_force, terms_of

NAMED_AT: Final = {
    "send_by": ("claim",), "decide_by": ("claim", "inspection"), "refund_by": ("inspection", "refund", "claim"),
}  # fmt: skip
"""Deadline → the points of a decision at which terms name it, the nearest first."""
MONEY: Final = frozenset(("refund", "cancellation", "other_product"))


def grant_deadlines(case: Case, answer: Answer, *, point: str, now: datetime) -> Answer:
    """The answer with deadlines for what is to be done now and has none. Two statements at most, none where nothing lacks.

    A period that would have ended by now begins anew: nobody is late for what was only granted today.
    """
    lacking = [name for name in _to_be_done(case, answer, point) if name not in answer.deadlines]
    if not lacking:
        return answer
    terms = terms_of(case.store, case.policy_version, calendar_in_force(case.store, now))
    deadlines, rows = dict(answer.deadlines), list(answer.because)
    for name in lacking:
        clause, periods = _named(terms, case, name)
        for each, period in periods.items():
            deadlines[each] = _dated(period, terms, case, now)
            if clause:
                said = f"{period.length} {period.unit} after {period.after}"
                rows.append(Row(clause.id, f"deadlines.{each}", said, clause.text.get(case.claim.language, "")))
    return msgspec.structs.replace(answer, deadlines=deadlines, because=rows)


def _to_be_done(case: Case, answer: Answer, point: str) -> Iterator[str]:
    """The deadlines of the next step: goods are sent in, examined, and paid for."""
    if point != "claim" or case.goods == "lost":
        yield from ("refund_by",) if MONEY & set(answer.remedies) else ()
        return
    if case.goods == "with_customer" and case.reason not in NOTHING_COMES:
        yield "send_by"
    yield "decide_by"


def _named(terms: Terms, case: Case, name: str) -> tuple[Clause | None, Mapping[str, Period]]:
    """The first clause that names the deadline, with its period; a range such as *7 to 10 days* has a first end as well."""
    law = law_of(terms.policy.law).edition_on(terms.calendar.local(case.order.placed_at)) if terms.policy.law else None
    for edition in (terms.edition, *([law] if law else [])):
        for point in NAMED_AT[name]:
            for branch in edition.branches(point):
                said = dict(branch.then.deadlines)
                if name in said:
                    wanted = ("refund_from", name) if name == "refund_by" else (name,)
                    return branch.clause, {each: said[each] for each in wanted if each in said}
    return None, {name: OURS[name]}


def _dated(period: Period, terms: Terms, case: Case, now: datetime) -> Deadline:
    """The period with its end; without one for goods that are yet to come."""
    found = Deadline(period.after, period.length, period.unit, terms.calendar.mark)
    known = {"reported": case.filed_at, "goods_received": case.arrived_at, "found": case.found_at}
    start = known.get(period.after) or now
    if period.after == "goods_received" and case.arrived_at is None and case.reason not in NOTHING_COMES:
        return found
    at = terms.calendar.end(start, period.unit, period.length)
    if at <= now:
        start, at = now, terms.calendar.end(now, period.unit, period.length)
    found.at, found.since = at, start
    return found
