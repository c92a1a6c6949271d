"""The words that an order is found by, as keyed hashes: names, phones and numbers lie in the database sealed.

Each kind of word is hashed apart, so that four digits of a phone never meet an order's number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from avdet.core.folding import beginnings, fold, words
from avdet.records.orders.models import Order
from avdet.records.shared.phones import e164

SHORTEST = 3
"""Letters of a name after which it is found; whole names may be shorter."""
MOST_NAMES = 8
LAST_DIGITS = 4


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"{secret}:order words".encode()).digest()


def hashed(kind: str, word: str) -> int:
    """A word as the database keeps it: 64 bits, signed, of no use without the installation's key."""
    made = hashlib.blake2b(f"{kind}:{word}".encode(), key=_key(settings.DATA_KEYS[-1]), digest_size=8).digest()
    return int.from_bytes(made, "big", signed=True)


def words_of(order: Order) -> list[int]:
    """Everything by which one order is found."""
    contact, recipient = order.contact or {}, (order.address or {}).get("recipient", "")
    found = {hashed("number", spelling) for name in (order.number, order.external_ref) for spelling in _numbers(name)}
    names = words(f"{contact.get('name', '')} {recipient}")[:MOST_NAMES]
    found |= {hashed("name", part) for name in names for part in beginnings(name, SHORTEST)}
    found |= _phone(contact.get("phone", ""), order.country or order.store.country)
    if contact.get("email"):
        found.add(hashed("email", contact["email"].strip().lower()))
    return sorted(found)


def _numbers(name: str) -> Iterable[str]:
    """A number as it stands, and its digits alone: F-1001 is found by 1001 too."""
    folded = fold(name).replace(" ", "")
    digits = "".join(sign for sign in folded if sign.isdigit())
    return {spelling for spelling in (folded, digits) if spelling}


def _phone(written: str, country: str) -> set[int]:
    phone = e164(written, country)
    return {hashed("phone", phone), hashed("last", phone[-LAST_DIGITS:])} if phone else set()


def asked(text: str, country: str) -> list[list[int]]:
    """What somebody typed, as alternatives for each of its parts: an order fits that has one word of every list."""
    phone = e164(text, country)
    if phone:
        return [[hashed("phone", phone), hashed("number", "".join(sign for sign in fold(text) if sign.isdigit()))]]
    if "@" in text and not text.strip().count(" "):
        return [[hashed("email", text.strip().lower())]]
    return [_part(part) for part in text.split() if fold(part)]


def _part(part: str) -> list[int]:
    folded = fold(part)
    joined = folded.replace(" ", "")
    if joined.isdigit():
        return [hashed("number", joined), *([hashed("last", joined)] if len(joined) == LAST_DIGITS else [])]
    if any(sign.isdigit() for sign in joined):
        return [hashed("number", joined)]
    return [hashed("name", word) for word in folded.split()[:1]] + [hashed("number", joined)]
