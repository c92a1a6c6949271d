"""Zarinpal sends the payer's browser back with the authority and a word; nothing signs it."""

from __future__ import annotations

from collections.abc import Mapping

from avdet.core.errors import AvdetError
from avdet.ports.payments import PaymentNews


def read(query: Mapping[str, str]) -> PaymentNews:
    """The news in a callback's query. Anybody could have written it: look the payment up."""
    authority, status = query.get("Authority", ""), query.get("Status", "")
    if not authority or status not in {"OK", "NOK"}:
        raise AvdetError("the callback names no payment", where="zarinpal", cure="follow Zarinpal's own link")
    return PaymentNews(f"{authority}:{status}", authority, status, succeeded=status == "OK")
