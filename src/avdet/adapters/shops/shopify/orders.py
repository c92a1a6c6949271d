"""A Shopify order, read field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from avdet.adapters.shops.fields import Fields
from avdet.adapters.shops.shopify.people import address, addressed, party
from avdet.ports.amounts import currency_of
from avdet.ports.shops import FieldNote, Reading, ShopEvent, ShopLine, ShopOrder, ShopParcel, ShopRefund, ShopRefundLine

_OF_NO_USE: Final = (
    "admin_graphql_api_id", "app_id", "browser_ip", "buyer_accepts_marketing", "cart_token", "checkout_id", "checkout_token",
    "client_details", "confirmed", "contact_email", "current_subtotal_price", "current_total_price", "current_total_tax",
    "discount_applications", "landing_site", "landing_site_ref", "location_id", "merchant_of_record_app_id", "number",
    "order_status_url", "payment_details", "presentment_currency", "processing_method", "reference", "referring_site", "source",
    "source_identifier", "source_name", "source_url", "subtotal_price", "test", "token", "total_line_items_price",
    "total_price_usd", "total_weight", "user_id", "tax_lines", "discount_codes", "closed_at", "cancel_reason", "name",
)  # fmt: skip
_PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})


def read_order(document: Any) -> Reading[ShopOrder]:
    """The order, in the shop's own currency."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    unit = fields.text("currency") or "USD"
    reference, placed_at = fields.text("id"), fields.moment("created_at")
    if not reference or placed_at is None:
        raise fields.error("id" if not reference else "created_at", "the order lacks it", "send the shop's document unchanged")
    modified_at = fields.moment("updated_at") or placed_at
    customer, billing, shipping = fields.child("customer"), fields.child("billing_address"), fields.child("shipping_address")
    refunds = tuple(read_refund(each, unit, modified_at) for each in fields.children("refunds"))
    parcels = tuple(_parcels(fields, modified_at))
    shipped = list(fields.children("shipping_lines"))
    order = ShopOrder(
        reference=reference,
        number=fields.text("name").lstrip("#") or fields.text("order_number") or reference,
        status=_status(fields),
        placed_at=placed_at,
        modified_at=modified_at,
        currency=currency_of(unit),
        prices_include_tax=fields.raw("taxes_included") is True,
        lines=tuple(_line(each, unit) for each in fields.children("line_items")),
        total_minor=fields.money(unit, "total_price"),
        discount_minor=fields.money(unit, "total_discounts"),
        shipping_minor=sum(each.money(unit, "price") for each in shipped),
        tax_minor=fields.money(unit, "total_tax"),
        payment_method=fields.text("gateway") or _first(fields.raw("payment_gateway_names")),
        payment_reference=fields.text("checkout_id"),
        shipping_method=next((each.text("title") for each in shipped), ""),
        customer=party(customer, billing, email=fields.text("email"), phone=fields.text("phone"), locale=_locale(fields)),
        recipient=address(shipping if addressed(shipping) else billing),
        note=fields.text("note"),
        events=tuple(_events(fields, reference, placed_at, refunds, parcels)),
        refunds=refunds,
        parcels=parcels,
    )
    fields.ignore(*_OF_NO_USE, "order_number")
    fields.tell_the_rest()
    return Reading(order, tuple(notes))


def read_refund(fields: Fields, unit: str, at: datetime) -> ShopRefund:
    """A refund: what its successful transactions paid back."""
    moves = fields.children("transactions")
    paid = [each for each in moves if (each.text("kind"), each.text("status")) == ("refund", "success")]
    lines = [
        ShopRefundLine(each.text("line_item_id"), each.whole("quantity"), each.money(unit, "subtotal", "total_tax"))
        for each in fields.children("refund_line_items")
    ]
    moment = fields.moment("processed_at") or fields.moment("created_at") or at
    amount = sum(each.money(unit, "amount") for each in paid)
    return ShopRefund(fields.text("id"), moment, amount, fields.text("note"), tuple(lines))


def _status(fields: Fields) -> str:
    """Shopify keeps two states: of the money and of the goods."""
    goods = fields.text("fulfillment_status")
    return f"{fields.text('financial_status')}/{goods}" if goods else fields.text("financial_status")


def _line(fields: Fields, unit: str) -> ShopLine:
    quantity = fields.whole("quantity")
    if quantity == 0:
        raise fields.error("quantity", "a line of nothing", "sell at least one")
    price = fields.money(unit, "price")
    allocated = [each.money(unit, "amount") for each in fields.children("discount_allocations")]
    product, variant = fields.text("product_id"), fields.text("variant_id")
    options = [(each.text("name"), each.text("value")) for each in fields.children("properties")]
    return ShopLine(
        reference=fields.text("id"),
        product_reference=f"{product}:{variant}" if variant else product,
        sku=fields.text("sku"),
        name=fields.text("name") or fields.text("title"),
        quantity=quantity,
        unit_price_minor=price,
        gross_minor=price * quantity,
        discount_minor=sum(allocated) if allocated else fields.money(unit, "total_discount"),
        tax_minor=sum(each.money(unit, "price") for each in fields.children("tax_lines")),
        options=tuple((name, value) for name, value in options if name and not name.startswith("_")),
    )


def _parcels(fields: Fields, modified_at: datetime) -> Iterator[ShopParcel]:
    for each in fields.children("fulfillments"):
        at = each.moment("created_at") or modified_at
        if each.text("status") not in {"success", ""}:
            each.note("status", each.text("status"), "", "this delivery did not take place")
            continue
        lines = tuple((line.text("id"), line.whole("quantity")) for line in each.children("line_items"))
        yield ShopParcel(each.text("id"), at, each.text("tracking_company"), each.text("tracking_number"), lines)


def _events(
    fields: Fields, order: str, placed_at: datetime, refunds: tuple[ShopRefund, ...], parcels: tuple[ShopParcel, ...]
) -> Iterator[ShopEvent]:
    if fields.text("financial_status") in _PAID:
        at = fields.moment("processed_at") or placed_at
        fields.note("financial_status", fields.text("financial_status"), at.isoformat(), "an order does not date its payment")
        yield ShopEvent("paid", order, at, f"{order}:paid")
    if cancelled_at := fields.moment("cancelled_at"):
        yield ShopEvent("cancelled", order, cancelled_at, f"{order}:cancelled")
    if fields.text("fulfillment_status") == "fulfilled" and parcels:
        last = max(parcel.at for parcel in parcels)
        yield ShopEvent("fulfilled", order, last, f"{order}:fulfilled")
    for refund in refunds:
        yield ShopEvent("refunded", order, refund.at, f"{order}:refund:{refund.reference}", refund.amount_minor)


def refund_event(document: Any, *, unit: str) -> ShopEvent:
    """The event in a refund's webhook, which carries the refund and names its order."""
    fields = Fields(document, "$", [])
    order = fields.text("order_id")
    refund = read_refund(fields, unit, datetime.now(UTC))
    return ShopEvent("refunded", order, refund.at, f"{order}:refund:{refund.reference}", refund.amount_minor)


def _locale(fields: Fields) -> str:
    return fields.text("customer_locale")[:2].lower()


def _first(names: Any) -> str:
    return str(names[0]) if isinstance(names, list) and names else ""
