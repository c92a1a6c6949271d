"""A colleague decides otherwise than the terms: with a reason, by name, and above the store's limit with a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction
from msgspec import UNSET

from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import CARRIAGES, PAYERS
from avdet.records.cases.actions import Chapter, held_case, note
from avdet.records.cases.models import Case, CaseOverride
from avdet.records.cases.overrides import end_override, waiting_override, write_override
from avdet.records.payments.actions import lock
from avdet.records.people.models import User
from avdet.records.people.queries import role_of
from avdet.records.remedies.models import VISITS
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import claim_again, conclude
from avdet.workflows.cases.keep_override import clauses_for
from avdet.workflows.money.second_person import needs_second
from avdet.workflows.notices.tell_staff import tell_staff
from avdet.workflows.remedies.remedy_sums import can_be_carried_out

OPEN: Final = ("evidence", "review", "denied", "approved", "choosing")
LEFT_OPEN: Final = ("evidence", "review")
"""States in which the terms have not decided, so that a colleague may decide either way."""
GRANTS: Final = ("replacement", "refund", "other_product", "correction", *VISITS)
"""Remedies that a colleague may grant, as far as they can be carried out."""
SECOND: Final = ("expert", "owner")
"""Who may be the second person."""


@transaction.atomic
def override_case(case: Case, asked: Mapping[str, Any], *, reason: str, author: User, now: datetime) -> CaseOverride:
    """Decides otherwise than the terms. `asked`: {"outcome": "approve", "remedies": ["refund"], "return_shipping": "store"}.

    Where the terms have decided, they may only be gone beyond, never fallen short of. Above what one person alone may
    give away on an order it waits until a second one agrees. `AvdetError` says what cannot be asked for; `Conflict` where
    another one waits.
    """
    lock(case.order)
    held = held_case(case.pk)
    wanted, before = checked(held, asked), msgspec.convert(held.decision, Answer)
    if len(reason.strip()) < 3:
        raise coded(AvdetError, "record.why", where="why")
    worth = worth_of(held)
    override = write_override(
        held, asked=wanted, against=against(before, wanted), reason=reason.strip()[:2_000], worth_minor=worth, author=author,
        now=now, waiting=needs_second(held.order, worth, of=held),
    )  # fmt: skip
    actor = Actor.of(author, "staff", "desk")
    if override.state == "waiting":
        note(held, "override_asked", actor=actor, now=now, facts=_facts(override))
        tell_staff(held, "override_waits", now=now, cause=str(override.pk), roles=SECOND, but=author)
    else:
        _put_in_force(held, override, actor, now)
    return override


@transaction.atomic
def agree_override(case: Case, *, approver: User, now: datetime) -> Case:
    """The second person agrees, and it is done. `AvdetError` for its author, and for whoever is no expert or owner.

    It is refused as well where the decision rests on other clauses by now: nobody has asked to set those aside.
    """
    held, override = _second(case, approver)
    checked(held, override.asked)
    if override.against != against(msgspec.convert(held.decision, Answer), override.asked):
        raise coded(AvdetError, "case.other_clauses", where="override")
    if not end_override(override, "in_force", approver=approver, now=now):
        raise coded(Conflict, "record.changed", where="override")
    return _put_in_force(held, override, Actor.of(approver, "staff", "desk"), now)


@transaction.atomic
def refuse_override(case: Case, *, approver: User, now: datetime) -> Case:
    """The second person does not agree; the terms stand. Errors as in `agree_override`."""
    held, override = _second(case, approver)
    if not end_override(override, "refused", approver=approver, now=now):
        raise coded(Conflict, "record.changed", where="override")
    return note(held, "override_refused", actor=Actor.of(approver, "staff", "desk"), now=now, facts={"override": override.pk})


def grants_for(case: Case) -> tuple[str, ...]:
    """What a colleague may grant in a case as it stands."""
    return tuple(kind for kind in GRANTS if can_be_carried_out(case, kind))


def may_second(override: CaseOverride, user: User, role: str | None) -> bool:
    """Whether somebody can be the second person of an override."""
    return role in SECOND and override.author_id != user.pk


def checked(case: Case, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for, if it may be; `AvdetError` names what may not."""
    if case.state not in OPEN:
        raise coded(AvdetError, "case.over", where="state")
    wanted = {name: value for name, value in asked.items() if value and not _stands(case, name, value)}
    if not wanted or set(wanted) - {"outcome", "remedies", *CARRIAGES}:
        raise coded(AvdetError, "case.no_override", where="asked")
    outcome = wanted.get("outcome", case.outcome)
    free = case.state in LEFT_OPEN
    if outcome not in ("approve", "deny") or (outcome == "deny" and not free):
        raise coded(AvdetError, "case.outcome", where="outcome")
    if outcome == "deny" and len(wanted) > 1:
        raise coded(AvdetError, "case.refusal_alone", where="remedies")
    if outcome == "approve":
        _check_grants(case, wanted, free)
    return wanted


