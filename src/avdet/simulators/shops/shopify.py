"""Shopify's side of its protocol: lists with cursors in links, single orders, and webhook signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any, Final

from avdet.simulators.exchange import Answer, Request, as_json

ACCESS_TOKEN: Final = "shpat_avdet"
WEBHOOK_SECRET: Final = "app-secret-of-avdet"
_PATH: Final = re.compile(r"/admin/api/[\w-]+/(orders|products|customers)(?:/(\w+))?\.json")
_LIMIT: Final = 250


def answer(request: Request, books: dict[str, Any]) -> Answer:
    """The answer to a GET of the Admin API."""
    if request.headers.get("x-shopify-access-token") != ACCESS_TOKEN:
        return as_json({"errors": "[API] Invalid API key or access token"}, 401)
    match = _PATH.fullmatch(request.path)
    if not match:
        return as_json({"errors": "Not Found"}, 404)
    name, number = match.groups()
    rows = books["shopify"][name]
    if number is None:
        return _list(rows, name, request)
    found = [row for row in rows if str(row["id"]) == number]
    return as_json({name[:-1]: found[0]}) if found else as_json({"errors": "Not Found"}, 404)


def is_path(path: str) -> bool:
    """Whether a path is Shopify's."""
    return path.startswith("/admin/api/")


def signature(body: bytes, *, genuine: bool) -> str:
    """A webhook's signature."""
    return base64.b64encode(hmac.new(WEBHOOK_SECRET.encode() if genuine else b"x", body, hashlib.sha256).digest()).decode()


def _list(rows: list[dict[str, Any]], name: str, request: Request) -> Answer:
    query = request.query
    asked: dict[str, Any] = {"after": 0, **query}
    if "page_info" in query:
        asked = json.loads(base64.urlsafe_b64decode(query["page_info"]))
    since = asked.get("updated_at_min")
    limit = min(_LIMIT, int(query.get("limit", 50)))
    after = int(asked["after"])
    left = sorted((row for row in rows if int(row["id"]) > after and _changed(row, since)), key=lambda row: int(row["id"]))
    page = left[:limit]
    headers = {}
    if len(left) > limit:
        cursor = json.dumps({"after": int(page[-1]["id"]), **({"updated_at_min": since} if since else {})})
        spelt = base64.urlsafe_b64encode(cursor.encode()).decode()
        host = request.headers.get("host", "")
        headers["Link"] = f'<http://{host}{request.path}?limit={limit}&page_info={spelt}>; rel="next"'
    return as_json({name: page}, headers=headers)


def _changed(row: dict[str, Any], since: Any) -> bool:
    return not since or datetime.fromisoformat(str(row["updated_at"])) >= datetime.fromisoformat(str(since))
