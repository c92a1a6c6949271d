"""WooCommerce's credentials: Basic over TLS; over plain HTTP a query signed by RFC 5849 with HMAC-SHA256; and webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


def basic(key: str, secret: str) -> str:
    """The Authorization header over TLS."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def signed_url(url: str, query: Mapping[str, str], *, key: str, secret: str, nonce: str, timestamp: int) -> str:
    """The address of a GET with its query signed; no token takes part, so the signing key ends with an ampersand."""
    said = {
        **query,
        "oauth_consumer_key": key,
        "oauth_timestamp": str(timestamp),
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
    }
    said["oauth_signature"] = signature("GET", url, said, secret=secret)
    return f"{url}?{urlencode(said, quote_via=quote, safe='~')}"


def signature(method: str, url: str, query: Mapping[str, str], *, secret: str, token_secret: str = "") -> str:
    """RFC 5849, 3.4: method, base address and sorted parameters, each percent-encoded."""
    pairs = sorted((_encode(name), _encode(value)) for name, value in query.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method.upper(), _encode(_base(url)), _encode(joined)))
    sealed = hmac.new(f"{_encode(secret)}&{_encode(token_secret)}".encode(), base.encode(), hashlib.sha256)
    return base64.b64encode(sealed.digest()).decode()


def webhook_signature(body: bytes, secret: str) -> str:
    """What X-WC-Webhook-Signature says of a raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _base(url: str) -> str:
    """The address without query, its scheme and host in lower case and without the scheme's own port."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port and parts.port != default else "")
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", "", ""))


def _encode(text: str) -> str:
    return quote(text, safe="~")
