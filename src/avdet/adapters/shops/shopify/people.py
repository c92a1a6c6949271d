"""People as Shopify writes them, in orders and by themselves."""

from __future__ import annotations

from typing import Any

from avdet.adapters.shops.fields import Fields
from avdet.ports.shops import FieldNote, Reading, ShopAddress, ShopParty


def address(fields: Fields) -> ShopParty:
    """A billing or shipping block, without a customer's number."""
    street = "\n".join(line for line in (fields.text("address1"), fields.text("address2")) if line)
    where = ShopAddress(
        street=street,
        city=fields.text("city"),
        province=fields.text("province"),
        postcode=fields.text("zip"),
        country=fields.text("country_code").upper()[:2],
    )
    return ShopParty(name=_name(fields), company=fields.text("company"), phone=fields.text("phone"), address=where)


def addressed(fields: Fields) -> bool:
    """Whether the block says anything."""
    return any(fields.text(name) for name in ("name", "first_name", "last_name", "address1", "city"))


def party(customer: Fields, billing: Fields, *, email: str, phone: str, locale: str) -> ShopParty:
    """The buyer: the registered customer where there is one, at the billing address."""
    billed = address(billing)
    return ShopParty(
        reference=customer.text("id"),
        name=_name(customer) or billed.name,
        company=billed.company,
        email=email or customer.text("email"),
        phone=phone or customer.text("phone") or billed.phone,
        language=locale,
        address=billed.address,
    )


def read_customer(document: Any) -> Reading[ShopParty]:
    """A registered customer."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    billing = fields.child("default_address")
    found = party(fields, billing, email=fields.text("email"), phone="", locale=fields.text("locale")[:2])
    fields.ignore(
        "accepts_marketing", "addresses", "admin_graphql_api_id", "created_at", "currency", "last_order_id", "last_order_name",
        "multipass_identifier", "note", "orders_count", "state", "tags", "tax_exempt", "total_spent", "updated_at",
        "verified_email",
    )  # fmt: skip
    fields.tell_the_rest()
    return Reading(found, tuple(notes))


def _name(fields: Fields) -> str:
    return fields.text("name") or f"{fields.text('first_name')} {fields.text('last_name')}".strip()
