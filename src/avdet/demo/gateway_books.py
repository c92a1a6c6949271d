"""Tells the simulated gateway which payments of the demo it has taken, and gives each store an account with it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from avdet.records.payments.actions import keep_account
from avdet.records.payments.models import Payment
from avdet.records.stores.models import Store
from avdet.simulators.payments import iyzico, zarinpal

GATEWAYS: Final = {"TRY": "iyzico", "IRR": "zarinpal"}
"""Which simulated gateway took a demo store's online payments."""
_ACCOUNTS: Final = {
    "iyzico": {"api_key": iyzico.API_KEY, "secret_key": iyzico.SECRET_KEY},
    "zarinpal": {
        "merchant_id": zarinpal.MERCHANT_ID, "access_token": zarinpal.ACCESS_TOKEN, "terminal_id": zarinpal.TERMINAL_ID,
    },
}


def reference(currency: str, digits: str) -> str:
    """How the gateway of a currency would have named a payment.

    >>> reference("TRY", "123"), reference("IRR", "123")[-7:]
    ('123', '123:123')
    """
    return digits if currency == "TRY" else f"A{digits:0>35}:{digits}"


def open_books(url: str, stores: Iterable[Store]) -> None:
    """Accounts in our records, payments in the simulator's."""
    for store in stores:
        gateway = GATEWAYS[store.currency]
        keep_account(store, gateway, _ACCOUNTS[gateway], now=timezone.now())
    rows = Payment.objects.filter(gateway__in=_ACCOUNTS, state="paid").order_by("pk")
    said = json.dumps([_entry(payment) for payment in rows]).encode()
    call = urllib.request.Request(f"{url}/_payments", said, {"Content-Type": "application/json"})
    with urllib.request.urlopen(call, timeout=30):
        pass


def _entry(payment: Payment) -> dict[str, Any]:
    authority, _, digits = payment.reference.partition(":")
    named = {"reference": digits, "authority": authority} if digits else {"reference": payment.reference}
    paid_at = (payment.paid_at or payment.created_at).isoformat()
    return {"gateway": payment.gateway, "amount_minor": payment.amount_minor, "currency": payment.currency,
            "created_at": paid_at, **named}  # fmt: skip
