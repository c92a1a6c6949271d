"""The installation's own secrets: from the environment, or made once and kept in the home folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from avdet.config import environment


def secret_key(home: Path) -> str:
    """What signs sessions and links: `AVDET_SECRET_KEY`, or one made at first start."""
    return environment.text("SECRET_KEY") or _kept(home / "secret-key", lambda: secrets.token_urlsafe(50))


def data_keys(home: Path) -> list[str]:
    """What seals personal and bank data, the newest first: `AVDET_DATA_KEYS`, or a key made at first start."""
    return environment.several("DATA_KEYS") or _kept(home / "data-keys", lambda: Fernet.generate_key().decode()).split(",")


def _kept(path: Path, make: Callable[[], str]) -> str:
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    made = make()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of this installation was first
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made)
    return made
