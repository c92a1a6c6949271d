"""What the process is told by its environment: every variable that Avdet reads, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

TRUE: Final = {"1", "true", "yes", "on"}


def text(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> str:
    """The value of `AVDET_<name>`, without the blanks around it."""
    return environ.get(f"AVDET_{name}", default).strip()


def flag(name: str, default: bool = False, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether `AVDET_<name>` says yes."""
    said = text(name, environ=environ).lower()
    return said in TRUE if said else default


def number(name: str, default: int, *, environ: Mapping[str, str] = os.environ) -> int:
    """`AVDET_<name>` as a whole number."""
    said = text(name, environ=environ)
    return int(said) if said else default


def several(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """`AVDET_<name>` as a list: its values stand between commas."""
    return [each.strip() for each in text(name, default, environ=environ).split(",") if each.strip()]


def home() -> Path:
    """Where the embedded database, uploads and secrets of this installation lie: `AVDET_HOME`, or ./avdet-home."""
    return Path(text("HOME") or "avdet-home").resolve()
