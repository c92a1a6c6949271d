"""A WooCommerce order, read field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from avdet.adapters.shops.fields import Fields
from avdet.adapters.shops.woocommerce.people import addressed, party
from avdet.ports.amounts import currency_of
from avdet.ports.shops import (
    EventKind,
    FieldNote,
    Reading,
    ShopEvent,
    ShopLine,
    ShopOrder,
    ShopParcel,
    ShopRefund,
    ShopRefundLine,
)

_ENDED: Final[dict[str, EventKind]] = {"cancelled": "cancelled", "failed": "failed", "on-hold": "on_hold"}
_OF_NO_USE: Final = (
    "_links", "parent_id", "order_key", "created_via", "version", "cart_hash", "customer_ip_address", "customer_user_agent",
    "payment_url", "is_editable", "needs_payment", "needs_processing", "currency_symbol", "discount_tax", "cart_tax",
    "tax_lines", "date_created", "date_modified", "date_paid", "date_completed", "payment_method_title",
)  # fmt: skip
_TRACKING: Final = "_wc_shipment_tracking_items"


def read_order(document: Any, *, zone: tzinfo = UTC, refunds: tuple[Any, ...] | None = None) -> Reading[ShopOrder]:
    """The order. `zone` is the shop's, for old versions without UTC times; `refunds` their own documents, if asked for."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    unit = fields.text("currency") or "TRY"
    reference = fields.text("id")
    if not reference:
        raise fields.error("id", "the order has no number", "send the shop's document unchanged")
    placed_at = time_of(fields, "created", zone)
    if placed_at is None:
        raise fields.error("date_created_gmt", "the order has no date", "send the shop's document unchanged")
    modified_at = time_of(fields, "modified", zone) or placed_at
    with_tax = fields.raw("prices_include_tax") is True
    billing, shipping = fields.child("billing"), fields.child("shipping")
    back = tuple(_refunds(fields, unit, modified_at, refunds, zone))
    order = ShopOrder(
        reference=reference,
        number=fields.text("number") or reference,
        status=fields.text("status"),
        placed_at=placed_at,
        modified_at=modified_at,
        currency=currency_of(unit),
        prices_include_tax=with_tax,
        lines=tuple(_line(each, unit, with_tax=with_tax) for each in fields.children("line_items")),
        total_minor=fields.money(unit, "total"),
        discount_minor=fields.money(unit, "discount_total", *(["discount_tax"] if with_tax else [])),
        shipping_minor=fields.money(unit, "shipping_total", *(["shipping_tax"] if with_tax else [])),
        fee_minor=sum(_fee(each, unit, with_tax=with_tax) for each in fields.children("fee_lines")),
        tax_minor=fields.money(unit, "total_tax"),
        payment_method=fields.text("payment_method"),
        payment_reference=fields.text("transaction_id"),
        shipping_method=next((each.text("method_title") for each in fields.children("shipping_lines")), ""),
        customer=party(billing, reference=_guest(fields.text("customer_id"))),
        recipient=party(shipping) if addressed(shipping) else party(billing),
        note=fields.text("customer_note"),
        events=tuple(_events(fields, reference, modified_at, back, zone)),
        refunds=back,
        parcels=tuple(_parcels(fields, modified_at)),
    )
    fields.ignore(*_OF_NO_USE, "shipping_tax")
    fields.tell_the_rest()
    return Reading(order, tuple(notes))


def time_of(fields: Fields, name: str, zone: tzinfo) -> datetime | None:
    """A time in UTC where the shop gives it so, else in the shop's zone."""
    return fields.moment(f"date_{name}_gmt", UTC) or fields.moment(f"date_{name}", zone)


def read_refund(fields: Fields, unit: str, at: datetime, zone: tzinfo) -> ShopRefund:
    """A refund's own document; `at` stands in where it has no date."""
    said = fields.money(unit, "amount") or fields.money(unit, "total")
    return ShopRefund(
        reference=fields.text("id"),
        at=time_of(fields, "created", zone) or at,
        amount_minor=abs(said),
        reason=fields.text("reason"),
        lines=tuple(_refund_line(each, unit) for each in fields.children("line_items")),
    )


