"""How banks are written to: their files, and the way over the network to those that take them there."""

from __future__ import annotations

from functools import cache

import httpx
from django.conf import settings

from avdet.adapters.banks.client import HttpBank
from avdet.adapters.banks.files import Files
from avdet.config import environment
from avdet.config.shops import Outward
from avdet.ports.banks import Bank, connect_banks, connect_files


def connect() -> None:
    """Makes files and banks known."""
    connect_files(Files())
    connect_banks(_bank)


def _bank(url: str, key: str) -> Bank:
    return HttpBank(url, key, _http())


@cache
def _http() -> httpx.Client:
    """One for the process. A bank's address is a store's to write, so it must lead out, as a shop's."""
    way = Outward(lambda: environment.flag("ALLOW_PRIVATE_BANKS", settings.DEMO))
    return httpx.Client(timeout=httpx.Timeout(30, connect=5), follow_redirects=False, transport=way, trust_env=False)
