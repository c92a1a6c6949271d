"""Zarinpal (Iran), by its published v4 protocol: inquiry and reverse over REST, look-up and refund over GraphQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from avdet.adapters.payments.calls import Document, believing_nothing, send, unseen
from avdet.adapters.payments.zarinpal.books import movement_of, status_of
from avdet.adapters.payments.zarinpal.questions import ADD_REFUND, SESSION
from avdet.ports.payments import Done, Movement, NotFound, Outcome, PaymentStatus, Pending, Refused, Trace, Unknown

_SUCCESS, _ALREADY = 100, 101
_NOT_YET: Final = frozenset({-12, -60})
"""Too many attempts, and a bank that did not answer: worth another attempt. The other codes are final."""
_PASSING: Final = ("too many", "rate limit", "try again", "timeout", "temporar")
_REVERSED: Final = "REVERSED"
_STRANGER: Final = Refused("not_found", "Zarinpal does not know this payment", permanent=True)
LEAST_MINOR: Final = 20_000
"""The least that Zarinpal refunds, in rial."""


@dataclass(frozen=True, slots=True)
class Zarinpal:
    """A terminal. `access_token` and `terminal_id` are needed to look up and to refund; `http` carries the time limits.

    A payment's reference is the `ref_id` that verification gave, the authority of its request, or `authority:ref_id`.
    Zarinpal keeps no key of ours: it keeps one way back for each payment, and that one is found again by the payment.
    """

    merchant_id: str
    http: httpx.Client
    access_token: str = ""
    terminal_id: str = ""
    base_url: str = "https://payment.zarinpal.com"
    graph_url: str = "https://next.zarinpal.com/api/v4/graphql/"

    @believing_nothing
    def look_up(self, reference: str) -> PaymentStatus | Refused | Unknown | NotFound:
        """The payment with its way back, if it has one."""
        session = self._session(reference)
        if not isinstance(session, dict):
            return session
        state = self._inquire(str(session.get("authority") or ""))
        return status_of(session, reversed_at_bank=state == _REVERSED) if isinstance(state, str) else state

    @believing_nothing
    def attempt(self, reference: str, *, key: str) -> Trace:  # noqa: ARG002 - Zarinpal keeps no key of ours
        """What became of the payment's way back; by its authority alone, whether it was reversed."""
        authority, ref_id = _parts(reference)
        session = self._session(reference) if ref_id else {"authority": authority, "id": authority}
        if not isinstance(session, dict):
            return unseen(session)
        state = self._inquire(str(session.get("authority") or ""))
        if not isinstance(state, str):
            return unseen(state)
        if state == _REVERSED:
            return Done(str(session["id"]), datetime.now(UTC))
        return _trace(movement_of(session))

    @believing_nothing
    def reverse(self, reference: str, *, key: str) -> Outcome:  # noqa: ARG002 - a payment is reversed once or not at all
        """Give the whole payment back; the bank allows it for half an hour after the payment."""
        authority = self._authority(reference)
        if isinstance(authority, NotFound):
            return _STRANGER
        if not isinstance(authority, str):
            return authority
        answer = self._rest("reverse.json", {"merchant_id": self.merchant_id, "authority": authority})
        return Done(authority, datetime.now(UTC)) if isinstance(answer, dict) else answer

    @believing_nothing
    def refund(self, reference: str, amount_minor: int, currency: str, *, key: str) -> Outcome:
        """Send a part back to the payer's account; it arrives with the banks' next transfer, so it is pending at first."""
        if currency != "IRR" or amount_minor < LEAST_MINOR:
            return Refused("amount", f"Zarinpal refunds rial, {LEAST_MINOR} at least", permanent=True)
        session = self._session(reference)
        if isinstance(session, NotFound):
            return _STRANGER
        if not isinstance(session, dict):
            return session
        said = {"session_id": str(session["id"]), "amount": amount_minor, "description": f"avdet {key}"}
        answer = self._graph(ADD_REFUND, {**said, "method": "PAYA", "reason": "CUSTOMER_REQUEST"})
        if not isinstance(answer, dict):
            return answer
        made = answer.get("resource")
        return Pending(str(made["id"])) if isinstance(made, dict) and made.get("id") else Unknown("no refund in the answer")

    def _session(self, reference: str) -> Document | Refused | Unknown | NotFound:
        """Zarinpal's own record of the payment, found by the number that its verification gave."""
        ref_id = _parts(reference)[1]
        if not ref_id or not self.access_token:
            return Refused("no_session", "this needs an access token and the payment's ref_id", permanent=True)
        answer = self._graph(SESSION, {"terminal_id": self.terminal_id, "reference_id": ref_id, "limit": 5})
        if not isinstance(answer, dict):
            return answer
        found = [row for row in answer.get("Session") or [] if isinstance(row, dict) and str(row.get("reference_id")) == ref_id]
        return found[0] if found else NotFound()

    def _authority(self, reference: str) -> str | Refused | Unknown | NotFound:
        authority = _parts(reference)[0]
        if authority:
            return authority
        session = self._session(reference)
        return str(session.get("authority") or "") if isinstance(session, dict) else session

    def _inquire(self, authority: str) -> str | Refused | Unknown:
        """The bank's word for the payment's state; empty where there is no authority to ask by."""
        if not authority:
            return ""
        answer = self._rest("inquiry.json", {"merchant_id": self.merchant_id, "authority": authority})
        return str(answer.get("status") or "") if isinstance(answer, dict) else answer

    def _rest(self, name: str, said: dict[str, Any]) -> Document | Refused | Unknown:
        url = f"{self.base_url}/pg/v4/payment/{name}"
        answer = send(self.http, "POST", url, headers=_JSON, body=json.dumps(said).encode())
        if not isinstance(answer, dict):
            return answer
        told = answer.get("data") or {}
        if isinstance(told, dict) and told.get("code") in {_SUCCESS, _ALREADY}:
            return told
        errors = answer.get("errors") or {}
        code = errors.get("code") if isinstance(errors, dict) else None
        if code is None:
            return Unknown("the answer says neither success nor why not")
        return Refused(str(code), str(errors.get("message") or "")[:200], permanent=code not in _NOT_YET)

    def _graph(self, query: str, variables: dict[str, Any]) -> Document | Refused | Unknown:
        headers = {**_JSON, "Authorization": f"Bearer {self.access_token}"}
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = send(self.http, "POST", self.graph_url, headers=headers, body=body)
        if not isinstance(answer, dict):
            return answer
        if errors := answer.get("errors"):
            return _refusal(str(errors[0].get("message") if isinstance(errors, list) and errors else errors))
        told = answer.get("data")
        return told if isinstance(told, dict) else Unknown("the answer holds no data")


_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}


def _parts(reference: str) -> tuple[str, str]:
    """(authority, ref_id), either of them empty."""
    authority, _, ref_id = reference.partition(":")
    return ("", authority) if authority.isdigit() else (authority, ref_id)


def _trace(movement: Movement | None) -> Trace:
    if movement is None:
        return NotFound()
    if movement.state == "failed":
        return Refused("failed", "the transfer came back", permanent=True)
    if movement.state == "pending" or movement.at is None:
        return Pending(movement.reference)
    return Done(movement.reference, movement.at)


def _refusal(said: str) -> Refused:
    return Refused("graphql", said[:200], permanent=not any(word in said.lower() for word in _PASSING))
