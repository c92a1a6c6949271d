"""An announced parcel is on its way, or lost on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import GOODS
from avdet.records.cases.actions import Chapter, locked, meet
from avdet.records.cases.deadlines import TO_SEND, set_aside
from avdet.records.cases.models import Case
from avdet.records.cases.queries import deadline_of
from avdet.records.parcels.actions import move, note
from avdet.records.parcels.models import Parcel
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.our_deadline import CARRIER_BY, EVIDENCE_BY, turn_to
from avdet.workflows.cases.take_decision import turn_of
from avdet.workflows.notices.tell_case import tell_case

LONGEST: Final = {"tracking_number": 80, "carrier": 60}


@transaction.atomic
def send_parcel(parcel: Parcel, *, tracking_number: str = "", carrier: str = "", actor: Actor, now: datetime) -> Parcel:
    """The customer has handed it over: its goods are on their way, and what asked for that by a day is met.

    What is sent after that day is taken all the same; that it was late stands in the case's history. Of a parcel that is on its
    way already the tracking number is put right. `AvdetError` where something is too long, or it has arrived.
    """
    said: dict[str, Any] = {"tracking_number": tracking_number.strip(), "carrier": carrier.strip() or parcel.carrier}
    for name, text in said.items():
        if len(text) > LONGEST[name] or not (text.isprintable() or not text):
            raise coded(AvdetError, "parcel.number", where=name, most=LONGEST[name])
    if parcel.state == "sent":
        return note(parcel, "tracking", actor=actor, now=now, **said)
    move(parcel, "send", actor=actor, now=now, sent_at=now, facts={"carrier": said["carrier"]}, **said)
    for item in sorted(parcel.items.all(), key=lambda each: each.case_id):
        _on_the_way(item.case_id, parcel, actor, now)
    return parcel


def _on_the_way(case_id: int, parcel: Parcel, actor: Actor, now: datetime) -> None:
    case = locked(case_id)
    if case is None or not GOODS.allows(case.goods, "send"):
        return
    due = deadline_of(case, *TO_SEND)
    facts = {"parcel": parcel.code} | ({"late": True} if due is not None and due.due_at < now else {})
    chapter = Chapter(case, actor=actor, now=now).move("send", axis="goods", facts=facts)
    meet(case, *TO_SEND)
    turn_to(chapter, turn_of(case)).write()


@transaction.atomic
def lose_parcel(parcel: Parcel, *, actor: Actor, now: datetime) -> Parcel:
    """The carrier has lost it: its goods are lost until they turn up, and a person decides what becomes of their cases. Whoever
    sent it is told.
    """
    move(parcel, "lose", actor=actor, now=now)
    for item in sorted(parcel.items.all(), key=lambda each: each.case_id):
        case = locked(item.case_id)
        if case is not None and GOODS.allows(case.goods, "lose"):
            chapter = Chapter(case, actor=actor, now=now).move("lose", axis="goods", facts={"parcel": parcel.code})
            if case.state in ("evidence", "approved"):
                chapter.move("refer", facts={"why": "parcel_lost"})
                set_aside(case, *TO_SEND, EVIDENCE_BY, CARRIER_BY)
                turn_to(chapter.set(outcome="review"), Case.WaitsFor.STORE)
            chapter.write()
            tell_case(case, "parcel_lost", now=now, cause=parcel.code)
    return parcel
