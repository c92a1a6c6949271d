"""A customer says what comes back: the goods of one or more cases of an order, in one parcel, by a way the store allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.parcels.actions import add_parcel, move, note
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import (
    COMING,
    NOTHING_COMES,
    is_code_used,
    parcels_of_order,
    pieces_missing,
)
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.take_decision import is_followed
from avdet.workflows.goods.return_ways import payer, ways_for
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.notices.write_notice import order_url

LONGEST_CODE: Final = 80


def to_send(cases: Iterable[Case], parcels: Iterable[Parcel]) -> dict[int, int]:
    """Id of a case → pieces of it that may be sent now, the order's `parcels` known: what is granted as far as can be known
    from afar, lies in no parcel that is still to come, and has not arrived. Of a parcel that came short the rest may follow.
    """
    here, coming = Counter[int](), set()
    for parcel in parcels:
        for item in parcel.items.all():
            here[item.case_id] += item.come
            coming |= {item.case_id} if parcel.state in COMING else set()
    left = {case.pk: case.quantity - here[case.pk] for case in cases if case.pk not in coming and may_come(case)}
    return {case: count for case, count in left.items() if count > 0}


def rest_of(case: Case) -> int:
    """How many pieces of a case are still owed, where some have arrived and nobody has examined them. One statement at most."""
    return pieces_missing(case) if case.goods == "arrived" and case.quantity > 1 and may_come(case) else 0


def may_come(case: Case) -> bool:
    """Whether goods of a case are to be sent in: it is granted as far as can be known from afar, and they are not all here."""
    here = case.goods in ("with_customer", "arrived")
    return case.state == "approved" and here and case.reason not in NOTHING_COMES and not is_followed(case)


@transaction.atomic
def announce_parcel(order: Order, case_ids: Sequence[int], way: str, *, actor: Actor, now: datetime) -> Parcel:
    """Announces a parcel with these cases of the order. By this their sending is arranged with the store. A customer for whom a
    colleague does it is told where its slip is.

    `AvdetError` for a case that is another order's or whose goods are not to be sent now, and for a way that is not open.
    """
    cases = [case for each in sorted(set(case_ids)) if (case := locked(each)) is not None and case.order_id == order.pk]
    if not cases or len(cases) != len(set(case_ids)):
        raise coded(AvdetError, "parcel.no_case", where="cases")
    pieces = to_send(cases, parcels_of_order(order))
    if len(pieces) != len(cases):
        raise coded(AvdetError, "parcel.not_now", where="cases")
    chosen = next((each for each in ways_for(order, cases, order.language) if each.key == way), None)
    if chosen is None:
        raise coded(AvdetError, "parcel.way", where="way")
    parcel = add_parcel(
        order.store, order, {case: pieces[case.pk] for case in cases}, actor=actor, now=now, way=chosen.key,
        carrier=chosen.carrier, paid_by=payer(cases),
    )  # fmt: skip
    for case in cases:
        facts = {"parcel": parcel.code, "way": chosen.key, "paid_by": parcel.paid_by}
        arranged = {**case.answers, "arranged": True}
        Chapter(case, actor=actor, now=now).note("parcel_announced", facts).set(answers=arranged).write()
    if actor.kind == "staff":  # whoever announces it themselves has its page before them
        url = f"{order_url(order.store, order.number)}parcels/{parcel.code}/" if settings.URL else ""
        tell_case(cases[0], "return_slip", now=now, cause=parcel.code, code=parcel.code, url=url)
    return parcel


@transaction.atomic
def withdraw_parcel(parcel: Parcel, *, actor: Actor, now: datetime) -> Parcel:
    """Takes an announcement back; the goods may be announced again."""
    move(parcel, "cancel", actor=actor, now=now)
    for case in _cases(parcel):
        Chapter(case, actor=actor, now=now).note("parcel_cancelled", {"parcel": parcel.code}).write()
    return parcel


@transaction.atomic
def give_return_code(parcel: Parcel, code: str, *, actor: Actor, now: datetime) -> Parcel:
    """The carrier's own code, with which the customer hands it in at the store's cost. `AvdetError` for a used or long one."""
    said = code.strip()
    if not said or len(said) > LONGEST_CODE or not said.isprintable():
        raise coded(AvdetError, "parcel.return_code", where="return_code", most=LONGEST_CODE)
    if parcel.state not in ("announced", "sent") or parcel.paid_by != "store":
        raise coded(AvdetError, "parcel.no_code", where="parcel")
    if said == parcel.return_code:
        return parcel
    if is_code_used(parcel.store, said):
        raise coded(AvdetError, "parcel.code_used", where="return_code")
    return write_return_code(parcel, said, actor=actor, now=now)


def write_return_code(parcel: Parcel, said: str, *, actor: Actor, now: datetime, file: str = "") -> Parcel:
    """Writes down a code that nothing speaks against, and tells the customers. `file` marks the list that it stood in, by which
    it can be taken back.
    """
    note(parcel, "return_code", actor=actor, now=now, return_code=said, facts={"file": file} if file else {})
    for case in _cases(parcel):
        tell_case(case, "return_code", now=now, cause=f"{parcel.code}:{said}", code=said)
    return parcel


def _cases(parcel: Parcel) -> list[Case]:
    """The cases of a parcel, their rows locked, in the order of their ids."""
    ids = sorted(item.case_id for item in parcel.items.all())
    return [case for each in ids if (case := locked(each)) is not None]
