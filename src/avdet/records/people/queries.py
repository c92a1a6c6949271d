"""What is read of people: their roles, and their customers' records."""

from __future__ import annotations

from avdet.records.people.models import Customer, Membership, User
from avdet.records.stores.models import Store


def role_of(user: User, store: Store | None) -> str | None:
    """What a user is to a store: a staff role, `support` for platform support, else `customer`."""
    if user.is_support:
        return "support"
    if store is None:
        return "customer"
    role = Membership.objects.filter(user=user, store=store).values_list("role", flat=True).first()
    return str(role) if role else "customer"


def customer_of(user: User, store: Store) -> Customer | None:
    """What a store knows of a user, if they have bought there or registered anything."""
    return Customer.objects.filter(user=user, store=store).first()
