"""Somebody has shown that an address or a number is theirs: what was ordered with it becomes part of their account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.records.orders.owners import take_over
from avdet.records.people.accounts import claim, unclaimed
from avdet.records.people.models import Customer, User
from avdet.records.people.queries import customer_of, customers_of
from avdet.records.stores.models import Store


@transaction.atomic
def claim_orders(user: User, *, now: datetime) -> int:
    """Claims the buyers' records of verified contacts, in every store; says how many orders moved to another record.

    A store has one record of an account: where several fit, the orders of the others move to it.
    """
    theirs: dict[int, Customer] = {customer.store_id: customer for customer in customers_of(user)}
    moved = 0
    for found in unclaimed(user):
        if found.store_id in theirs:
            moved += take_over(theirs[found.store_id], found, now=now)
        else:
            claim(found, user)
            theirs[found.store_id] = found
    return moved


def customer_here(user: User, store: Store, *, now: datetime) -> Customer | None:
    """What a store knows of a user. Who has no record there yet may have ordered with a contact that is known to be theirs."""
    found = customer_of(user, store)
    if found is None:
        claim_orders(user, now=now)
        found = customer_of(user, store)
    return found
