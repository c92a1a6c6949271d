"""Browsers in which somebody is signed in."""

from __future__ import annotations

from django.test import Client

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from tests.factories import make_staff


def browser(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["language"] = language
    return client


def staff(about: Case | Order | Refund, role: str = "desk", language: str = "en") -> Client:
    """A colleague's, of the store that it is about."""
    return browser(make_staff(about.store, role), language)
