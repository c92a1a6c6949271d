"""A customer wishes to be forgotten: at once, or when what is under way has ended. The books keep their figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction

from avdet.ports.jobs import Payload, job
from avdet.records.cases.forgetting import cases_under_way, forget_claims
from avdet.records.orders.actions import erase_contact
from avdet.records.orders.owners import numbers_of, under_way
from avdet.records.outbox.forgetting import forget_notices
from avdet.records.payouts.forgetting import forget_dealings, transfers_under_way
from avdet.records.people.accounts import verified_contacts
from avdet.records.people.customers import ask_to_be_forgotten, close_account, forget, locked, waiting_to_be_forgotten
from avdet.records.people.models import Customer
from avdet.records.refunds.queries import refunds_under_way
from avdet.records.shared.actors import Actor
from avdet.workflows.money.destination import CHECKED
from avdet.workflows.notices.tell_account import causes_of

log = structlog.get_logger("avdet.erasure")


@transaction.atomic
def erase_customer(customer: Customer, *, actor: Actor, now: datetime) -> bool:
    """Forgets a customer in one transaction; false where it must wait, and then it is done by itself later.

    Gone are contact, addresses, accounts, names, who paid and to whom, the words orders are found by, what notices said, what
    was written and handed in with claims, and what colleagues noted of it. Order numbers, goods, amounts, dates, decisions and
    the ledger stay. An account that no store knows any more is closed.
    """
    customer = locked(customer)
    waits = (under_way, refunds_under_way, transfers_under_way, cases_under_way)
    if any(each(customer) for each in waits):
        ask_to_be_forgotten(customer, now=customer.erase_asked_at or now)
        return False
    user = customer.user
    known = {str(customer.email), str(customer.phone)} | (set(verified_contacts(user)) if user else set())
    forget_notices(customer.store, numbers_of(customer), causes_of(*sorted(known)))
    forget_dealings(customer, CHECKED)
    forget_claims(customer)
    erase_contact(customer, actor=actor, now=now)
    forget(customer, now=now)
    if user is not None:
        close_account(user)
    return True


def stay(customer: Customer) -> None:
    """Takes the wish back, as long as it has not been fulfilled."""
    ask_to_be_forgotten(customer, now=None)


@job("erase_waiting", every=timedelta(hours=6))
def erase_waiting(_: Payload, now: datetime) -> None:
    """Forgets those whose orders have ended since they asked. One that was waited for in vain comes again with the next run."""
    for customer in waiting_to_be_forgotten():
        try:
            erase_customer(customer, actor=Actor.system("erasure"), now=now)
        except OperationalError as fault:
            log.warning("erasure_left", customer=customer.pk, error=type(fault).__name__)
