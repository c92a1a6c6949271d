"""The buyer of an order: found again by the shop's reference, by phone or by e-mail, or made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from avdet.records.people.models import Customer
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as an order says it. `phone` is E.164 or empty, `reference` is the shop's own of the customer."""

    reference: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"

    @property
    def prints(self) -> dict[str, str]:
        """The columns by which a customer is found again."""
        return {
            "external_ref": self.reference,
            "phone_print": fingerprint(self.phone, "phone") if self.phone else "",
            "email_print": fingerprint(self.email.lower(), "email") if self.email else "",
        }


def buyer_of(store: Store, buyer: Buyer, *, now: datetime) -> Customer | None:
    """The customer that a buyer is, made if there was none; nobody where nothing is known by which to find them again."""
    prints = {column: value for column, value in buyer.prints.items() if value}
    if not prints:
        return None
    known = _known(store, prints)
    if known is not None:
        return known
    try:
        with transaction.atomic(savepoint=bool(buyer.reference)):
            return _made(store, buyer, now)
    except IntegrityError:  # somebody else has made them in the meantime, by the same reference
        return Customer.objects.get(store=store, external_ref=buyer.reference)


def _known(store: Store, prints: dict[str, str]) -> Customer | None:
    """By reference before phone, by phone before e-mail; of several the one who came first. A reference is never overruled."""
    any_of = Q()
    for column, value in prints.items():
        any_of |= Q(**{column: value})
    found = list(Customer.objects.filter(any_of, store=store, erased_at=None).order_by("pk")[:20])
    reference = prints.get("external_ref", "")
    for column, value in prints.items():
        for each in found:
            if getattr(each, column) == value and (not reference or each.external_ref in ("", reference)):
                return each
    return None


def _made(store: Store, buyer: Buyer, now: datetime) -> Customer:
    made: Customer = Customer.objects.create(
        store=store, name=buyer.name, phone=buyer.phone, email=buyer.email.lower(), language=buyer.language,
        created_at=now, **buyer.prints,
    )  # fmt: skip
    return made
