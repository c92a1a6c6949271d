"""Fields whose text is encrypted at rest, and the keyed fingerprints by which such text is found again.

The newest of `DATA_KEYS` encrypts and every key decrypts, so that keys can be changed: see `avdet doctor --rotate-keys`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from avdet.core.errors import AvdetError


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """The installation's own cipher."""
    return _box(tuple(settings.DATA_KEYS))


def seal(text: str) -> str:
    """The same text, encrypted; nothing stays nothing."""
    return box().encrypt(text.encode()).decode("ascii") if text else ""


def unseal(token: str) -> str:
    """What `seal` was given."""
    if not token:
        return ""
    try:
        return box().decrypt(token.encode()).decode()
    except InvalidToken:
        cure = "restore the keys that were in use when it was written"
        what = "sealed text cannot be read with this installation's keys"
        raise AvdetError(what, where="AVDET_DATA_KEYS", cure=cure) from None


def fingerprint(text: str, purpose: str) -> str:
    """A keyed hash by which sealed text is found again: 32 hexadecimal digits, of no use without the installation's key.

    The oldest key makes it, so that adding a new key in front does not lose what is stored.
    """
    key = hashlib.sha256(f"{settings.DATA_KEYS[-1]}:{purpose}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


class SealedText(models.TextField):  # type: ignore[type-arg]
    """Text that the database holds encrypted."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return value if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else seal(str(value))


class SealedJson(models.TextField):  # type: ignore[type-arg]
    """A JSON object that the database holds encrypted, as one token."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return {} if not value else json.loads(unseal(value))

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value or {}

    def get_prep_value(self, value: Any) -> Any:
        return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) if value else ""
