"""The client of WooCommerce's REST API v3."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import httpx

from avdet.adapters.shops.calls import Wait, ask
from avdet.adapters.shops.woocommerce.orders import read_order
from avdet.adapters.shops.woocommerce.people import read_customer
from avdet.adapters.shops.woocommerce.products import is_variable, read_product
from avdet.adapters.shops.woocommerce.signing import basic, signed_url
from avdet.adapters.shops.woocommerce.webhook import read_webhook
from avdet.core.errors import AvdetError
from avdet.ports.shops import Page, Reading, ShopError, ShopMessage, ShopOrder, ShopParty, ShopProduct

_API: Final = "/wp-json/wc/v3"
_PER_PAGE: Final = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WooCommerce:
    """A shop at `url`. `http` carries the time limits; `unit` is the shop's currency as it writes it (TRY, IRR, IRT…).

    `zone` is the shop's, for old versions that give no UTC times.
    """

    url: str
    consumer_key: str
    consumer_secret: str
    http: httpx.Client
    unit: str = "TRY"
    zone: tzinfo = UTC
    webhook_secret: str = ""
    wait: Wait = time.sleep

    def orders(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopOrder]:
        """Orders by their numbers, which do not move while one pages."""
        documents, page = self._page("/orders", after, modified_after)
        return _read(documents, self._order, page)

    def order(self, reference: str) -> Reading[ShopOrder]:
        """One order with its refunds."""
        return self._order(self._ask(f"/orders/{quote(reference, safe='')}", {})[0])

    def products(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopProduct]:
        """Products; of variable ones their variations."""
        documents, page = self._page("/products", after, modified_after)
        return _read([each for document in documents for each in self._sold(document)], self._product, page)

    def customers(self, *, after: str = "") -> Page[ShopParty]:
        """Registered customers."""
        documents, page = self._page("/customers", after, None)
        return _read(documents, read_customer, page)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ShopMessage:
        """A webhook's message."""
        return read_webhook(headers, body, secret=self.webhook_secret, unit=self.unit, zone=self.zone)

    def _order(self, document: Any) -> Reading[ShopOrder]:
        refunds = isinstance(document, dict) and document.get("refunds")
        if not refunds:
            return read_order(document, zone=self.zone)
        told = self._ask(f"/orders/{quote(str(document.get('id')), safe='')}/refunds", {"per_page": str(_PER_PAGE)})[0]
        return read_order(document, zone=self.zone, refunds=tuple(told) if isinstance(told, list) else None)

    def _sold(self, document: Any) -> Iterator[tuple[Any, Any]]:
        """What can be sold of a product: (document, the variable product it belongs to or None)."""
        if not is_variable(document):
            yield document, None
            return
        path, page = f"/products/{quote(str(document.get('id')), safe='')}/variations", "1"
        while page:
            variations, (page, _) = self._page(path, page, None)
            yield from ((each, document) for each in variations)

    def _product(self, sold: tuple[Any, Any]) -> Reading[ShopProduct]:
        document, above = sold
        parent = read_product({**above, "price": "0"}, unit=self.unit) if above else None
        return read_product(document, unit=self.unit, parent=parent)

    def _page(self, path: str, after: str, modified_after: datetime | None) -> tuple[list[Any], tuple[str, int | None]]:
        """(documents, (next page, total))."""
        page = int(after) if after.isdecimal() else 1
        query = {"page": str(page), "per_page": str(_PER_PAGE), "orderby": "id", "order": "asc"}
        if modified_after:
            moment = modified_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            query |= {"modified_after": moment, "dates_are_gmt": "true"}
        documents, headers = self._ask(path, query)
        if not isinstance(documents, list):
            raise ShopError("a list was expected", permanent=True, where=path, cure="check the shop's address")
        total, pages = headers.get("X-WP-Total", ""), headers.get("X-WP-TotalPages", "")
        more = page < int(pages) if pages.isdecimal() else len(documents) == _PER_PAGE
        return documents, (str(page + 1) if more else "", int(total) if total.isdecimal() else None)

    def _ask(self, path: str, query: dict[str, str]) -> tuple[Any, httpx.Headers]:
        address = f"{self.url.rstrip('/')}{_API}{path}"
        headers = {"Accept": "application/json", "User-Agent": "avdet"}
        if address.startswith("https://"):
            headers["Authorization"] = basic(self.consumer_key, self.consumer_secret)
            return ask(self.http, f"{address}?{urlencode(query)}", headers=headers, wait=self.wait)
        # A nonce may be used once only, so each attempt is signed anew.
        return ask(self.http, lambda: self._signed(address, query), headers=headers, wait=self.wait)

    def _signed(self, address: str, query: dict[str, str]) -> str:
        nonce, now = secrets.token_hex(16), int(time.time())
        return signed_url(address, query, key=self.consumer_key, secret=self.consumer_secret, nonce=nonce, timestamp=now)


def _read(documents: list[Any], reader: Callable[[Any], Reading[T]], page: tuple[str, int | None]) -> Page[T]:
    items: list[Reading[T]] = []
    faults: list[AvdetError] = []
    for document in documents:
        try:
            items.append(reader(document))
        except ShopError:
            raise
        except AvdetError as fault:
            faults.append(fault)
    return Page(tuple(items), page[0], page[1], tuple(faults))
