"""What follows when a contact was verified or a second factor was set up."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_confirmed
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest
from django.utils import timezone

from avdet.records.people.models import User
from avdet.web.shared.access import PROVEN
from avdet.workflows.claim_orders import claim_orders


def listen() -> None:
    """Connects the signals; each receiver lives as long as the process."""
    email_confirmed.connect(_claim, dispatch_uid="claim orders")
    authenticator_added.connect(_remember, dispatch_uid="second factor")


def _claim(email_address: Any, **_: Any) -> None:
    claim_orders(email_address.user, now=timezone.now())


def _remember(request: HttpRequest, user: User, **_: Any) -> None:
    request.session[PROVEN] = user.pk
