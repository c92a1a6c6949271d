"""From a draft to the rows of an order: its products found, their names, traits and prices frozen, its breakdown worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from avdet.core.breakdown import Breakdown, Priced, break_down
from avdet.core.errors import AvdetError, CalendarError
from avdet.core.lifecycles import ORDER
from avdet.core.vocabulary import LANGUAGES, TRAITS
from avdet.records.catalogue.models import Gift, Product
from avdet.records.orders.drafts import DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.serials import checked_serials
from avdet.records.people.buyers import Buyer
from avdet.records.shared.phones import e164
from avdet.records.stores.models import Store
from avdet.records.stores.terms import Terms

MAX_LINES: Final = 5_000
LENGTHS: Final = {
    "number": 60, "source": 20, "external_ref": 80, "customer_ref": 80, "payment_method": 20, "delivery_method": 12,
    "recipient": 8, "currency": 3,
}  # fmt: skip
LONGEST_TEXT: Final = 500
SKEW: Final = timedelta(minutes=10)
"""By how much a shop's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Sold:
    """One line with what it is made of: the product where we know it."""

    line: DraftLine
    product: Product | None

    @property
    def priced(self) -> Priced:
        line, product = self.line, self.product
        price = line.unit_price_minor if line.unit_price_minor is not None else product.price_minor if product else 0
        rate = line.vat_basis_points if line.vat_basis_points is not None else product.vat_basis_points if product else 0
        return Priced(line.quantity, price, line.discount_minor, rate)


def sell(draft: OrderDraft, products: Mapping[str, Product], gifts: list[Gift]) -> list[Sold]:
    """The draft's lines with their products, and after them the gifts that go with them, at no charge."""
    for at, line in enumerate(draft.lines):
        if line.sku not in products and line.unit_price_minor is None:
            raise AvdetError(f"no product {line.sku!r:.80}", where=f"lines[{at}].sku", cure="correct the SKU, or give a price")
    sold = [Sold(line, products.get(line.sku)) for line in draft.lines]
    pieces: dict[int, int] = {}
    for each in sold:
        if each.product is not None:
            pieces[each.product.pk] = pieces.get(each.product.pk, 0) + each.line.quantity
    for gift in gifts:
        count = pieces.get(gift.product_id, 0) * gift.quantity
        if count:
            sold.append(Sold(DraftLine(gift.gift.sku, count, unit_price_minor=0), gift.gift))
    return sold


def check(draft: OrderDraft, now: datetime) -> OrderDraft:
    """The draft, if an order can be made of it; its time is never later than now. `AvdetError` names the field otherwise."""
    if not 1 <= len(draft.lines) <= MAX_LINES:
        raise AvdetError(f"{len(draft.lines)} lines", where="lines", cure=f"an order has 1 to {MAX_LINES:,} lines")
    for name, length in LENGTHS.items():
        _short(getattr(draft, name) or "", name, length)
    if draft.number is not None and not draft.number.strip():
        raise AvdetError("an empty number", where="number", cure="leave it out, and the store gives one")
    for at, line in enumerate(draft.lines):
        _short(line.sku, f"lines[{at}].sku", 60)
        _short(line.name, f"lines[{at}].name", LONGEST_TEXT)
        if not line.sku:
            raise AvdetError("a line without a SKU", where=f"lines[{at}].sku", cure="name the product")
        if line.serials:
            checked_serials(line.serials, line.quantity, f"lines[{at}].serials")
    for key, value in (*draft.address.items(), ("name", draft.contact.name), ("email", draft.contact.email)):
        _short(value, f"address.{key}" if key in draft.address else f"contact.{key}", LONGEST_TEXT)
    return replace(draft, placed_at=_moment(draft.placed_at or now, now))


def _short(text: str, where: str, longest: int) -> None:
    if len(text) > longest or any(sign < " " and sign not in "\n\t" for sign in text):
        raise AvdetError("too long, or with control characters", where=where, cure=f"give at most {longest} plain letters")


