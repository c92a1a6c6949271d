"""The buyer of an order: the account that has shown the order's phone or e-mail address to be its own, else nobody's record.

Anybody can type anybody's number into an order or a sign-up. So an order comes to somebody who has an account only by a contact
that the account has verified; any other waits in a record without an account, together with those of the very same reference,
phone and address, until somebody shows that one of them is theirs (`workflows/orders/claim_orders`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Value

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
        """The columns by which a record without an account is found again."""
        return {
            "external_ref": self.reference,
            "phone_print": fingerprint(self.phone, "phone") if self.phone else "",
            "email_print": fingerprint(self.email.lower(), "email") if self.email else "",
        }


def buyer_of(store: Store, buyer: Buyer, *, now: datetime) -> Customer | None:
    """The customer that a buyer is, made if there was none; nobody where nothing is known by which to find them again."""
    prints = buyer.prints
    if not any(prints.values()):
        return None
    known = _known(store, buyer, prints)
    if known is not None:
        return known
    try:
        with transaction.atomic(savepoint=bool(buyer.reference)):
            return _made(store, buyer, prints, now)
    except IntegrityError:  # somebody else has made them in the meantime, by the same reference
        return Customer.objects.get(store=store, user=None, **prints)


def _known(store: Store, buyer: Buyer, prints: dict[str, str]) -> Customer | None:
    """Whoever has verified the phone, before whoever has verified the address, before the very same contact. One statement."""
    here = Customer.objects.filter(store=store)
    ways = [here.filter(user=None, erased_at=None, **prints)]
    if buyer.email:
        verified = {"user__emailaddress__email": buyer.email.lower(), "user__emailaddress__verified": True}
        ways.insert(0, here.filter(**verified))
    if buyer.phone:
        ways.insert(0, here.filter(user__phone_print=prints["phone_print"], user__phone_verified=True))
    first, *rest = (way.annotate(rank=Value(rank)) for rank, way in enumerate(ways))
    return first.union(*rest, all=True).order_by("rank", "pk").first()


def _made(store: Store, buyer: Buyer, prints: dict[str, str], now: datetime) -> Customer:
    made: Customer = Customer.objects.create(
        store=store, name=buyer.name, phone=buyer.phone, email=buyer.email.lower(), language=buyer.language,
        created_at=now, **prints,
    )  # fmt: skip
    return made
