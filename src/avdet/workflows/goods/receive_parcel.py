"""A parcel is on the bench: announced or not, whole, short, empty, or with something else in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.contract.question import Inspection
from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CASE, GOODS
from avdet.records.cases.actions import Chapter, locked, meet, set_deadlines
from avdet.records.cases.deadlines import TO_SEND, set_aside
from avdet.records.cases.models import PUT_RIGHT, Case
from avdet.records.cases.queries import case_by_number
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_number
from avdet.records.parcels.actions import add_items, add_parcel, count_arrived, move, note
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import cases_to_receive, locked_parcel, pieces_missing, scanned
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.keep_override import as_overridden
from avdet.workflows.cases.our_deadline import CHOOSE_BY, EVIDENCE_BY, turn_to
from avdet.workflows.cases.take_decision import deadlines_of, turn_of
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.policy.ask_policy import put

FOUND: Final = ("whole", "short", "wrong", "empty")
"""What lay in it: everything that was announced, a part of it, something else, nothing."""
LONGEST_NOTE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Scan:
    """What a number on a parcel leads to: parcels of the store, or the order that it names with the cases that may come.

    All empty: nothing of this store bears it, whatever another store may know.
    """

    parcels: Sequence[Parcel] = ()
    order: Order | None = None
    case: Case | None = None


def scan(store: Store, said: str) -> Scan:
    """Finds what was scanned or typed: a parcel's code, a tracking or return code, a case's or an order's number."""
    text = said.strip()[:80]
    if not text:
        return Scan()
    if parcels := scanned(store, text):
        return Scan(parcels)
    if case := case_by_number(store, text):
        return Scan(order=case.order, case=case)
    return Scan(order=order_by_number(store, text))


@transaction.atomic
def receive_parcel(
    parcel_id: int, arrived: Mapping[int, int], *, found: str, actor: Actor, now: datetime, words: str = ""
) -> Parcel:
    """An announced parcel has been opened: case id → pieces that lay in it, of the cases that it was announced with.

    `words` is a note for colleagues. `AvdetError` for pieces that nobody announced, and for what contradicts `found`;
    `Conflict` or `AvdetError` for a parcel that has arrived already.
    """
    parcel = locked_parcel(parcel_id)
    if parcel is None:
        raise coded(AvdetError, "parcel.not_there", where="parcel")
    announced = {item.case_id: item.announced for item in parcel.items.all()}
    pieces = {case: arrived.get(case, 0) for case in announced} if found in ("whole", "short") else dict.fromkeys(announced, 0)
    _sound(pieces, announced, found, words)
    move(parcel, "arrive", actor=actor, now=now, arrived_at=now, note=words.strip(), facts={"found": found})
    if found != "whole":
        note(parcel, found, actor=actor, now=now, facts={"pieces": sum(pieces.values()), "announced": sum(announced.values())})
    _take_in(parcel, pieces, announced, found, actor, now)
    return parcel


@transaction.atomic
def receive_unannounced(
    store: Store, order: Order | None, arrived: Mapping[int, int], *, actor: Actor, now: datetime, words: str = "",
    carrier: str = "", tracking_number: str = "",
) -> Parcel:  # fmt: skip
    """A parcel that nobody announced: of an order's cases, of an order without a case, or of nobody who is known yet.

    Nothing is arranged by its arrival: what the terms say of goods that are sent without asking is theirs to say.
    """
    cases = _expected(order, arrived)
    most = {case.pk: left for case, left in cases.items()}
    _sound(arrived, most, "short", words)
    parcel = add_parcel(
        store, order, {case: arrived[case.pk] for case in cases}, actor=actor, now=now, kind="unannounced", note=words.strip(),
        carrier=carrier.strip()[:60], tracking_number=tracking_number.strip()[:80],
    )  # fmt: skip
    move(parcel, "arrive", actor=actor, now=now, arrived_at=now)
    _take_in(parcel, arrived, most, "unannounced", actor, now)
    return parcel


@transaction.atomic
def know_parcel(parcel_id: int, order: Order, arrived: Mapping[int, int], *, actor: Actor, now: datetime) -> Parcel:
    """Whose a parcel is that came without a name, or which case its goods belong to, has been found out."""
    parcel = locked_parcel(parcel_id)
    if parcel is None or parcel.state != "arrived" or parcel.items.all() or parcel.order_id not in (None, order.pk):
        raise coded(AvdetError, "parcel.known", where="parcel")
    if order.store_id != parcel.store_id:
        raise coded(AvdetError, "parcel.other_store", where="order")
    cases = _expected(order, arrived)
    if not cases:
        raise coded(AvdetError, "parcel.no_case_named", where="cases")
    most = {case.pk: left for case, left in cases.items()}
    _sound(arrived, most, "short", "")
    note(parcel, "known", actor=actor, now=now, order=order)
    add_items(parcel, {case: arrived[case.pk] for case in cases})
    _take_in(parcel, arrived, most, "unannounced", actor, now)
    return parcel