def _refund_line(fields: Fields, unit: str) -> ShopRefundLine:
    """WooCommerce writes refunded quantities and amounts below zero, and the order's line in `_refunded_item_id`."""
    meta = {each.text("key"): each.text("value") for each in fields.children("meta_data")}
    quantity = str(fields.raw("quantity") or "0").lstrip("-")
    amount = abs(fields.money(unit, "total", "total_tax"))
    count = int(quantity) if quantity.isdecimal() and len(quantity) <= 9 else 0
    return ShopRefundLine(meta.get("_refunded_item_id", ""), count, amount)


def _refunds(
    fields: Fields, unit: str, modified_at: datetime, documents: tuple[Any, ...] | None, zone: tzinfo
) -> Iterator[ShopRefund]:
    listed = list(fields.children("refunds"))
    if documents is None:
        for each in listed:
            each.note("date_created", "", modified_at.isoformat(), "an order does not date its refunds")
            yield read_refund(each, unit, modified_at, zone)
        return
    for index, document in enumerate(documents):
        yield read_refund(Fields(document, f"$.refunds[{index}]", fields.notes), unit, modified_at, zone)


def _line(fields: Fields, unit: str, *, with_tax: bool) -> ShopLine:
    """WooCommerce keeps line amounts without tax, whichever way the prices were entered."""
    tax, subtotal_tax = (["total_tax"], ["subtotal_tax"]) if with_tax else ([], [])
    gross, net = fields.money(unit, "subtotal", *subtotal_tax), fields.money(unit, "total", *tax)
    quantity = fields.whole("quantity")
    if quantity == 0:
        raise fields.error("quantity", "a line of nothing", "sell at least one")
    variation = fields.text("variation_id")
    product = fields.text("product_id")
    if gross % quantity:
        fields.note("price", gross, gross // quantity, f"{quantity} of them do not cost the same to the smallest unit")
    options = [(each.text("key"), each.text("value")) for each in fields.children("meta_data")]
    return ShopLine(
        reference=fields.text("id"),
        product_reference=f"{product}:{variation}" if variation not in {"", "0"} else product,
        sku=fields.text("sku"),
        name=fields.text("name"),
        quantity=quantity,
        unit_price_minor=gross // quantity,
        gross_minor=gross,
        discount_minor=max(0, gross - net),
        tax_minor=fields.money(unit, "total_tax"),
        options=tuple((key, value) for key, value in options if key and not key.startswith("_")),
    )


def _fee(fields: Fields, unit: str, *, with_tax: bool) -> int:
    return fields.money(unit, "total", *(["total_tax"] if with_tax else []))


def _events(
    fields: Fields, order: str, modified_at: datetime, refunds: tuple[ShopRefund, ...], zone: tzinfo
) -> Iterator[ShopEvent]:
    if paid_at := time_of(fields, "paid", zone):
        yield ShopEvent("paid", order, paid_at, f"{order}:paid")
    if kind := _ENDED.get(fields.text("status")):
        yield ShopEvent(kind, order, modified_at, f"{order}:{kind}")
    if completed_at := time_of(fields, "completed", zone):
        yield ShopEvent("fulfilled", order, completed_at, f"{order}:fulfilled")
    for refund in refunds:
        yield ShopEvent("refunded", order, refund.at, f"{order}:refund:{refund.reference}", refund.amount_minor)


def _parcels(fields: Fields, modified_at: datetime) -> Iterator[ShopParcel]:
    """What the Shipment Tracking extension keeps among an order's extra data."""
    found = [each.raw("value") for each in fields.children("meta_data") if each.raw("key") == _TRACKING]
    for each in found[0] if found and isinstance(found[0], list) else []:
        parcel = Fields(each, "$.meta_data", fields.notes)
        said = parcel.text("date_shipped")
        at = datetime.fromtimestamp(int(said), UTC) if said.isdecimal() and len(said) <= 11 else modified_at
        carrier = parcel.text("custom_tracking_provider") or parcel.text("tracking_provider")
        tracking = parcel.text("tracking_number")
        yield ShopParcel(parcel.text("tracking_id") or tracking, at, carrier, tracking)


def _guest(customer: str) -> str:
    return "" if customer == "0" else customer
