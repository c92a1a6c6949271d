"""The store's own account changes: where refunds are paid from, and how its bank is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from avdet.core.errors import AvdetError
from avdet.records.people.bank_accounts import read_number
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import change_store
from avdet.records.stores.models import Store
from avdet.words.faults import coded

_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def change_payer(store: Store, said: Mapping[str, str], *, now: datetime, actor: Actor) -> None:
    """`said`: iban, holder, and if they are known bic, bank_url, bank_key. An empty key stays as it was at the same address.

    `AvdetError` for an IBAN, a BIC or an address that cannot be. Batches that were approved keep the account they had.
    """
    kind, number = read_number(said.get("iban", ""))
    bic, url = said.get("bic", "").replace(" ", "").upper(), said.get("bank_url", "").strip().rstrip("/")
    if kind != "iban":
        raise coded(AvdetError, "payout.iban", where="bank.iban")
    if not said.get("holder", "").strip():
        raise coded(AvdetError, "payout.holder", where="bank.name")
    if bic and not _BIC.fullmatch(bic):
        raise coded(AvdetError, "payout.bic", where="bic")
    if url and not _address(url):
        raise coded(AvdetError, "payout.bank_url", where="bank_url", example="https://…")
    same = url == store.payout_account.get("bank_url", "")
    key = said.get("bank_key", "") or (str(store.payout_account.get("bank_key", "")) if same else "")
    account = {"iban": number, "holder": said["holder"].strip()[:140], "bic": bic}
    reached = {"bank_url": url, "bank_key": key} if url else {}
    change_store(store, {"payout_account": account | reached}, now=now, actor=actor)


def _address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.query and not parts.username
    except ValueError:
        return False
