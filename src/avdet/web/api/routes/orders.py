"""Reading orders and placing them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.core.errors import AvdetError
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.orders.numbers import from_address, in_address
from avdet.records.orders.queries import Filters, events_of, lines_of, order_by_number, search
from avdet.records.shared.phones import e164
from avdet.web.api.answers import etag, listed, marks, reply, tagged
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.orders import HEAVY, event_document, options_document, order_document, summary
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.shapes.orders import LineSaid, OrderDocument, OrderEvents, OrderPage, OrderQuery, OrderSaid
from avdet.web.api.shapes.orders import Options as OptionsShape
from avdet.words.faults import coded
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.policy.options_now import options_now

door = Door("orders")
SOURCE: Final = "api"


def order_of(request: TokenRequest, number: str) -> Order:
    """The order that the address names, as `in_address` writes its number."""
    found = order_by_number(request.store, from_address(number)) if number.isprintable() else None
    if found is None:
        raise not_found("order")
    return found


def whole(order: Order) -> dict[str, object]:
    """An order with its lines and deliveries; four statements."""
    return order_document(order, lines_of(order), deliveries_of(order))


@door.get("/orders", "orders:read", OrderPage)
def list_orders(request: TokenRequest, wanted: Query[OrderQuery]) -> HttpResponse:
    """Orders, the newest first."""
    filters = Filters(
        states=(wanted.state,) if wanted.state else (), placed_from=wanted.placed_from, placed_to=wanted.placed_to,
        payment_method=wanted.payment_method or "", country=wanted.country, source=wanted.source, product=_plain(wanted.sku),
    )  # fmt: skip
    mark = marks(wanted.cursor)
    page = search(
        request.store, _plain(wanted.q), filters, size=wanted.limit, after=mark.get("after", ""), before=mark.get("before", ""),
        without=HEAVY,
    )  # fmt: skip
    return listed(request, page, summary)


def _plain(text: str) -> str:
    """Without what no text in the database has."""
    return "".join(sign for sign in text if sign.isprintable())


@door.get("/orders/{number}", "orders:read", OrderDocument)
def read_order(request: TokenRequest, number: str) -> HttpResponse:
    """One order, with its lines and deliveries."""
    order = order_of(request, number)
    return tagged(request, lambda: whole(order), order.revision)


@door.get("/orders/{number}/events", "orders:read", OrderEvents)
def list_order_events(request: TokenRequest, number: str) -> HttpResponse:
    """Everything that has happened to an order."""
    return reply({"data": [event_document(event) for event in events_of(order_of(request, number))]})


@door.get("/orders/{number}/options", "orders:read", OptionsShape)
def list_order_options(request: TokenRequest, number: str) -> HttpResponse:
    """What the customer may do now, and until when, each with its clauses."""
    return reply(options_document(options_now(order_of(request, number), timezone.now(), request.language)))


@door.post("/orders", "orders:write", OrderDocument, status=201)
def create_order(request: TokenRequest, said: OrderSaid) -> HttpResponse:
    """Place an order: prices, VAT and terms are frozen, and its pieces are promised."""
    order = place_order(request.store, _draft(request, said), actor=ACTOR, now=timezone.now())
    headers = {"Location": f"{request.path}/{quote(in_address(order.number), safe='')}", "ETag": etag(order.revision)}
    return reply(order_document(order, lines_of(order), ()), status=201, headers=headers)


def _draft(request: TokenRequest, said: OrderSaid) -> OrderDraft:
    currency, contact = request.store.currency, said.contact
    if not (said.customer_ref or contact.email or e164(contact.phone, request.store.country)):
        raise coded(AvdetError, "asked.nobodys", where="body.contact")
    return OrderDraft(
        lines=tuple(_line(line, currency, f"body.lines[{at}]") for at, line in enumerate(said.lines)),
        number=said.number, source=SOURCE, external_ref=said.external_ref, customer_ref=said.customer_ref,
        contact=Contact(contact.name, contact.phone, contact.email),
        address={name: value for name, value in said.address.model_dump().items() if value}, language=said.language or "",
        discount_minor=minor(said.discount, currency, "body.discount") or 0,
        shipping_minor=minor(said.shipping, currency, "body.shipping") or 0,
        shipping_vat_basis_points=said.shipping_vat_basis_points, payment_method=said.payment_method,
        delivery_method=said.delivery_method, partial_consent=said.partial_consent, recipient=said.recipient,
        placed_at=said.placed_at, reserve=said.reserve, gifts=said.gifts, note=said.note,
    )  # fmt: skip


def _line(line: LineSaid, currency: str, where: str) -> DraftLine:
    return DraftLine(
        sku=line.sku, quantity=line.quantity, name=line.name,
        unit_price_minor=minor(line.unit_price, currency, f"{where}.unit_price"),
        discount_minor=minor(line.discount, currency, f"{where}.discount") or 0, vat_basis_points=line.vat_basis_points,
        traits=None if line.traits is None else tuple(line.traits), serials=tuple(line.serials or ()),
    )  # fmt: skip
