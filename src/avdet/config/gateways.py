"""The payment gateways of this installation. Their addresses are the operator's to set, never a store's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import httpx

from avdet.adapters.payments.iyzico import Iyzico, read_webhook
from avdet.adapters.payments.manual import ManualTransfer
from avdet.adapters.payments.zarinpal import Zarinpal
from avdet.config import environment
from avdet.ports.gateways import Credentials, Provider, connect
from avdet.ports.payments import Gateway, PaymentNews


def connect_gateways() -> None:
    """Makes them known by name."""
    connect(Provider("manual", lambda _: ManualTransfer(), by_hand=True))
    connect(Provider("iyzico", _iyzico, ("api_key", "secret_key"), news=_iyzico_news))
    connect(Provider("zarinpal", _zarinpal, ("merchant_id", "access_token", "terminal_id"), keeps_keys=False))


@cache
def _http() -> httpx.Client:
    """One for the process: connections are kept. A call is over long before anybody else asks about it."""
    return httpx.Client(timeout=httpx.Timeout(20, connect=5), follow_redirects=False)


def _iyzico(account: Credentials) -> Gateway:
    address = environment.text("IYZICO_URL", "https://api.iyzipay.com")
    return Iyzico(account["api_key"], account["secret_key"], _http(), base_url=address)


def _iyzico_news(headers: Mapping[str, str], body: bytes, account: Credentials) -> PaymentNews:
    return read_webhook(headers, body, secret_key=account["secret_key"])


def _zarinpal(account: Credentials) -> Gateway:
    return Zarinpal(
        account["merchant_id"],
        _http(),
        access_token=account["access_token"],
        terminal_id=account["terminal_id"],
        base_url=environment.text("ZARINPAL_URL", "https://payment.zarinpal.com"),
        graph_url=environment.text("ZARINPAL_GRAPH_URL", "https://next.zarinpal.com/api/v4/graphql/"),
    )
