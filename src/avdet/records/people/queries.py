"""What is read of people: their roles, and their customers' records."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import Min, Value

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


SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""An authenticator app or a passkey; codes for when it is lost are none."""


def has_second_factor(user: User) -> bool:
    """Whether somebody has set up an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def homes_of(user: User) -> tuple[list[str], list[str]]:
    """The slugs of the stores that somebody works for, and of those that know them as a customer, the latest first."""
    works = Membership.objects.filter(user=user).order_by("-pk").values_list("store__slug", flat=True)
    buys = Customer.objects.filter(user=user, erased_at=None).order_by("-pk").values_list("store__slug", flat=True)
    return list(works), list(buys)


def stores_of(user: User) -> list[Store]:
    """The stores that know somebody as a customer, by name of their address."""
    return list(Store.objects.filter(customers__user=user, customers__erased_at=None).order_by("slug").distinct())


def customers_of(user: User) -> list[Customer]:
    """Somebody's records in every store that knows them."""
    return list(Customer.objects.filter(user=user, erased_at=None))


def logins() -> list[tuple[str, str, str]]:
    """(store's slug, role, e-mail) of everybody one may sign in as: staff, one customer of each store, platform support.

    It is what a demonstration shows at its door; never ask it of a real installation.
    """
    staff = Membership.objects.order_by("store__slug", "pk").values_list("store__slug", "role", "user__email")
    known = Customer.objects.filter(user__isnull=False, erased_at=None)
    first = known.order_by().values("store").annotate(first=Min("pk")).values("first")
    buyers = Customer.objects.filter(pk__in=first).values_list("store__slug", Value("customer"), "user__email")
    support = User.objects.filter(is_support=True).values_list(Value(""), Value("support"), "email")
    stores = sorted([*staff, *buyers], key=lambda login: login[0])
    return [(str(slug), str(role), str(email)) for slug, role, email in [*stores, *support]]
