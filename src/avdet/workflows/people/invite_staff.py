"""Somebody is asked to work for a store, and takes the role or lets the invitation lapse."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.people.models import Membership, Role, User
from avdet.records.people.staff import add_member
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import note
from avdet.records.stores.invitations import invitation_by_token, invite, use_up
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell import tell


@transaction.atomic
def invite_staff(store: Store, role: str, to: str, *, actor: Actor, now: datetime) -> str:
    """Invites by e-mail address or phone (E.164), and tells them; returns the secret of the link."""
    if role not in Role.values:
        raise AvdetError(f"{role!r:.20} is no role here", where="role", cure=f"use one of {', '.join(Role.values)}")
    invitation, token = invite(store, role, to, actor=actor, now=now)
    place = "email" if "@" in to else "phone"
    values = {"url": invitation_url(store, token)}
    key = f"staff_invited:{invitation.pk}"
    tell(store, kind="staff_invited", order_number="", to={place: to}, language=store.language, values=values, key=key, now=now)
    return token


def invitation_url(store: Store, token: str) -> str:
    """Where an invitation is taken."""
    return f"{settings.URL.rstrip('/')}/{store.slug}/studio/invitations/{token}/"


@transaction.atomic
def join_staff(store: Store, token: str, user: User, *, now: datetime) -> Membership:
    """Takes an invitation; `AvdetError` where it has lapsed, was withdrawn or was used."""
    invitation = invitation_by_token(store, token, now)
    if invitation is None:
        raise AvdetError("this invitation no longer holds", where="invitation", cure="ask for a new one")
    use_up(invitation, now=now)
    member = add_member(store, user, invitation.role, now=now)
    note(store, "staff_joined", actor=Actor.of(user, "staff", "studio"), now=now, role=member.role, user=user.pk)
    return member
