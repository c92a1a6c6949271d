"""Iyzico's side of its protocol. The error codes 1000 and 1001 are Iyzico's; the others stand for refusals of its kind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from avdet.ports.amounts import to_decimal, to_minor
from avdet.simulators.exchange import Answer, Request, as_json
from avdet.simulators.faults import Faults
from avdet.simulators.payments import books

API_KEY: Final = "sandbox-avdet"
SECRET_KEY: Final = "sandbox-secret-of-avdet"
_ISTANBUL: Final = ZoneInfo("Europe/Istanbul")
_STATES: Final = {"waiting": 0, "paid": 1, "reversed": 1, "failed": -1}
_MOVEMENTS: Final = {"done": 1, "pending": 0, "failed": -1}


class RefusalError(Exception):
    """Iyzico says no."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code, self.what = code, what


def answer(request: Request, kept: dict[str, Any], faults: Faults) -> Answer | None:
    """The answer to one of Iyzico's calls, or None for another path."""
    call = {
        "/payment/detail": _detail,
        "/payment/cancel": _cancel,
        "/payment/refund": _refund_item,
        "/v2/payment/refund": _refund_payment,
        "/v2/reporting/payment/details": _report,
    }.get(request.path)
    if call is None:
        return None
    said = request.json() or request.query
    try:
        _check(request)
        return as_json({"status": "success", **call(kept, said, faults)}, effect=call in _EFFECTS)
    except RefusalError as no:
        return refuse(no.code, no.what, str(said.get("conversationId") or ""))


def refuse(code: str, what: str = "refused on demand", conversation: str = "") -> Answer:
    """A refusal in Iyzico's words."""
    said = {"status": "failure", "errorCode": code, "errorMessage": what, "systemTime": _milliseconds(books.now())}
    return as_json({**said, "conversationId": conversation})


def _check(request: Request) -> None:
    given = base64.b64decode(request.headers.get("authorization", "").removeprefix("IYZWSv2 ")).decode(errors="replace")
    fields = dict(part.partition(":")[::2] for part in given.split("&"))
    if fields.get("apiKey") != API_KEY:
        raise RefusalError("1001", "api bilgileri bulunamadı")
    signed = f"{fields.get('randomKey', '')}{request.path}".encode() + request.body
    if not hmac.compare_digest(_hmac(signed), fields.get("signature", "")):
        raise RefusalError("1000", "Geçersiz imza")


def _payment(kept: dict[str, Any], reference: Any) -> books.Payment:
    payment = kept["payments"].get(str(reference))
    if payment is None or payment["gateway"] != "iyzico":
        raise RefusalError("5115", "ödeme kaydı bulunamadı")
    found: books.Payment = payment
    return found


