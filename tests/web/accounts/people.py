"""People at the door of the service: what they were told, and the code that their app shows."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from avdet.records.outbox.models import Notice
from avdet.records.people.accounts import set_phone, trust_email
from avdet.records.people.models import User
from tests.factories import make_user

PASSWORD = "open sesame 1"
NEW_PASSWORD = "correct horse battery 9"


@pytest.fixture
def client() -> Client:
    """A reader of English."""
    reader = Client()
    reader.cookies["language"] = "en"
    return reader


def told(**which: Any) -> Notice:
    """The last thing that anybody was told."""
    return Notice.objects.filter(**which).latest("pk")


def code_told(**which: Any) -> str:
    """The code in it."""
    return str(told(**which).values["code"])


def known(name: str = "alice", phone: str = "", **fields: Any) -> User:
    """Somebody whose address and number are verified."""
    user = make_user(name, **fields)
    trust_email(user)
    if phone:
        set_phone(user, phone, verified=True)
    return user


def with_app(user: User, secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") -> User:
    """Somebody who has set up an authenticator app."""
    TOTP.activate(user, secret)
    return user


def shown_by_app(secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") -> str:
    """What the app shows now."""
    _, this, _ = yield_hotp_counters_from_time()  # that of half a minute ago, and of half a minute hence, are taken as well
    return format_hotp_value(hotp_value(secret, this))
