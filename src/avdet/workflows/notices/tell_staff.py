"""The staff are told of a case: whoever it is assigned to, else those whose part it is; by e-mail, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from django.conf import settings

from avdet.records.cases.models import Case
from avdet.records.people.models import User
from avdet.records.people.staff import staff_of
from avdet.workflows.notices.tell import tell

MOST: Final = 10
"""Colleagues who are told at once."""


def tell_staff(
    case: Case, kind: str, *, now: datetime, cause: str, roles: Sequence[str], but: User | None = None,
    until: datetime | None = None,
) -> int:  # fmt: skip
    """Tells the colleague that the case is assigned to, else everybody of these roles; says how many. One cause tells once."""
    people = [user for user in _people(case, roles) if user.email and user.is_active and (but is None or user.pk != but.pk)]
    values = {"case": case.number, "url": case_url(case)} | ({"until_at": until.isoformat()} if until else {})
    for user in people[:MOST]:
        tell(
            case.store, kind=kind, order_number="", to={"email": str(user.email)}, language=user.language, values=values,
            key=f"{kind}:{case.pk}:{cause}:{user.pk}", now=now,
        )  # fmt: skip
    return len(people[:MOST])


def case_url(case: Case) -> str:
    """Where the staff finds a case."""
    return f"{settings.URL.rstrip('/')}/{case.store.slug}/desk/cases/{quote(case.number, safe='')}/"


def _people(case: Case, roles: Sequence[str]) -> Iterable[User]:
    staff = staff_of(case.store)
    theirs = [member.user for member in staff if member.user_id == case.assigned_to_id]
    return theirs or [member.user for member in staff if member.role in roles]