def _check_grants(case: Case, wanted: Mapping[str, Any], free: bool) -> None:
    remedies, granted = wanted.get("remedies", case.decision.get("remedies", [])), case.decision.get("remedies", [])
    grants = grants_for(case)
    if not remedies or not isinstance(remedies, list) or set(remedies) - {*grants, *granted}:
        raise coded(AvdetError, "case.remedies", where="remedies", remedies=", ".join(grants))
    if case.outcome == "approve" and not free and set(granted) - set(remedies):
        raise coded(AvdetError, "case.grants_more", where="remedies")
    for carriage in CARRIAGES:
        payer = wanted.get(carriage)
        if payer is not None and payer not in PAYERS:
            raise coded(AvdetError, "case.payer", where=carriage)
        if payer == "customer" and not free and case.decision.get(carriage) == "store":
            raise coded(AvdetError, "case.store_pays", where=carriage)


def against(before: Answer, wanted: Mapping[str, Any]) -> list[str]:
    """The clauses behind the values that are set otherwise; `GAP` where the terms leave it open."""
    return sorted({clause for effect in wanted for clause in clauses_for(before, effect)})


def worth_of(case: Case) -> int:
    """What the claimed pieces were invoiced at, in minor units."""
    amounts: Mapping[str, int] = case.decision.get("amounts") or {}
    line = case.order_line
    return int(amounts.get("goods") or line.total_minor * case.quantity // line.quantity)


def _stands(case: Case, name: str, value: Any) -> bool:
    """Whether the decision says so already."""
    if name == "outcome":
        return bool(case.outcome == value)
    known = case.decision.get(name)
    return sorted(known or []) == sorted(value) if name == "remedies" and isinstance(value, Sequence) else known == value


def _second(case: Case, approver: User) -> tuple[Case, CaseOverride]:
    lock(case.order)
    held = held_case(case.pk)
    override = waiting_override(held)
    if override is None:
        raise coded(AvdetError, "case.nothing_waits", where="override")
    if not may_second(override, approver, role_of(approver, held.store)):
        raise coded(AvdetError, "case.second", where="second")
    return held, override


def _put_in_force(case: Case, override: CaseOverride, actor: Actor, now: datetime) -> Case:
    """Lays it over the latest decision and carries it out; a case that was denied is opened for it again."""
    chapter = Chapter(case, actor=actor, now=now)
    if case.state == "denied":
        claim_again(chapter)
    before = msgspec.convert(case.decision, Answer)
    chapter.note("overridden", _facts(override)).set(overridden=True)
    before.missing, before.ask = [], ()
    before.amounts = before.amounts if before.outcome == "approve" else UNSET
    return conclude(chapter, before, point=case.decided_at_point)


def _facts(override: CaseOverride) -> dict[str, Any]:
    return {"override": override.pk, "asked": override.asked, "against": override.against, "worth_minor": override.worth_minor}
