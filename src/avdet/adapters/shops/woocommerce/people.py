"""People as WooCommerce writes them, in orders and by themselves."""

from __future__ import annotations

from typing import Any

from avdet.adapters.shops.fields import Fields
from avdet.ports.shops import FieldNote, Reading, ShopAddress, ShopParty


def party(fields: Fields, *, reference: str = "") -> ShopParty:
    """A billing or shipping block."""
    name = f"{fields.text('first_name')} {fields.text('last_name')}".strip()
    street = "\n".join(line for line in (fields.text("address_1"), fields.text("address_2")) if line)
    address = ShopAddress(
        street=street,
        city=fields.text("city"),
        province=fields.text("state"),
        postcode=fields.text("postcode"),
        country=fields.text("country").upper()[:2],
    )
    return ShopParty(reference, name, fields.text("company"), fields.text("email"), fields.text("phone"), "", address)


def addressed(fields: Fields) -> bool:
    """Whether the block says anything: WooCommerce sends an empty one for what is not shipped."""
    return any(fields.text(name) for name in ("first_name", "last_name", "company", "address_1", "city"))


def read_customer(document: Any) -> Reading[ShopParty]:
    """A registered customer."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    billing = party(fields.child("billing"), reference=fields.text("id"))
    name = f"{fields.text('first_name')} {fields.text('last_name')}".strip()
    fields.ignore(
        "_links", "avatar_url", "date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "is_paying_customer",
        "role", "shipping", "username",
    )  # fmt: skip
    email = fields.text("email") or billing.email
    fields.tell_the_rest()
    found = ShopParty(billing.reference, name or billing.name, billing.company, email, billing.phone, "", billing.address)
    return Reading(found, tuple(notes))
