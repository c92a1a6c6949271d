"""Zarinpal's side of its protocol: the REST calls of v4, the payment page, and the two questions of its GraphQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from avdet.simulators.exchange import Answer, Request, as_json, as_page
from avdet.simulators.faults import Faults
from avdet.simulators.payments import books

MERCHANT_ID: Final = "00000000-0000-4000-8000-00000000avdt"
ACCESS_TOKEN: Final = "token-of-avdet"
TERMINAL_ID: Final = "1915487"
_REST: Final = "/pg/v4/payment/"
_HALF_AN_HOUR: Final = timedelta(minutes=30)
_STATES: Final = {"waiting": "IN_BANK", "paid": "VERIFIED", "failed": "FAILED", "reversed": "REVERSED"}
_PAYOUTS: Final = {"pending": "PENDING", "done": "PAID", "failed": "FAILED"}


def answer(request: Request, kept: dict[str, Any], faults: Faults) -> Answer | None:
    """The answer to one of Zarinpal's calls, or None for another path."""
    if request.path.startswith(_REST):
        return _rest(request, kept)
    if request.path.startswith("/pg/StartPay/"):
        return _start(request, kept)
    return _graph(request, kept, faults) if request.path.rstrip("/") == "/api/v4/graphql" else None


def refuse(code: str, what: str = "refused on demand") -> Answer:
    """A refusal in the words of the REST calls."""
    number = int(code) if code.lstrip("-").isdigit() else code
    return as_json({"data": [], "errors": {"code": number, "message": what, "validations": []}})


def _rest(request: Request, kept: dict[str, Any]) -> Answer:
    said = request.json()
    name = request.path.removeprefix(_REST)
    if said.get("merchant_id") != MERCHANT_ID:
        return refuse("-11", "Terminal is not active, please contact our support team.")
    if name == "request.json":
        return _request(said, kept)
    found = [each for each in kept["payments"].values() if each["authority"] == said.get("authority")]
    if not found:
        return refuse("-54", "Invalid authority.")
    call = {"verify.json": _verify, "inquiry.json": _inquiry, "reverse.json": _reverse}.get(name)
    return call(found[0], said, kept) if call else as_json({"error": "not found"}, 404)


def _request(said: dict[str, Any], kept: dict[str, Any]) -> Answer:
    amount = int(said.get("amount") or 0) * (10 if said.get("currency") == "IRT" else 1)
    if amount < 1_000:
        return refuse("-9", "The input params invalid, validation error.")
    payment = books.pay(kept, {"gateway": "zarinpal", "amount_minor": amount, "state": "waiting"})
    payment["back_to"] = str(said.get("callback_url") or "")
    return as_json({"data": {"code": 100, "message": "Success", "authority": payment["authority"], "fee": 0}, "errors": []})


def _verify(payment: books.Payment, said: dict[str, Any], kept: dict[str, Any]) -> Answer:  # noqa: ARG001 - as the others
    if payment["state"] != "paid":
        return refuse("-51", "Session is not valid, session is not active paid try.")
    if int(said.get("amount") or 0) != payment["amount_minor"]:
        return refuse("-50", "Session is not valid, amounts values is not the same.")
    code = 101 if payment.get("verified") else 100
    payment["verified"] = True
    told = {"code": code, "message": "Verified", "ref_id": int(payment["reference"]), "card_pan": "603799******1234"}
    return as_json({"data": told, "errors": []})


def _inquiry(payment: books.Payment, said: dict[str, Any], kept: dict[str, Any]) -> Answer:  # noqa: ARG001 - as the others
    return as_json({"data": {"status": _STATES[payment["state"]], "code": 100, "message": "Success"}, "errors": []})


def _reverse(payment: books.Payment, said: dict[str, Any], kept: dict[str, Any]) -> Answer:  # noqa: ARG001 - as the others
    if payment["state"] == "reversed":
        return as_json({"data": {"code": 101, "message": "Reversed"}, "errors": []}, effect=True)
    if payment["state"] != "paid" or payment["movements"]:
        return refuse("-61", "Session is not in success status.")
    if datetime.now(UTC) - datetime.fromisoformat(payment["created_at"]) > _HALF_AN_HOUR:
        return refuse("-63", "Session is not valid, reverse time is expired.")
    payment["state"] = "reversed"
    items = {item["id"]: int(item["amount_minor"]) for item in payment["items"]}
    books.move(kept, payment, kind="reverse", key="", items=items, state="done")
    return as_json({"data": {"code": 100, "message": "Reversed"}, "errors": []}, effect=True)