def _expected(order: Order | None, arrived: Mapping[int, int]) -> dict[Case, int]:
    """The cases of an order that are named, and how many pieces of each may come; `AvdetError` for any other."""
    known = cases_to_receive(order) if order is not None else {}
    if not set(arrived) <= {case.pk for case in known}:
        raise coded(AvdetError, "parcel.not_expected", where="cases")
    return {case: left for case, left in known.items() if case.pk in arrived}


def _sound(arrived: Mapping[int, int], most: Mapping[int, int], found: str, words: str) -> None:
    if found not in FOUND:
        raise coded(AvdetError, "parcel.found", where="found", found=", ".join(FOUND))
    if any(not 0 <= count <= most[case] for case, count in arrived.items()):
        raise coded(AvdetError, "parcel.too_many", where="pieces")
    total, all_of_it = sum(arrived.values()), sum(most.values())
    if (found == "whole" and total != all_of_it) or (found == "short" and all_of_it and not 0 < total <= all_of_it):
        raise coded(AvdetError, "parcel.pieces", where="pieces")
    if len(words) > LONGEST_NOTE:
        raise coded(AvdetError, "record.long", where="note", most=LONGEST_NOTE)


def _take_in(
    parcel: Parcel, arrived: Mapping[int, int], most: Mapping[int, int], found: str, actor: Actor, now: datetime
) -> None:
    """Each case's goods as they came; its clock begins where any did."""
    count_arrived(parcel, arrived)
    for case_id in sorted(arrived):
        case = locked(case_id)
        if case is not None:
            chapter = Chapter(case, actor=actor, now=now)
            facts = {"parcel": parcel.code, "found": found, "pieces": arrived[case_id], "of": most[case_id]}
            if arrived[case_id]:
                _arrive(chapter, facts, short=pieces_missing(case) > 0)
            else:
                _miss(chapter, facts)


def _arrive(chapter: Chapter, facts: Mapping[str, object], *, short: bool) -> None:
    case, now = chapter.case, chapter.now
    if GOODS.allows(case.goods, "arrive"):
        chapter.move("arrive", axis="goods", facts=facts).set(arrived_at=case.arrived_at or now)
    else:
        chapter.note("more_arrived", facts)
    deadlines = []
    if case.state == "approved":
        file = file_of_case(case, now)
        arrival = Inspection(goods_received_at=max(now, case.filed_at))
        answer = put(file, question_again(case, file, "claim", inspection=arrival), case.claim.language)
        answer = as_overridden(case, answer, point="claim", now=now) if case.overridden else answer
        deadlines = deadlines_of(case, answer, now)
    meet(case, *TO_SEND)
    if deadlines:
        set_deadlines(case, deadlines)
    if case.state == "settled":
        chapter.set(waits_for=turn_of(case))
    elif case.state not in ("choosing", "settling"):  # goods that were lost turn up: what is granted is granted
        waits = turn_of(case)
        ended = case.ended_at if waits == Case.WaitsFor.NOBODY else None
        turn_to(chapter.set(ended_at=ended), waits)
    chapter.write()
    if case.state not in PUT_RIGHT:  # nothing follows from it for whoever has been put right already
        tell_case(case, "parcel_short" if short else "parcel_arrived", now=now, cause=str(facts["parcel"]))


def _miss(chapter: Chapter, facts: Mapping[str, object]) -> None:
    """Its goods were not in it: a person decides what follows, and the customer is told what was found.

    They are no longer on the way. Once an expert has granted the claim again, they can be announced in another parcel.
    """
    case = chapter.case
    if GOODS.allows(case.goods, "miss"):
        chapter.move("miss", axis="goods", facts=facts)
    else:
        chapter.note("not_in_parcel", facts)
    if CASE.allows(case.state, "refer"):
        chapter.move("refer", facts={"why": f"parcel_{facts['found']}"})
        set_aside(case, *TO_SEND, EVIDENCE_BY, CHOOSE_BY)
        turn_to(chapter, Case.WaitsFor.STORE)
    chapter.write()
    tell_case(case, "parcel_wrong", now=chapter.now, cause=str(facts["parcel"]))


def pieces_said(said: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Case id → pieces, of what was typed beside each; `AvdetError` for what is no number."""
    found = {}
    for case, text in said:
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise coded(AvdetError, "parcel.not_pieces", where="pieces")
        found[case] = int(text)
    return found
