"""What follows when somebody has signed in, a contact was verified, or a second factor was set up."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import email_confirmed, user_signed_up
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from avdet.records.people.models import User
from avdet.web.shared.access import PROVEN
from avdet.workflows.orders.claim_orders import claim_orders


def listen() -> None:
    """Connects the signals; each receiver lives as long as the process."""
    email_confirmed.connect(_claim, dispatch_uid="claim orders")
    user_logged_in.connect(_claim_again, dispatch_uid="claim orders since")
    user_signed_up.connect(_vouch, dispatch_uid="signed up")
    authenticator_added.connect(_remember, dispatch_uid="second factor")


def _claim(email_address: Any, **_: Any) -> None:
    claim_orders(email_address.user, now=timezone.now())


def _claim_again(user: User, **_: Any) -> None:
    """Of stores that did not know them, what was ordered since."""
    claim_orders(user, now=timezone.now())


def _vouch(request: HttpRequest, user: User, **_: Any) -> None:
    """Who has only just chosen a password is not asked for it again at the next step, which setting up an app may be."""
    record_authentication(request, user, "signup")


def _remember(request: HttpRequest, user: User, **_: Any) -> None:
    request.session[PROVEN] = user.pk
