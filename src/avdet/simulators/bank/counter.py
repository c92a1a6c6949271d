"""The bank simulator: payment files in, answers out; its own routes to reject accounts; and a page."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from avdet.simulators.bank.reports import duplicated, nonsense, report
from avdet.simulators.exchange import Answer, Request, as_json, as_page, table
from avdet.simulators.stand import Handler, Stand

KEY: Final = "a key of the bank simulator"
_PAYMENT: Final = re.compile(r"/payments/([A-Za-z0-9-]{1,35})(/answers)?")
_SPACE: Final = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


class BankSimulator(Stand):
    """`PUT /payments/{id}` takes a pain.001 once; `GET /payments/{id}/answers` gives its pain.002 files as a JSON list.

    Its own routes: `POST /_accounts {iban, code}` has it reject an account, with an empty code it is taken again;
    `GET /_payments` shows what came in. Faults beside those of every simulator: `late_reject` (settled, then returned),
    `duplicate_answer`, `wrong_amount`, `unknown_lines`, `nonsense`; each is staged in the next payment's answers.
    """

    def empty_books(self) -> dict[str, Any]:
        """No payments, and every account is fine."""
        return {"payments": {}, "rejects": {}}

    def route(self, request: Request) -> Handler | None:
        """Own routes first, then the bank's."""
        if request.path == "/_accounts":
            return self.saving(self._accounts)
        if request.path == "/_payments":
            return lambda _: as_json(list(self.books["payments"].values()))
        found = _PAYMENT.fullmatch(request.path)
        if found is None:
            return None
        return self._answers if found[2] else self._take

    def _accounts(self, request: Request) -> Answer:
        said = request.json()
        self.books["rejects"][str(said.get("iban"))] = str(said.get("code") or "")
        return as_json(self.books["rejects"])

    def _take(self, request: Request) -> Answer:
        if refused := _stranger(request):
            return refused
        name, file = request.path.rsplit("/", 1)[-1], request.body.decode(errors="replace")
        known = self.books["payments"].get(name)
        if known is not None:  # the message id makes a repetition harmless
            return as_json({"message": name}, 200 if known["file"] == file else 409)
        transfers = _transfers(request.body, name)
        if transfers is None:
            return as_json({"error": "this is no pain.001 of that name"}, 422)
        faults = [kind for kind in ("late_reject", "wrong_amount", "unknown_lines") if self.faults.take(kind)]
        self.books["payments"][name] = {"message": name, "file": file, "transfers": transfers, "faults": faults}
        return as_json({"message": name}, 202, effect=True)

    def _answers(self, request: Request) -> Answer:
        if refused := _stranger(request):
            return refused
        payment = self.books["payments"].get(request.path.split("/")[2])
        if payment is None:
            return as_json({"error": "not found"}, 404)
        if self.faults.take("nonsense"):
            return as_json([nonsense()])
        files = report(payment, self.books["rejects"])
        return as_json(duplicated(files) if self.faults.take("duplicate_answer") else files)

    def page(self) -> Answer:
        """Every transfer that came in, the newest payment first."""
        rows = [
            [payment["message"], each["name"], each["iban"], each["holder"], each["amount"], each["currency"]]
            for payment in list(self.books["payments"].values())[::-1]
            for each in payment["transfers"]
        ]
        return as_page("Bank simulator", table(["Message", "Transfer", "IBAN", "Holder", "Amount", "Currency"], rows))


def _stranger(request: Request) -> Answer | None:
    known = request.headers.get("authorization") == f"Bearer {KEY}"
    return None if known else as_json({"error": "who is asking?"}, 401)


def _transfers(raw: bytes, name: str) -> list[dict[str, str]] | None:
    """The transfers of a pain.001; None where it is none, or goes by another name."""
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.findtext(f".//{_SPACE}GrpHdr/{_SPACE}MsgId") != name:
        return None
    return [
        {
            "name": each.findtext(f".//{_SPACE}EndToEndId"), "amount": each.findtext(f".//{_SPACE}InstdAmt"),
            "currency": each.find(f".//{_SPACE}InstdAmt").get("Ccy"), "iban": each.findtext(f"{_SPACE}CdtrAcct//{_SPACE}IBAN"),
            "holder": each.findtext(f"{_SPACE}Cdtr/{_SPACE}Nm"),
        }
        for each in root.iter(f"{_SPACE}CdtTrfTxInf")
    ]  # fmt: skip
