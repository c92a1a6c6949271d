"""The payment simulator: both protocols, its own routes to enter payments and send callbacks, and a page."""

from __future__ import annotations

from typing import Any

from avdet.simulators.callbacks import deliver
from avdet.simulators.exchange import Answer, Request, as_json, as_page, table
from avdet.simulators.payments import books, iyzico, zarinpal
from avdet.simulators.stand import Handler, Stand


class Payments(Stand):
    """Its own routes, for tests and the demonstration:

    `POST /_payments` one payment or a list of them (see `books.pay`); `GET /_payments` all of them;
    `POST /_settle {reference}` ends what is pending; `POST /_settings {callback_url}` says where callbacks go;
    `POST /_callback {reference, url?, event?, status?}` sends a webhook, and without a reference those of late failures.
    """

    def empty_books(self) -> dict[str, Any]:
        """No payments."""
        return books.empty()

    def route(self, request: Request) -> Handler | None:
        """Own routes first, then the two protocols."""
        own = {"/_payments": self._payments, "/_settle": self._settle, "/_settings": self._settings}.get(request.path)
        if own:
            return self.saving(own)
        return self._callback if request.path == "/_callback" else self._protocol

    def refuse(self, code: str) -> Answer:
        """Zarinpal's codes are negative, Iyzico's are not."""
        return zarinpal.refuse(code) if code.startswith("-") else iyzico.refuse(code)

    def _protocol(self, request: Request) -> Answer:
        answer = iyzico.answer(request, self.books, self.faults) or zarinpal.answer(request, self.books, self.faults)
        return answer or as_json({"error": "not found"}, 404)

    def _payments(self, request: Request) -> Answer:
        if request.method != "POST":
            return as_json(list(self.books["payments"].values()))
        said = request.json()
        made = [books.pay(self.books, each) for each in (said if isinstance(said, list) else [said])]
        return as_json(made if isinstance(said, list) else made[0], 201)

    def _settle(self, request: Request) -> Answer:
        payment = self.books["payments"].get(str(request.json().get("reference")))
        if payment is None:
            return as_json({"error": "not found"}, 404)
        for movement in payment["movements"]:
            movement["state"] = "done" if movement["state"] == "pending" else movement["state"]
        return as_json(payment)

    def _settings(self, request: Request) -> Answer:
        self.books["callback_url"] = str(request.json().get("callback_url") or "")
        return as_json({"callback_url": self.books["callback_url"]})

    def _callback(self, request: Request) -> Answer:
        """Sent without the lock: the receiver will want to look the payment up before it answers."""
        said = request.json()
        with self.lock:
            news = [said] if said.get("reference") else self.books["news"]
            told = [(each, self.books["payments"].get(str(each["reference"])), books.number(self.books)) for each in news]
            self.books["news"] = [] if news is self.books["news"] else self.books["news"]
        url = str(said.get("url") or self.books["callback_url"])
        if not url or any(payment is None for _, payment, _ in told):
            return as_json({"error": "no such payment, or nowhere to send to"}, 404)
        return as_json([answer for each, payment, own in told for answer in self._tell(url, each, payment, own)])

    def _tell(self, url: str, news: dict[str, Any], payment: books.Payment, own: int) -> list[dict[str, Any]]:
        event, status = str(news.get("event") or "API_AUTH"), str(news.get("status") or "SUCCESS")
        body = iyzico.webhook(payment, event, status, delivery=f"news-{own}")
        return deliver(url, body, lambda genuine: iyzico.webhook_headers(body, genuine=genuine), faults=self.faults)

    def page(self) -> Answer:
        """Payments and what went back of them, the newest first."""
        payments = list(self.books["payments"].values())[::-1]
        rows = [
            [each["gateway"], each["reference"], each["state"], each["amount_minor"], books.returned(each), each["currency"]]
            for each in payments
        ]
        return as_page("Payment simulator", table(["Gateway", "Reference", "State", "Paid", "Returned", "Currency"], rows))
