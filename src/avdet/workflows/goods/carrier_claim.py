"""What a carrier answers: its word may be what the store's own decision waits for, and what it pays goes into the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.core.facts import MAX_MINOR
from avdet.records.cases.actions import Chapter, held_case, meet
from avdet.records.cases.models import Case
from avdet.records.ledger.actions import post
from avdet.records.remedies.actions import move_claim
from avdet.records.remedies.models import CarrierClaim
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.cases.ask_inspected import ask_inspected
from avdet.workflows.cases.conclude_case import conclude
from avdet.workflows.cases.our_deadline import CARRIER_BY, turn_to
from avdet.workflows.cases.take_decision import turn_of
from avdet.workflows.notices.tell_payout import tell_claim

OPEN = ("evidence", "review", "approved", "choosing", "denied")
"""States of a case that a carrier's word can still change."""


@transaction.atomic
def submit_claim(claim: CarrierClaim, *, reference: str, actor: Actor, now: datetime) -> CarrierClaim:
    """The carrier has the claim, under its reference."""
    if not reference.strip():
        raise coded(AvdetError, "carrier.reference", where="reference")
    return _moved(claim, "submit", actor, now, reference=reference.strip()[:120])


@transaction.atomic
def answer_claim(claim: CarrierClaim, *, confirmed: bool, actor: Actor, now: datetime) -> CarrierClaim:
    """The carrier confirms the damage, or refuses it. A case that waits for its word is decided by it."""
    _moved(claim, "confirm" if confirmed else "refuse", actor, now)
    _decide(held_case(claim.case_id), confirmed, actor, now)
    return claim


def _decide(case: Case, confirmed: bool, actor: Actor, now: datetime) -> None:
    """The case is put to the terms again, where its goods were examined and nothing has been chosen. For goods that are lost
    the carrier's word decides nothing: a person does.
    """
    chapter = Chapter(case, actor=actor, now=now).note("carrier_answered", {"confirmed": confirmed})
    waits = case.state in OPEN and case.goods != "lost" and live_remedy(case) is None
    answer = ask_inspected(case, now=now) if waits and case.reason == "transit_damage" else None
    if answer is None or answer.outcome == "ask":
        if case.waits_for == Case.WaitsFor.CARRIER and case.state in OPEN:
            turn_to(chapter, turn_of(case))
        chapter.write()
    else:
        meet(case, CARRIER_BY)
        conclude(chapter, answer, point="inspection")


@transaction.atomic
def recover_damage(claim: CarrierClaim, *, amount_minor: int, reference: str, actor: Actor, now: datetime) -> CarrierClaim:
    """The carrier has paid. `AvdetError` without the bank's reference, or for a sum that is none."""
    if not 0 < amount_minor <= MAX_MINOR:
        raise coded(AvdetError, "carrier.amount", where="amount_minor")
    if not reference.strip():
        raise coded(AvdetError, "record.reference", where="reference")
    facts: Mapping[str, Any] = {"amount_minor": amount_minor, "reference": reference.strip()[:120]}
    _moved(claim, "recover", actor, now, facts=facts, recovered_minor=amount_minor)
    paid = bookings.damage_recovered(amount_minor, claim.currency)
    number, memo = claim.case.order.number, f"{claim.carrier} {reference.strip()}"[:120]
    post(claim.store, f"carrier_claim:{claim.pk}", "recovery", paid, now=now, order_number=number, memo=memo)
    return claim


@transaction.atomic
def close_claim(claim: CarrierClaim, *, why: str, actor: Actor, now: datetime) -> CarrierClaim:
    """Nothing will come of it."""
    if not why.strip():
        raise coded(AvdetError, "record.why", where="why")
    return _moved(claim, "close", actor, now, facts={"why": why.strip()[:500]})


def _moved(claim: CarrierClaim, name: str, actor: Actor, now: datetime, **more: Any) -> CarrierClaim:
    """One move of it, and programs are told."""
    move_claim(claim, name, actor=actor, now=now, **more)
    tell_claim(claim, now=now)
    return claim
