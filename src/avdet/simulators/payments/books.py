"""The gateway's own books: payments and what went back of each. Plain JSON, so that they can be kept in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Payment = dict[str, Any]
Movement = dict[str, Any]


def empty() -> dict[str, Any]:
    """Books with nothing in them."""
    return {"next": 25_168_800, "payments": {}, "callback_url": "", "news": []}


def number(books: dict[str, Any]) -> int:
    """The next number."""
    books["next"] += 1
    return int(books["next"])


def pay(books: dict[str, Any], said: dict[str, Any]) -> Payment:
    """Enter a payment: {gateway, amount_minor, currency, reference?, conversation?, items?, state?, created_at?}."""
    own = number(books)
    gateway = str(said.get("gateway") or "iyzico")
    reference = str(said.get("reference") or own)
    amount = int(said["amount_minor"])
    items = said.get("items") or [amount]
    payment = {
        "reference": reference,
        "gateway": gateway,
        "amount_minor": amount,
        "currency": str(said.get("currency") or ("IRR" if gateway == "zarinpal" else "TRY")),
        "conversation": str(said.get("conversation") or ""),
        "authority": str(said.get("authority") or f"A{own:035d}"),
        "session": str(500_000_000 + own),
        "state": str(said.get("state") or "paid"),
        "created_at": str(said.get("created_at") or now()),
        "items": [{"id": f"{own}{index}", "amount_minor": int(each)} for index, each in enumerate(items, 1)],
        "movements": [],
    }
    books["payments"][reference] = payment
    return payment


def returned(payment: Payment) -> int:
    """What has gone back of a payment, failed attempts left out."""
    return sum(int(each["amount_minor"]) for each in payment["movements"] if each["state"] != "failed")


def item_returned(payment: Payment, item: str) -> int:
    """What has gone back of one basket item."""
    return sum(int(each["items"].get(item, 0)) for each in payment["movements"] if each["state"] != "failed")


def spread(payment: Payment, amount_minor: int) -> dict[str, int]:
    """An amount over the basket items, the first ones first, as far as each has something left."""
    parts: dict[str, int] = {}
    for item in payment["items"]:
        part = min(amount_minor, int(item["amount_minor"]) - item_returned(payment, item["id"]))
        if part > 0:
            parts[item["id"]] = part
            amount_minor -= part
    return parts


def move(books: dict[str, Any], payment: Payment, *, kind: str, key: str, items: dict[str, int], state: str) -> Movement:
    """Enter a way back and give it."""
    movement = {
        "reference": f"mov{number(books)}",
        "kind": kind,
        "key": key,
        "amount_minor": sum(items.values()),
        "items": items,
        "state": state,
        "at": now(),
    }
    payment["movements"].append(movement)
    return movement


def now() -> str:
    """The time in UTC, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
