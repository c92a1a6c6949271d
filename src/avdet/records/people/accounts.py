"""What is done to somebody's account: its number, its verified address, the buyers' records that become theirs."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from avdet.records.people.models import Customer, User
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.models import Store


def user_by_phone(phone: str) -> User | None:
    """Whose account a number (E.164) is."""
    return User.objects.filter(phone_print=fingerprint(phone, "phone")).first()


def set_phone(user: User, phone: str, *, verified: bool) -> None:
    """Keeps a number. `verified`: a code that was sent there came back."""
    user.phone, user.phone_verified = phone, verified
    user.phone_print = fingerprint(phone, "phone") if phone else None
    user.save(update_fields=["phone", "phone_print", "phone_verified"])


@transaction.atomic
def trust_email(user: User) -> None:
    """Takes an account's address for verified: the operator vouches for it, as with the people of a demonstration."""
    if user.email:
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def verified_contacts(user: User) -> tuple[str, str]:
    """(e-mail address, phone) as far as they are known to be the user's; empty where they are not."""
    email = EmailAddress.objects.filter(user=user, verified=True, primary=True).values_list("email", flat=True).first()
    return (email or "").lower(), user.phone if user.phone_verified else ""


def unclaimed(user: User) -> list[Customer]:
    """Buyers of any store whose verified contact is the user's own and whom nobody has claimed, the oldest first."""
    email, phone = verified_contacts(user)
    same = Q()
    if email:
        same |= Q(email_print=fingerprint(email, "email"))
    if phone:
        same |= Q(phone_print=fingerprint(phone, "phone"))
    if not same:
        return []
    return list(Customer.objects.filter(same, user=None, erased_at=None).order_by("pk"))


def claim(customer: Customer, user: User) -> None:
    """Makes a buyer's record the user's; there is one for each store."""
    Customer.objects.filter(pk=customer.pk, user=None).update(user=user)


def customer_for(user: User, store: Store, *, now: datetime) -> Customer:
    """What a store knows of a user; an empty record is made for somebody who has not bought there yet."""
    email, phone = verified_contacts(user)
    made, _ = Customer.objects.get_or_create(
        store=store, user=user,
        defaults={
            "name": user.name, "language": user.language, "created_at": now, "email": email, "phone": phone,
            "email_print": fingerprint(email, "email") if email else "",
            "phone_print": fingerprint(phone, "phone") if phone else "",
        },
    )  # fmt: skip
    return made
