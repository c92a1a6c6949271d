"""Iyzico's signatures: of our requests (IYZWSv2), of its answers, and of its webhooks (X-IYZ-SIGNATURE-V3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any


def authorization(api_key: str, secret_key: str, *, random_key: str, path: str, body: bytes) -> str:
    """The Authorization header. `path` is the request's path without its query; `body` the exact bytes sent."""
    return header(api_key, random_key, _hmac(secret_key, f"{random_key}{path}".encode() + body))


def header(api_key: str, random_key: str, signature: str) -> str:
    """The header's spelling, from a signature in hexadecimal."""
    said = f"apiKey:{api_key}&randomKey:{random_key}&signature:{signature}"
    return "IYZWSv2 " + base64.b64encode(said.encode()).decode()


def answer_signature(secret_key: str, values: Iterable[Any]) -> str:
    """The signature of an answer over some of its values, in the documented order; decimals lose their ending zeros."""
    return _hmac(secret_key, ":".join(map(_plain, values)).encode())


def webhook_signature(secret_key: str, said: Mapping[str, Any]) -> str:
    """The signature of a webhook: the hosted page's messages carry a token, the others a payment only."""
    names = ["iyziPaymentId", "token"] if said.get("token") else ["paymentId"]
    fields = ["iyziEventType", *names, "paymentConversationId", "status"]
    whole = secret_key + "".join(_plain(said.get(name)) for name in fields)
    return _hmac(secret_key, whole.encode(errors="surrogatepass"))  # a forged one may hold half a character


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def _hmac(secret_key: str, said: bytes) -> str:
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()
