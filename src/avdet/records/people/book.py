"""A customer's address book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.people.models import Address, Customer

PARTS: Final = ("recipient", "phone", "country", "province", "district", "street", "postcode")
MOST: Final = 30
"""How many addresses one customer may keep."""


def addresses_of(customer: Customer) -> list[Address]:
    """Every address, the usual one first, then as they came."""
    return list(customer.addresses.filter(removed_at=None).order_by("-is_default", "pk"))


def address_of(customer: Customer, address_id: int) -> Address | None:
    """One of a customer's own addresses."""
    return customer.addresses.filter(pk=address_id, removed_at=None).first()


@transaction.atomic
def add_address(
    customer: Customer, details: Mapping[str, str], *, label: str = "", usual: bool = False, now: datetime
) -> Address:
    """Writes an address down; the first one is the usual one."""
    kept = Customer.objects.select_for_update().get(pk=customer.pk).addresses.filter(removed_at=None).count()
    if kept >= MOST:
        raise AvdetError("that is as many as we keep", where="address.many", cure="remove one first")
    made: Address = Address.objects.create(customer=customer, label=label, details=_parts(details), created_at=now)
    if usual or not kept:
        make_usual(customer, made.pk)
    return made


def change_address(address: Address, details: Mapping[str, str], *, label: str = "", usual: bool = False) -> None:
    """Replaces what an address says. Orders keep the address that they were placed with."""
    address.details, address.label = _parts(details), label
    address.save(update_fields=["details", "label"])
    if usual:
        make_usual(address.customer, address.pk)


@transaction.atomic
def make_usual(customer: Customer, address_id: int) -> bool:
    """Makes one address the usual one; says whether it is the customer's."""
    if not customer.addresses.filter(pk=address_id, removed_at=None).exists():
        return False
    customer.addresses.filter(is_default=True).update(is_default=False)
    return bool(customer.addresses.filter(pk=address_id).update(is_default=True))


def remove_address(customer: Customer, address_id: int, *, now: datetime) -> bool:
    """Takes an address out of the book; `restore_address` puts it back, until another one is removed."""
    customer.addresses.exclude(removed_at=None).delete()
    return bool(customer.addresses.filter(pk=address_id, removed_at=None).update(removed_at=now, is_default=False))


def restore_address(customer: Customer, address_id: int) -> bool:
    """Puts back the address that was removed last."""
    return bool(customer.addresses.filter(pk=address_id).exclude(removed_at=None).update(removed_at=None))


def _parts(details: Mapping[str, str]) -> dict[str, str]:
    return {part: str(details.get(part, "")).strip() for part in PARTS}
