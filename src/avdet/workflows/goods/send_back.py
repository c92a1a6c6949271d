"""Goods that were sent in without need go back to whom they belong: by a carrier, or over the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE, REMEDY
from avdet.records.cases.actions import Chapter, held_case, meet, set_deadlines
from avdet.records.cases.models import Case
from avdet.records.parcels.actions import let_go
from avdet.records.remedies.actions import Worth, end_custody, move, open_remedy, sent_again
from avdet.records.remedies.models import TO_OWNER, Remedy
from avdet.records.remedies.queries import custody_of, live_remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import claim_again
from avdet.workflows.cases.our_deadline import CARRIER_BY, turn_to, wait_until
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.remedies.follow_remedy import finish

HERE = ("arrived", "inspected", "in_custody")
"""Where goods are that can be sent back."""


@transaction.atomic
def begin_send_back(case: Case, *, actor: Actor, now: datetime, kind: str = "send_back") -> Remedy:
    """What came in is to go back, or to be kept for its owner. `AvdetError` unless it was denied and its goods are here."""
    fresh = held_case(case.pk)
    if not CASE.allows(fresh.state, "carry_out") or fresh.goods not in HERE:
        raise coded(AvdetError, "remedy.nothing_back", where="state")
    remedy = open_remedy(fresh, kind, Worth(), actor=actor, now=now)
    chapter = Chapter(fresh, actor=actor, now=now).move("carry_out", facts={"remedy": kind})
    turn_to(chapter.set(ended_at=None), Case.WaitsFor.STORE).write()
    return remedy


@transaction.atomic
def hand_back(case: Case, *, carrier: str, tracking_number: str, actor: Actor, now: datetime) -> Remedy:
    """The goods leave for their owner, with a carrier. `AvdetError` unless they are here and to go back."""
    fresh, remedy = on_its_way(case)
    if fresh.goods not in HERE or not carrier.strip():
        raise coded(AvdetError, "remedy.carrier", where="carrier")
    _leave_custody(fresh, now)
    if REMEDY.allows(remedy.state, "prepare"):
        move(remedy, "prepare", actor=actor, now=now)
    sent: dict[str, Any] = {"carrier": carrier.strip()[:60], "tracking_number": tracking_number.strip()[:80]}
    if REMEDY.allows(remedy.state, "send"):
        move(remedy, "send", actor=actor, now=now, **sent)
    else:
        sent_again(remedy, **sent)
    wait_until(Chapter(fresh, actor=actor, now=now).move("send_back", axis="goods", facts=sent), CARRIER_BY, binds="carrier")
    tell_case(fresh, "goods_sent_back", now=now, **sent)
    return remedy


@transaction.atomic
def give_back(case: Case, *, actor: Actor, now: datetime) -> Remedy:
    """The goods are with their owner again, brought by the carrier or taken over the counter: the case is settled."""
    fresh, remedy = on_its_way(case)
    _leave_custody(fresh, now)
    Chapter(fresh, actor=actor, now=now).move("give_back", axis="goods").write()
    finish(remedy, actor=actor, now=now)
    return remedy


@transaction.atomic
def come_again(case: Case, *, actor: Actor, now: datetime) -> Remedy:
    """Nobody took the goods in: they are at the store again, and wait to be sent once more or kept."""
    fresh, remedy = on_its_way(case)
    chapter = Chapter(fresh, actor=actor, now=now).move("come_again", axis="goods")
    turn_to(chapter, Case.WaitsFor.STORE).write()
    return remedy


@transaction.atomic
def lose_goods(case: Case, *, actor: Actor, now: datetime) -> Case:
    """The carrier has lost the goods on their way to their owner, who has nothing now: an expert decides what is owed for them.

    `AvdetError` unless they are on that way, and where their pieces have been claimed anew meanwhile.
    """
    fresh, remedy = on_its_way(case)
    chapter = Chapter(fresh, actor=actor, now=now).move("lose", axis="goods", facts={"carrier": remedy.carrier})
    move(remedy, "void", actor=actor, now=now)
    let_go(fresh)
    set_deadlines(fresh, [])
    turn_to(claim_again(chapter), Case.WaitsFor.STORE).write()
    tell_case(fresh, "parcel_lost", now=now)
    return fresh


def on_its_way(case: Case) -> tuple[Case, Remedy]:
    """A case whose goods are to go back, its row locked, and the remedy that says so; `AvdetError` for any other."""
    fresh = held_case(case.pk)
    remedy = live_remedy(fresh)
    if fresh.state != "settling" or remedy is None or remedy.kind not in TO_OWNER:
        raise coded(AvdetError, "remedy.nothing_back", where="state")
    return fresh, remedy


def _leave_custody(case: Case, now: datetime) -> None:
    custody = custody_of(case) if case.goods == "in_custody" else None
    if custody is not None:
        end_custody(custody, "taken", now=now)
        meet(case, "custody_until")