def _moment(at: datetime, now: datetime) -> datetime:
    if at.tzinfo is None:
        raise AvdetError("a time without an offset", where="placed_at", cure="write it as 2026-04-04T12:00:00+03:30")
    if at > now + SKEW or at.year < 1900:
        raise AvdetError(f"{at.isoformat()} is not a time at which an order was placed", where="placed_at", cure="correct it")
    return min(at, now)


def buyer(store: Store, draft: OrderDraft) -> Buyer:
    """Who buys, in the spelling by which they are found again."""
    contact = draft.contact
    phone = e164(contact.phone, store.country)
    return Buyer(draft.customer_ref, contact.name, phone, contact.email.strip(), language(store, draft))


def language(store: Store, draft: OrderDraft) -> str:
    """The language that the customer reads: their own, if it is one of ours."""
    known = draft.language or (draft.customer.language if draft.customer else "")
    return known if known in LANGUAGES else store.language


def rows(store: Store, draft: OrderDraft, sold: list[Sold], terms: Terms | None) -> tuple[Order, list[OrderLine]]:
    """The order and its lines as they will be saved, but for number and customer."""
    found = break_down(
        [each.priced for each in sold], discount_minor=draft.discount_minor, shipping_minor=draft.shipping_minor,
        shipping_vat_basis_points=draft.shipping_vat_basis_points,
    )  # fmt: skip
    spoken = language(store, draft)
    lines = [_line(each, at, amount, spoken) for at, (each, amount) in enumerate(zip(sold, found.lines, strict=True), 1)]
    return _order(store, draft, found, terms), lines


def _line(sold: Sold, position: int, total: int, spoken: str) -> OrderLine:
    line, product, priced = sold.line, sold.product, sold.priced
    traits = line.traits if line.traits is not None else tuple(product.traits) if product else ()
    return OrderLine(
        position=position, product=product, sku=line.sku, name=line.name or (product.name_in(spoken) if product else line.sku),
        traits=[trait for trait in traits if trait in TRAITS], quantity=line.quantity, unit_price_minor=priced.unit_price_minor,
        discount_minor=line.discount_minor, vat_basis_points=priced.vat_basis_points, total_minor=total,
    )  # fmt: skip


def _order(store: Store, draft: OrderDraft, found: Breakdown, terms: Terms | None) -> Order:
    placed_at = draft.placed_at
    assert placed_at is not None  # `check` has seen to it
    phone = e164(draft.contact.phone, store.country) or draft.contact.phone[:40]
    contact = {"name": draft.contact.name, "phone": phone, "email": draft.contact.email.strip()}
    credit = {"credit_minor": draft.credit_minor} if draft.follows else {}
    return Order(
        store=store, source=draft.source, external_ref=draft.external_ref, language=language(store, draft),
        currency=draft.currency or store.currency, goods_minor=found.goods_minor, discount_minor=found.discount_minor,
        shipping_minor=found.shipping_minor, vat_minor=found.vat_minor, total_minor=found.total_minor,
        breakdown={**found.plain(), **credit}, follows=draft.follows,
        payment_method=draft.payment_method, delivery_method=draft.delivery_method, partial_consent=draft.partial_consent,
        recipient=draft.recipient, contact=contact, address=dict(draft.address), country=draft.address.get("country", "")[:2],
        policy_version=terms.version if terms else None,
        policy_fingerprint=terms.edition.fingerprint if terms else "", process_by=_process_by(terms, placed_at),
        placed_at=placed_at, note=draft.note, state="closed" if draft.over else ORDER.first,
    )  # fmt: skip


def _process_by(terms: Terms | None, placed_at: datetime) -> datetime | None:
    """The end of the working day on which the order is due: that of its placing, or the first one after it."""
    try:
        return terms.calendar.end(placed_at, "working_days", 0) if terms else None
    except CalendarError:  # an order of long ago, from years whose holidays nobody has listed
        return None
