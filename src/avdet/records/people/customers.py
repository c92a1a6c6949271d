"""What a customer says of themselves to a store, and that they wish to be forgotten."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from avdet.records.people.bank_accounts import forget_bank_accounts
from avdet.records.people.models import Customer, Membership, User
from avdet.records.people.queries import customers_of


def introduce(customer: Customer, *, name: str, language: str, birth_year: int | None, order_news: str) -> None:
    """Keeps what a customer says of themselves; their account speaks the same language from then on."""
    customer.name, customer.language, customer.birth_year, customer.order_news = name, language, birth_year, order_news
    customer.save(update_fields=["name", "language", "birth_year", "order_news"])
    if customer.user_id:
        User.objects.filter(pk=customer.user_id).update(name=name, language=language)


def ask_to_be_forgotten(customer: Customer, *, now: datetime | None) -> None:
    """Remembers the wish, or with None that it was taken back."""
    Customer.objects.filter(pk=customer.pk, erased_at=None).update(erase_asked_at=now)


def waiting_to_be_forgotten(*, size: int = 100) -> list[Customer]:
    """Those whose wish could not be fulfilled at once, the longest waiting first."""
    waiting = Customer.objects.filter(erase_asked_at__isnull=False, erased_at=None).select_related("store", "user")
    return list(waiting.order_by("erase_asked_at")[:size])


def locked(customer: Customer) -> Customer:
    """The customer, with nobody else changing them until the transaction ends."""
    return Customer.objects.select_for_update(of=("self",)).select_related("store", "user").get(pk=customer.pk)


@transaction.atomic
def forget(customer: Customer, *, now: datetime) -> None:
    """Erases all that a store knows of a person; the row stays, since orders and books point at it."""
    customer.addresses.all().delete()
    customer.exports.all().delete()
    forget_bank_accounts(customer, now=now)
    Customer.objects.filter(pk=customer.pk).update(
        name="", email="", email_print="", phone="", phone_print="", birth_year=None, external_ref="", user=None,
        erase_asked_at=None, erased_at=now,
    )  # fmt: skip


@transaction.atomic
def close_account(user: User) -> bool:
    """Ends an account that nothing needs any more: no store knows it, and it works for none. Its sessions end with it."""
    if customers_of(user) or user.is_support or Membership.objects.filter(user=user).exists():
        return False
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    user.delete()
    return True
