"""Iyzico (Turkey), by its published REST protocol: look up, cancel the payment of the day, refund a part."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from avdet.adapters.payments.calls import Document, believing_nothing, send, unseen
from avdet.adapters.payments.iyzico.books import status_of
from avdet.adapters.payments.iyzico.signing import answer_signature, authorization
from avdet.ports.amounts import to_decimal
from avdet.ports.payments import Done, NotFound, Outcome, PaymentStatus, Pending, Refused, Trace, Unknown

_REPORT: Final = "/v2/reporting/payment/details"
_SYSTEM_ERROR: Final = "1"
_SIGNED: Final = ("paymentId", "price", "currency", "conversationId")


@dataclass(frozen=True, slots=True)
class Iyzico:
    """A merchant's account. `http` carries the time limits and is closed by whoever opened it.

    A payment's reference is Iyzico's `paymentId`. To pay back one basket item of it, write `paymentId:paymentTransactionId`.
    """

    api_key: str
    secret_key: str
    http: httpx.Client
    base_url: str = "https://api.iyzipay.com"

    @believing_nothing
    def look_up(self, reference: str) -> PaymentStatus | Refused | Unknown | NotFound:
        """The payment with all that has gone back, from the reporting service."""
        payment = reference.partition(":")[0]
        answer = self._call("GET", _REPORT, query={"paymentId": payment})
        if not isinstance(answer, dict):
            return answer
        found = [each for each in answer.get("payments") or [] if str(each.get("paymentId")) == payment]
        return status_of(found[0]) if found else NotFound()

    @believing_nothing
    def attempt(self, reference: str, *, key: str) -> Trace:
        """What Iyzico's books say of our key: every cancellation and refund keeps the conversation id it came with."""
        status = self.look_up(reference)
        if not isinstance(status, PaymentStatus):
            return unseen(status)
        found = [each for each in status.movements if each.key == key]
        if not found:
            return NotFound()
        if any(each.state == "failed" for each in found):
            return Refused("failed", "the bank gave the money back to the merchant", permanent=True)
        if found[0].state == "pending" or found[0].at is None:
            return Pending(found[0].reference)
        return Done(found[0].reference, found[0].at)

    @believing_nothing
    def reverse(self, reference: str, *, key: str) -> Outcome:
        """Cancel the payment whole; banks allow it until the end of its day."""
        return self._move("/payment/cancel", {"paymentId": reference.partition(":")[0]}, key=key)

    @believing_nothing
    def refund(self, reference: str, amount_minor: int, currency: str, *, key: str) -> Outcome:
        """Pay back a part of a payment, or of one basket item of it."""
        payment, _, item = reference.partition(":")
        money = {"price": to_decimal(amount_minor, currency), "currency": currency}
        if item:
            return self._move("/payment/refund", {"paymentTransactionId": item, **money}, key=key)
        return self._move("/v2/payment/refund", {"paymentId": payment, **money}, key=key)

    def _move(self, path: str, said: dict[str, str], *, key: str) -> Outcome:
        answer = self._call("POST", path, body={"locale": "en", "conversationId": key, **said})
        if not isinstance(answer, dict):
            return answer
        if not self._genuine(answer):
            return Unknown("the answer's signature is wrong")
        reference = str(answer.get("hostReference") or answer.get("paymentTransactionId") or answer.get("paymentId") or "")
        if not reference:
            return Unknown("the answer names no payment")
        return Done(reference, _moment(answer.get("systemTime")))

    def _genuine(self, answer: Document) -> bool:
        """Whether the answer's signature is right; older accounts answer without one, over TLS."""
        said = answer.get("signature")
        return said is None or hmac.compare_digest(
            str(said).lower(), answer_signature(self.secret_key, [answer.get(name) for name in _SIGNED])
        )

    def _call(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: dict[str, str] | None = None
    ) -> Document | Refused | Unknown:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body else b""
        random_key = secrets.token_hex(12)
        headers = {
            "Authorization": authorization(self.api_key, self.secret_key, random_key=random_key, path=path, body=content),
            "x-iyzi-rnd": random_key,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        url = f"{self.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = send(self.http, method, url, headers=headers, body=content)
        return _refusal(answer) if isinstance(answer, dict) and answer.get("status") != "success" else answer


def _refusal(answer: Document) -> Refused | Unknown:
    code = str(answer.get("errorCode") or "")
    if not code:
        return Unknown("the answer says neither success nor why not")
    passing = answer.get("retryable") is True or code == _SYSTEM_ERROR
    return Refused(code, str(answer.get("errorMessage") or "")[:200], permanent=not passing)


def _moment(milliseconds: Any) -> datetime:
    """Iyzico's clock in its answer, in milliseconds; the answer's arrival is as good where it gives none."""
    if isinstance(milliseconds, int) and not isinstance(milliseconds, bool):
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return datetime.now(UTC)
