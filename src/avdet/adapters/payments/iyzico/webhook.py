"""Iyzico's webhooks: what a genuine one says."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping

from avdet.adapters.payments.iyzico.signing import webhook_signature
from avdet.core.errors import AvdetError
from avdet.ports.payments import PaymentNews


def read(headers: Mapping[str, str], body: bytes, *, secret_key: str) -> PaymentNews:
    """The news in a webhook; raises AvdetError for one that is malformed or not signed by Iyzico."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):  # anybody may send one that nests deeper than can be read
        said = None
    if not isinstance(said, dict):
        raise AvdetError("the webhook is no JSON object", where="iyzico", cure="send what Iyzico sent, unchanged")
    given = {name.lower(): value for name, value in headers.items()}.get("x-iyz-signature-v3", "")
    if not hmac.compare_digest(given.lower().encode(), webhook_signature(secret_key, said).encode()):
        raise AvdetError("the webhook's signature is wrong", where="iyzico", cure="check the secret key in Iyzico's panel")
    payment = str(said.get("iyziPaymentId") or said.get("paymentId") or "")
    event = str(said.get("iyziEventType") or "")
    delivery = str(said.get("iyziReferenceCode") or f"{event}:{payment}:{said.get('iyziEventTime')}")
    return PaymentNews(delivery, payment, event, succeeded=said.get("status") == "SUCCESS")
