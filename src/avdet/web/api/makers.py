"""What a person puts their name to: a program does it in the name of whoever made its token, as long as they may do it."""

from __future__ import annotations

from typing import Final

from avdet.records.access.tokens import maker_of
from avdet.records.people.models import User
from avdet.records.people.queries import role_of
from avdet.records.people.staff import user_by_id
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.problems import Problem

EXPERTS: Final = ("expert", "owner", "support")
"""Who signs what was found."""
PURSES: Final = ("accountant", "owner", "support")
"""Who has to do with payouts and goodwill. What takes two people is done by them at the desk, never by programs."""


def maker(request: TokenRequest, roles: tuple[str, ...]) -> User:
    """The member of staff who made the token; the problem `person` where nobody did, or they may not do this here any more."""
    made = maker_of(request.auth)
    found = user_by_id(made) if made is not None else None
    if found is None or role_of(found, request.store) not in roles:
        raise Problem("person", members={"roles": [role for role in roles if role != "support"]})
    return found
