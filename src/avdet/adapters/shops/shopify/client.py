"""The client of Shopify's Admin REST API, paging by the links of its answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx

from avdet.adapters.shops.calls import Wait, ask
from avdet.adapters.shops.shopify.orders import read_order
from avdet.adapters.shops.shopify.people import read_customer
from avdet.adapters.shops.shopify.products import read_products
from avdet.adapters.shops.shopify.webhook import read_webhook
from avdet.core.errors import AvdetError
from avdet.ports.shops import Page, Reading, ShopError, ShopMessage, ShopOrder, ShopParty, ShopProduct

_VERSION: Final = "2025-07"
_PER_PAGE: Final = "250"
_LINK: Final = re.compile(r'<([^<>]+)>\s*;\s*rel="next"')
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shopify:
    """A shop at `url` (`https://name.myshopify.com`). `unit` is its currency, for products, which do not name it."""

    url: str
    access_token: str
    http: httpx.Client
    unit: str = "TRY"
    webhook_secret: str = ""
    wait: Wait = time.sleep

    def orders(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopOrder]:
        """Orders of every state; Shopify's cursor keeps its place."""
        since = {"updated_at_min": modified_after.isoformat()} if modified_after else {}
        documents, following = self._page("orders", {"status": "any", **since}, after)
        return _read(documents, lambda each: [read_order(each)], following)

    def order(self, reference: str) -> Reading[ShopOrder]:
        """One order."""
        answer = self._ask(f"orders/{quote(reference, safe='')}", {})[0]
        return read_order(answer.get("order") if isinstance(answer, dict) else None)

    def products(self, *, modified_after: datetime | None = None, after: str = "") -> Page[ShopProduct]:
        """Products, each variant by itself."""
        since = {"updated_at_min": modified_after.isoformat()} if modified_after else {}
        documents, following = self._page("products", since, after)
        return _read(documents, lambda each: read_products(each, unit=self.unit), following)

    def customers(self, *, after: str = "") -> Page[ShopParty]:
        """Registered customers."""
        documents, following = self._page("customers", {}, after)
        return _read(documents, lambda each: [read_customer(each)], following)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ShopMessage:
        """A webhook's message."""
        return read_webhook(headers, body, secret=self.webhook_secret, unit=self.unit)

    def _page(self, name: str, query: dict[str, str], after: str) -> tuple[list[Any], str]:
        """(documents, the next page's cursor). A cursor carries the question's other parts and bears none beside it."""
        asked = {"limit": _PER_PAGE, "page_info": after} if after else {"limit": _PER_PAGE, **query}
        answer, headers = self._ask(name, asked)
        documents = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(documents, list):
            raise ShopError("a list was expected", permanent=True, where=name, cure="check the shop's address")
        return documents, _next(headers.get("Link", ""))

    def _ask(self, path: str, query: dict[str, str]) -> tuple[Any, httpx.Headers]:
        address = f"{self.url.rstrip('/')}/admin/api/{_VERSION}/{path}.json"
        headers = {"Accept": "application/json", "X-Shopify-Access-Token": self.access_token}
        return ask(self.http, f"{address}?{urlencode(query)}" if query else address, headers=headers, wait=self.wait)


def _next(link: str) -> str:
    """The cursor in a Link header; only the cursor is kept, so that no answer can lead us elsewhere."""
    found = _LINK.search(link)
    return parse_qs(urlsplit(found[1]).query).get("page_info", [""])[0] if found else ""


def _read(documents: list[Any], reader: Callable[[Any], Iterable[Reading[T]]], following: str) -> Page[T]:
    items: list[Reading[T]] = []
    faults: list[AvdetError] = []
    for document in documents:
        try:
            items.extend(reader(document))
        except AvdetError as fault:
            faults.append(fault)
    return Page(tuple(items), following, None, tuple(faults))
