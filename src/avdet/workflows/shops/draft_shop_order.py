"""A shop's order as a draft of ours: amounts with their tax, texts without control characters, a SKU for each line.

What the shop says the order came to is what it comes to here, to the last minor unit. What was paid for the lines is
theirs; the rest is carriage and fees where it is above zero, and a discount on the whole order where it is below.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from avdet.core.breakdown import vat_within
from avdet.core.errors import AvdetError
from avdet.ports.shops import ShopLine, ShopOrder, ShopParty, ShopProduct
from avdet.records.connections.actions import Note
from avdet.records.connections.models import Connection
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft

METHODS: Final = {
    "cod": "cash_on_delivery", "cash on delivery (cod)": "cash_on_delivery", "cash_on_delivery": "cash_on_delivery",
    "kapıda ödeme": "cash_on_delivery", "پرداخت در محل": "cash_on_delivery", "bacs": "bank_transfer",
    "bank deposit": "bank_transfer", "bank_transfer": "bank_transfer", "havale": "bank_transfer", "cheque": "bank_transfer",
    "card_to_card": "card_to_card", "کارت به کارت": "card_to_card",
}  # fmt: skip
"""What shops call ways to pay → ours; every other one is online."""
_SKU: Final = re.compile(r"[^\w .+/#:-]")
_DIRECTIONS: Final = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the direction of text: in a name they only serve to make it look like another."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and what was not taken as it stood."""

    draft: OrderDraft
    notes: tuple[Note, ...]


def plain(text: str, longest: int = 500) -> str:
    """A text as it may stand in a line of ours.

    >>> plain("Ay\\u202eşe\\r\\nBcc: x@example.org"), plain("علی‌رضا")
    ('Ayşe Bcc: x@example.org', 'علی\\u200cرضا')
    """
    bare = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text.translate(_DIRECTIONS))
    return " ".join(bare.split())[:longest]


def sku_of(line: ShopLine | ShopProduct) -> str:
    """The code by which a product is known here."""
    return code_of(line.sku, line.product_reference if isinstance(line, ShopLine) else line.reference)


def code_of(sku: str, reference: str) -> str:
    """A shop's code of a product as ours; its own number of it where it has none.

    >>> code_of("", "93:7"), code_of(" A<b>1 ", "93")
    ('shop-93:7', 'A-b-1')
    """
    said = plain(sku) or (f"shop-{reference}" if reference else "")
    return _SKU.sub("-", said).strip(" .+/#:-")[:60].strip() or "unnamed"


def paid_minor(line: ShopLine, *, with_tax: bool) -> int:
    """What the line came to, its tax included."""
    return line.gross_minor - line.discount_minor + (0 if with_tax else line.tax_minor)


def draft_shop_order(connection: Connection, order: ShopOrder, number: str) -> Drafted:
    """The draft of an order that a shop has told of. `AvdetError` where none can be made of it."""
    if not order.lines:
        raise AvdetError("an order without lines", where=f"order {order.number}", cure="look at it in the shop")
    prefix = "" if connection.kind == "file" else f"{connection.kind}:"
    customer, notes = order.customer, list(_notes(order))
    lines = tuple(_line(line, order) for line in order.lines)
    rest = order.total_minor - sum(paid_minor(line, with_tax=order.prices_include_tax) for line in order.lines)
    said, carriage = order.shipping_minor + order.fee_minor, max(0, rest)
    if rest != said:
        notes.append(Note(number, "shipping", "the order's total decides: what is not in its lines", str(said), str(rest)))
    draft = OrderDraft(
        lines=lines, number=number, source=connection.kind, external_ref=order.reference[:80],
        customer_ref=f"{prefix}{customer.reference}"[:80] if customer.reference else "",
        contact=Contact(plain(customer.name or customer.company, 200), plain(customer.phone, 40), _email(customer.email)),
        address=_address(order.recipient, customer), language=customer.language, currency=order.currency,
        discount_minor=max(0, -rest), shipping_minor=carriage, shipping_vat_basis_points=_carriage_rate(order, carriage),
        payment_method=METHODS.get(order.payment_method.strip().lower(), "online"), placed_at=order.placed_at,
        recipient="other" if _differs(order) else "customer", reserve=False, gifts=False, note=plain(order.note, 4_000),
    )  # fmt: skip
    return Drafted(draft, tuple(notes))


def address_of(order: ShopOrder) -> dict[str, str]:
    """Where the shop sends the order to."""
    return _address(order.recipient, order.customer)


def _line(line: ShopLine, order: ShopOrder) -> DraftLine:
    """The price of one is rounded up to whole minor units, and what that adds is taken off the line again."""
    paid = paid_minor(line, with_tax=order.prices_include_tax)
    net = line.gross_minor - line.discount_minor
    gross = line.gross_minor * paid // net if net > 0 else line.gross_minor
    price = -(-max(gross, paid) // line.quantity)
    return DraftLine(
        sku=sku_of(line), quantity=line.quantity, name=plain(line.name) or sku_of(line), unit_price_minor=price,
        discount_minor=price * line.quantity - paid, vat_basis_points=rate_of(paid, line.tax_minor),
        serials=line.serials,
    )  # fmt: skip


def rate_of(paid_minor: int, tax_minor: int) -> int:
    """The rate at which an amount contains this tax, in basis points: a whole per cent where one fits to within a unit.

    >>> rate_of(12_000, 2_000), rate_of(10_000, 0), rate_of(999, 91)
    (2000, 0, 1000)
    """
    if tax_minor <= 0 or paid_minor <= tax_minor:
        return 0
    exact = tax_minor * 10_000 / (paid_minor - tax_minor)
    whole = round(exact / 100) * 100
    return whole if abs(vat_within(paid_minor, whole) - tax_minor) <= 1 else min(10_000, round(exact))


def _carriage_rate(order: ShopOrder, carriage: int) -> int:
    return rate_of(carriage, order.tax_minor - sum(line.tax_minor for line in order.lines))


def _address(recipient: ShopParty, customer: ShopParty) -> dict[str, str]:
    place = recipient.address
    said = {
        "recipient": recipient.name or recipient.company or customer.name, "phone": recipient.phone or customer.phone,
        "country": place.country[:2].upper(), "province": place.province or place.city,
        "district": place.district or place.city, "street": place.street, "postcode": place.postcode,
    }  # fmt: skip
    return {key: kept for key, value in said.items() if (kept := plain(value))}


def _differs(order: ShopOrder) -> bool:
    return bool(order.recipient.name and order.customer.name and order.recipient.name != order.customer.name)


def _email(said: str) -> str:
    kept = plain(said, 254)
    return kept if kept.count("@") == 1 and " " not in kept else ""


def _notes(order: ShopOrder) -> list[Note]:
    number, found = order.number, []
    for path, said, became in (
        ("customer.name", order.customer.name, plain(order.customer.name, 200)),
        ("customer.email", order.customer.email, _email(order.customer.email)),
        ("recipient.name", order.recipient.name, plain(order.recipient.name)),
    ):
        if said.strip() != became:
            found.append(Note(number, path, "letters that do not belong there were left out", "", ""))
    for line in order.lines:
        if sku_of(line) != line.sku.strip():
            found.append(Note(number, f"line {line.reference}, sku", "a code by which it can be found", line.sku, sku_of(line)))
    if order.fee_minor:
        found.append(Note(number, "fees", "kept with the carriage", str(order.fee_minor), "shipping"))
    return found
