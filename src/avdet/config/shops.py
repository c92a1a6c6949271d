"""The shop systems of this installation, and the only way by which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import httpx
from django.conf import settings

from avdet.adapters.shops.files import open_file
from avdet.adapters.shops.shopify import Shopify
from avdet.adapters.shops.woocommerce import WooCommerce
from avdet.adapters.webhooks.places import ForbiddenPlaceError, resolve
from avdet.config import environment
from avdet.ports.shop_systems import Access, System, connect, connect_files


def connect_shops() -> None:
    """Makes them known by name."""
    connect(System("woocommerce", _woocommerce, ("consumer_key", "consumer_secret")))
    connect(System("shopify", _shopify, ("access_token",)))
    connect_files(open_file)


_LONE = httpx.Limits(max_keepalive_connections=0)
"""No connection is kept: one that was proved to be one shop's could be taken for another's at the same address."""


class Outward(httpx.HTTPTransport):
    """An address that is an owner's to write must not lead into the network that this server stands in.

    `private` says whether it may after all: for what stands beside Avdet, for demonstrations and tests.
    """

    def __init__(self, private: Callable[[], bool]) -> None:
        super().__init__(limits=_LONE)
        self._private = private

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Goes to the very address that was found fit; TLS is still held to the name."""
        private = self._private()
        url = request.url
        if url.scheme != "https" and not private:
            raise httpx.UnsupportedProtocol("strangers are asked by https only", request=request)
        try:
            address = resolve(url.host, url.port or (443 if url.scheme == "https" else 80), allow_private=private)
        except (ForbiddenPlaceError, OSError, UnicodeError) as fault:
            raise httpx.ConnectError("the address leads nowhere that may be asked", request=request) from fault
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        request.url = url.copy_with(host=address)
        return super().handle_request(request)


@cache
def _http() -> httpx.Client:
    """One for the process."""
    way = Outward(lambda: environment.flag("ALLOW_PRIVATE_SHOPS", settings.DEMO))
    return httpx.Client(timeout=httpx.Timeout(30, connect=5), follow_redirects=False, transport=way, trust_env=False)


def _woocommerce(access: Access) -> WooCommerce:
    keys = access.credentials
    return WooCommerce(
        access.url, keys.get("consumer_key", ""), keys.get("consumer_secret", ""), _http(), unit=access.unit, zone=access.zone,
        webhook_secret=access.webhook_secret,
    )  # fmt: skip


def _shopify(access: Access) -> Shopify:
    token = access.credentials.get("access_token", "")
    return Shopify(access.url, token, _http(), unit=access.unit, webhook_secret=access.webhook_secret)