def _start(request: Request, kept: dict[str, Any]) -> Answer:
    """The payment page: GET shows it, and `?pay=1` or `?pay=0` ends it and sends the payer back."""
    authority = request.path.rsplit("/", 1)[-1]
    found = [each for each in kept["payments"].values() if each["authority"] == authority]
    if not found:
        return as_json({"error": "not found"}, 404)
    payment = found[0]
    if "pay" not in request.query:
        links = "".join(f"<p><a href='?pay={pay}'>{word}</a></p>" for pay, word in ((1, "Pay"), (0, "Cancel")))
        return as_page("Payment", f"<p>{escape(str(payment['amount_minor']))} IRR</p>{links}")
    paid = request.query["pay"] == "1"
    if payment["state"] == "waiting":
        payment["state"] = "paid" if paid else "failed"
    back = urlencode({"Authority": authority, "Status": "OK" if paid else "NOK"})
    joint = "&" if "?" in payment.get("back_to", "") else "?"
    return Answer(status=302, headers={"Location": f"{payment.get('back_to', '')}{joint}{back}"})


def _graph(request: Request, kept: dict[str, Any], faults: Faults) -> Answer:
    if request.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
        return _no("Unauthenticated.")
    asked = request.json()
    variables = asked.get("variables") or {}
    if "AddRefund" in str(asked.get("query")):
        return _refund(variables, kept, faults)
    ref_id = str(variables.get("reference_id") or "")
    known = [each for each in kept["payments"].values() if each["gateway"] == "zarinpal" and each["reference"] == ref_id]
    mine = variables.get("terminal_id") == TERMINAL_ID
    return as_json({"data": {"Session": [_session(each) for each in known] if mine else []}})


def _refund(said: dict[str, Any], kept: dict[str, Any], faults: Faults) -> Answer:
    found = [each for each in kept["payments"].values() if each["session"] == str(said.get("session_id"))]
    amount = int(said.get("amount") or 0)
    if not found or found[0]["state"] != "paid":
        return _no("Session not found.")
    if any(each["state"] != "failed" for each in found[0]["movements"]):
        return _no("This session has already been refunded.")
    if not 20_000 <= amount <= found[0]["amount_minor"]:
        return _no("The amount is not valid.")
    state = "failed" if faults.take("late_failure") else "pending"
    items = books.spread(found[0], amount)
    movement = books.move(kept, found[0], kind="refund", key=str(said.get("description") or ""), items=items, state=state)
    told = {"id": movement["reference"], "amount": amount, "timeline": _timeline(movement)}
    return as_json({"data": {"resource": {**told, "timeline": {**told["timeline"], "refund_status": "PENDING"}}}}, effect=True)


def _session(payment: books.Payment) -> dict[str, Any]:
    refunds = [each for each in payment["movements"] if each["kind"] == "refund"]
    last = refunds[-1] if refunds else None
    payout = last and {
        "amount": last["amount_minor"],
        "status": _PAYOUTS[last["state"]],
        "reconciled_at": last["at"] if last["state"] == "done" else None,
    }
    return {
        "id": payment["session"],
        "status": _STATES[payment["state"]],
        "amount": payment["amount_minor"],
        "authority": payment["authority"],
        "reference_id": payment["reference"],
        "created_at": payment["created_at"],
        "refund": last and {"id": last["reference"], "instant_payout": payout},
        "timeline": {"verified_time": payment["created_at"], **(_timeline(last) if last else {})},
    }


def _timeline(movement: books.Movement) -> dict[str, Any]:
    status = _PAYOUTS[movement["state"]]
    return {"refund_amount": movement["amount_minor"], "refund_time": movement["at"], "refund_status": status}


def _no(what: str) -> Answer:
    return as_json({"errors": [{"message": what}], "data": None})
