"""WooCommerce's side of its protocol."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from avdet.simulators.exchange import Answer, Request, as_json

KEY: Final = "ck_avdet"
SECRET: Final = "cs_avdet"
WEBHOOK_SECRET: Final = "webhook-secret-of-avdet"
API: Final = "/wp-json/wc/v3"


def answer(request: Request, books: dict[str, Any], nonces: set[str]) -> Answer:
    """The answer to a GET of the REST API."""
    if no := _check(request, nonces):
        return as_json({"code": "woocommerce_rest_cannot_view", "message": no, "data": {"status": 401}}, 401)
    parts = request.path.removeprefix(API).strip("/").split("/")
    rows = books["woocommerce"].get(parts[0])
    if rows is None or request.method != "GET":
        return as_json({"code": "rest_no_route", "data": {"status": 404}}, 404)
    if len(parts) == 1:
        return _list(rows, request.query)
    found = [row for row in rows if str(row["id"]) == parts[1]]
    if not found:
        return as_json({"code": "woocommerce_rest_invalid_id", "data": {"status": 404}}, 404)
    if len(parts) == 2:
        return as_json(found[0])
    return _list(books["woocommerce"][parts[2]].get(parts[1], []), request.query)


def signature(body: bytes, *, genuine: bool) -> str:
    """A webhook's signature."""
    return base64.b64encode(hmac.new(WEBHOOK_SECRET.encode() if genuine else b"x", body, hashlib.sha256).digest()).decode()


def _list(rows: list[dict[str, Any]], query: dict[str, str]) -> Answer:
    """A page of rows, filtered and sorted as asked, with the totals in the headers."""
    if since := query.get("modified_after"):
        rows = [row for row in rows if str(row.get("date_modified_gmt") or "") > since]
    rows = sorted(rows, key=lambda row: int(row["id"]), reverse=query.get("order", "desc") != "asc")
    size, page = min(100, int(query.get("per_page", 10))), max(1, int(query.get("page", 1)))
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
    return as_json(rows[(page - 1) * size : page * size], headers=headers)


def _check(request: Request, nonces: set[str]) -> str:
    """Why the caller may not read, or nothing."""
    given = request.headers.get("authorization", "")
    if given.startswith("Basic "):
        return "" if base64.b64decode(given[6:]) == f"{KEY}:{SECRET}".encode() else "wrong key"
    query = request.query
    nonce = query.get("oauth_nonce", "")
    if query.get("oauth_consumer_key") != KEY or not nonce or nonce in nonces:
        return "wrong key, or a nonce used twice"
    nonces.add(nonce)
    return "" if hmac.compare_digest(_oauth(request), query.get("oauth_signature", "")) else "invalid signature"


def _oauth(request: Request) -> str:
    pairs = [pair for pair in parse_qsl(urlsplit(request.target).query) if pair[0] != "oauth_signature"]
    spelt = sorted(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    address = f"http://{request.headers.get('host', '')}{request.path}"
    base = f"GET&{quote(address, safe='~')}&{quote('&'.join(spelt), safe='~')}"
    return base64.b64encode(hmac.new(f"{SECRET}&".encode(), base.encode(), hashlib.sha256).digest()).decode()
