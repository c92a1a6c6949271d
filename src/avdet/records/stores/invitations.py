"""Invitations to a store's staff: a link that may be used once, by whoever holds it, for a week."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.shared.actors import Actor
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.actions import note
from avdet.records.stores.models import Invitation, Store

LASTS = timedelta(days=7)
PURPOSE = "invitation"


@transaction.atomic
def invite(store: Store, role: str, to: str, *, actor: Actor, now: datetime) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, of which only a print is kept here."""
    token = secrets.token_urlsafe(24)
    made: Invitation = Invitation.objects.create(
        store=store,
        role=role,
        to=to,
        token_print=fingerprint(token, PURPOSE),
        invited_by=str(actor),
        created_at=now,
        expires_at=now + LASTS,
    )
    note(store, "staff_invited", actor=actor, now=now, role=role, invitation=made.pk)
    return made, token


def invitation_by_token(store: Store, token: str, now: datetime) -> Invitation | None:
    """The invitation that a link opens, while it can still be taken."""
    return store.invitations.filter(
        token_print=fingerprint(token, PURPOSE), accepted_at=None, withdrawn_at=None, expires_at__gt=now
    ).first()


def use_up(invitation: Invitation, *, now: datetime) -> None:
    """Marks an invitation as taken; `AvdetError` for the second who tries."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=now).update(
        accepted_at=now
    ):
        raise AvdetError("this invitation has been used", where="invitation", cure="ask for a new one")


@transaction.atomic
def withdraw_invitation(store: Store, pk: int, *, actor: Actor, now: datetime) -> bool:
    """Takes an open invitation back; says whether there was one."""
    gone = bool(store.invitations.filter(pk=pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now))
    if gone:
        note(store, "invitation_withdrawn", actor=actor, now=now, invitation=pk)
    return gone
