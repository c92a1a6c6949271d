"""Somebody who was to come has come: the maker's representative, or the carrier a second time. A colleague writes it down."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.cases.actions import held_case
from avdet.records.cases.models import Case
from avdet.records.cases.notes import write_note
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.payments.actions import lock
from avdet.records.people.models import User
from avdet.records.remedies.models import SECOND_VISIT, VISITS
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.end_visit import BROUGHT, end_visit


@transaction.atomic
def record_visit(
    case: Case, *, day: date, found: str, mended: bool, author: User, now: datetime, source: str = "desk"
) -> Case:
    """Writes down on which day they were there, and as a note what they found. Put right, the case is settled, and goods that
    are at the store go back to their owner first; otherwise an expert decides anew. Goods that the carrier has brought are
    delivered from then on: its own news of it comes later, or never.

    `AvdetError` where no visit is waited for, for a day that is yet to come, and without a finding.
    """
    lock(case.order)  # before the case, as the carrier's news
    held = held_case(case.pk)
    visit = live_remedy(held)
    if visit is None or visit.kind not in VISITS:
        raise coded(AvdetError, "remedy.no_visit", where="state")
    if day > held.store.day_of(now):
        raise coded(AvdetError, "remedy.visit_day", where="day")
    if not found.strip():
        raise coded(AvdetError, "record.why", where="found")
    actor = Actor.of(author, "staff", source)
    write_note(held, found, author=author, now=now)
    delivery = _on_its_way(held) if mended and visit.kind == SECOND_VISIT else None
    if delivery is None:
        end_visit(held, visit, day=day, mended=mended, actor=actor, now=now)
    else:
        evening = datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(held.store.time_zone))
        seen = Sighting(BROUGHT, max(visit.chosen_at, min(now, evening)))
        record_delivery(held.order, delivery, seen, source="staff", actor=actor, now=now)
    return held_case(case.pk)


def _on_its_way(case: Case) -> Delivery | None:
    """The delivery that the case's pieces are out with; of several the one that was tried already."""
    found = [
        each for each in deliveries_of(case.order)
        if DELIVERY.allows(each.state, "deliver") and any(line.order_line_id == case.order_line_id for line in each.lines.all())
    ]  # fmt: skip
    return max(found, key=lambda each: each.state == "attempted", default=None)
