"""Which shop systems there are, and how files of orders are opened. `config` connects each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from avdet.core.errors import AvdetError
from avdet.ports.shops import Shop, ShopFile


@dataclass(frozen=True, slots=True)
class Access:
    """A store's way into its shop. `unit` is the currency as the shop writes it, `zone` is where its clocks stand."""

    url: str
    unit: str
    zone: tzinfo
    credentials: Mapping[str, str]
    webhook_secret: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """One kind of shop. `needs` names the credentials that its owner copies from it; opening one asks nothing yet."""

    name: str
    open: Callable[[Access], Shop]
    needs: tuple[str, ...]


class FileOpener(Protocol):
    """Opens a file of orders; `language` tells the code page of what is not Unicode. `AvdetError` where there is none."""

    def __call__(self, path: Path, *, language: str, unit: str, zone: tzinfo) -> ShopFile: ...


_systems: dict[str, System] = {}
_files: list[FileOpener] = []


def connect(system: System) -> None:
    """From now on the system's name leads to it."""
    _systems[system.name] = system


def connect_files(opener: FileOpener) -> None:
    """From now on files are opened by this."""
    _files[:] = [opener]


def systems() -> tuple[System, ...]:
    """Every shop system that a store may be connected to, by name."""
    return tuple(_systems[name] for name in sorted(_systems))


def system_of(name: str) -> System:
    """The system of this name; `AvdetError` where there is none."""
    if name not in _systems:
        raise AvdetError(f"no shop system is called {name!r:.40}", where="kind", cure=f"use {', '.join(sorted(_systems))}")
    return _systems[name]


def open_file(path: Path, *, language: str, unit: str, zone: tzinfo) -> ShopFile:
    """A file of orders or products."""
    return _files[0](path, language=language, unit=unit, zone=zone)