def _detail(kept: dict[str, Any], said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    payment = _payment(kept, said.get("paymentId"))
    price = float(to_decimal(payment["amount_minor"], payment["currency"]))
    told = {
        "paymentId": payment["reference"],
        "currency": payment["currency"],
        "basketId": "",
        "conversationId": str(said.get("conversationId") or ""),
        "paidPrice": price,
        "price": price,
    }
    return {**told, "signature": _sign(told.values(), faults), "paymentStatus": "SUCCESS", "fraudStatus": 1}


def _cancel(kept: dict[str, Any], said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    payment = _payment(kept, said.get("paymentId"))
    if again := _earlier(payment, "reverse", said):
        return _moved(payment, again, said, faults)
    if payment["state"] != "paid" or books.returned(payment):
        raise RefusalError("5091", "ödeme iptal edilemez")
    if _local(payment["created_at"]).date() != _local(books.now()).date():
        raise RefusalError("5092", "gün sonu geçti; iade edin")
    items = {item["id"]: int(item["amount_minor"]) for item in payment["items"]}
    return _moved(payment, _enter(kept, payment, "reverse", said, items, faults), said, faults)


def _refund_payment(kept: dict[str, Any], said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    payment = _payment(kept, said.get("paymentId"))
    if again := _earlier(payment, "refund", said):
        return _moved(payment, again, said, faults)
    amount = _amount(said, payment)
    if amount > payment["amount_minor"] - books.returned(payment):
        raise RefusalError("5093", "iade tutarı kalan tutarı aşıyor")
    return _moved(payment, _enter(kept, payment, "refund", said, books.spread(payment, amount), faults), said, faults)


def _refund_item(kept: dict[str, Any], said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    wanted = str(said.get("paymentTransactionId"))
    found = [(each, item) for each in kept["payments"].values() for item in each["items"] if item["id"] == wanted]
    if not found:
        raise RefusalError("5088", "kırılım bulunamadı")
    payment, item = found[0]
    if again := _earlier(payment, "refund", said):
        return {**_moved(payment, again, said, faults), "paymentTransactionId": wanted}
    amount = _amount(said, payment)
    if amount > int(item["amount_minor"]) - books.item_returned(payment, wanted):
        raise RefusalError("5093", "iade tutarı kalan tutarı aşıyor")
    movement = _enter(kept, payment, "refund", said, {wanted: amount}, faults)
    return {**_moved(payment, movement, said, faults), "paymentTransactionId": wanted}


_EFFECTS: Final = (_cancel, _refund_payment, _refund_item)


def _report(kept: dict[str, Any], said: dict[str, Any], faults: Faults) -> dict[str, Any]:  # noqa: ARG001 - as the others
    payment = kept["payments"].get(str(said.get("paymentId")))
    return {"payments": [_reported(payment)] if payment and payment["gateway"] == "iyzico" else []}


def _reported(payment: books.Payment) -> dict[str, Any]:
    back = books.returned(payment)
    whole = back >= payment["amount_minor"]
    return {
        "paymentId": int(payment["reference"]) if payment["reference"].isdigit() else payment["reference"],
        "paymentStatus": _STATES[payment["state"]],
        "paymentRefundStatus": "NOT_REFUNDED" if not back else "TOTALLY_REFUNDED" if whole else "PARTIALLY_REFUNDED",
        "paidPrice": _decimal(payment["amount_minor"], payment),
        "currency": payment["currency"],
        "paymentConversationId": payment["conversation"],
        "createdDate": f"{_local(payment['created_at']):%Y-%m-%d %H:%M:%S}",
        "cancels": [_row(payment, each, each["amount_minor"]) for each in payment["movements"] if each["kind"] == "reverse"],
        "itemTransactions": [
            {
                "paymentTransactionId": item["id"],
                "paidPrice": _decimal(item["amount_minor"], payment),
                "refunds": [
                    _row(payment, each, each["items"][item["id"]])
                    for each in payment["movements"]
                    if each["kind"] == "refund" and item["id"] in each["items"]
                ],
            }
            for item in payment["items"]
        ],
    }


def _row(payment: books.Payment, movement: books.Movement, amount_minor: int) -> dict[str, Any]:
    return {
        "refundTxId": movement["reference"],
        "hostReference": movement["reference"],
        "refundPrice": _decimal(amount_minor, payment),
        "currencyCode": payment["currency"],
        "refundStatus": _MOVEMENTS[movement["state"]],
        "refundConversationId": movement["key"],
        "createdDate": f"{_local(movement['at']):%Y-%m-%d %H:%M:%S}",
    }


def _earlier(payment: books.Payment, kind: str, said: dict[str, Any]) -> books.Movement | None:
    key = str(said.get("conversationId") or "")
    found = [each for each in payment["movements"] if key and each["key"] == key and each["kind"] == kind]
    return found[0] if found else None


def _enter(
    kept: dict[str, Any], payment: books.Payment, kind: str, said: dict[str, Any], items: dict[str, int], faults: Faults
) -> books.Movement:
    """The movement on the books; a late failure is one that the answer still calls a success."""
    late = faults.take("late_failure")
    key = str(said.get("conversationId") or "")
    movement = books.move(kept, payment, kind=kind, key=key, items=items, state="failed" if late else "done")
    if kind == "reverse" and not late:
        payment["state"] = "reversed"
    if late:
        kept["news"].append({"reference": payment["reference"], "event": "REFUND_RETRY_FAILURE", "status": "FAILURE"})
    return movement


def _moved(payment: books.Payment, movement: books.Movement, said: dict[str, Any], faults: Faults) -> dict[str, Any]:
    told = {
        "paymentId": payment["reference"],
        "price": float(to_decimal(movement["amount_minor"], payment["currency"])),
        "currency": payment["currency"],
        "conversationId": str(said.get("conversationId") or ""),
    }
    signature = _sign(told.values(), faults)
    return {**told, "hostReference": movement["reference"], "systemTime": _milliseconds(movement["at"]), "signature": signature}


def _amount(said: dict[str, Any], payment: books.Payment) -> int:
    if str(said.get("currency") or payment["currency"]) != payment["currency"]:
        raise RefusalError("5094", "para birimi ödemeninkinden farklı")
    amount = to_minor(str(said.get("price") or "0"), payment["currency"])[0]
    if amount <= 0:
        raise RefusalError("5004", "price gönderilmesi zorunludur")
    return amount


def _sign(values: Any, faults: Faults) -> str:
    plain = [format(Decimal(str(each)).normalize(), "f") if isinstance(each, float) else str(each) for each in values]
    return _hmac(":".join(plain).encode()) if not faults.take("wrong_signature") else "0" * 64


def webhook(payment: books.Payment, event: str, status: str, *, delivery: str) -> bytes:
    """The body of a webhook about a payment."""
    said = {
        "paymentConversationId": payment["conversation"],
        "merchantId": 350_000,
        "paymentId": payment["reference"],
        "status": status,
        "iyziReferenceCode": delivery,
        "iyziEventType": event,
        "iyziEventTime": _milliseconds(books.now()),
    }
    return json.dumps(said).encode()


def webhook_headers(body: bytes, *, genuine: bool) -> dict[str, str]:
    """The signature header of a webhook."""
    said = json.loads(body)
    names = ("iyziEventType", "paymentId", "paymentConversationId", "status")
    signature = _hmac((SECRET_KEY + "".join(str(said[name]) for name in names)).encode())
    return {"X-IYZ-SIGNATURE-V3": signature if genuine else signature[::-1]}


def _hmac(said: bytes) -> str:
    return hmac.new(SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def _decimal(amount_minor: int, payment: books.Payment) -> float:
    return float(to_decimal(amount_minor, payment["currency"]))


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(_ISTANBUL)


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
