"""What arrived, the two SMS carriers' protocols, and the page that shows it all."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from typing import Any, Final

from avdet.simulators.exchange import Answer, Request, as_json, as_page
from avdet.simulators.stand import Handler, Stand

API_KEY: Final = "sandboxofavdet"
USER_CODE: Final = "8500000000"
PASSWORD: Final = "sandbox-password"
_KEPT: Final = 5_000


class Messages(Stand):
    """`GET /_messages?to=…` lists what arrived, newest first; `DELETE` forgets it; `GET /_mail/<n>` is one letter's HTML."""

    def empty_books(self) -> dict[str, Any]:
        """Nothing has arrived."""
        return {"next": 0, "messages": []}

    def route(self, request: Request) -> Handler | None:
        """The list, a letter, Kavenegar and NetGSM."""
        if request.path == "/_messages":
            return self.saving(self._list)
        if request.path.startswith("/_mail/"):
            return self._letter
        if request.path.startswith("/v1/") and request.path.endswith("/sms/send.json"):
            return self._kavenegar
        return self._netgsm if request.path == "/sms/rest/v2/send" else None

    def refuse(self, code: str) -> Answer:
        """NetGSM's codes have two digits, Kavenegar's three."""
        if len(code) < 3:
            return as_json({"code": code, "jobid": None, "description": "refused on demand"}, 406)
        return _kavenegar_no(int(code), "refused on demand")

    def take_letter(self, sender: str, recipients: list[str], letter: bytes) -> None:
        """Keep a letter, once for each recipient."""
        read = message_from_bytes(letter, _class=EmailMessage, policy=policy.default)
        parts = {kind: read.get_body((kind,)) for kind in ("plain", "html")}
        texts = {kind: part.get_content() if part else "" for kind, part in parts.items()}
        for recipient in recipients:
            self._keep(
                channel="email",
                carrier="smtp",
                to=recipient,
                sender=sender,
                subject=str(read["Subject"] or ""),
                text=texts["plain"],
                html=texts["html"],
                reference=str(read["Message-ID"] or ""),
            )

    def _keep(self, **said: str) -> str:
        with self.lock:
            self.books["next"] += 1
            number = str(self.books["next"])
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self.books["messages"].append({"subject": "", "html": "", "reference": number, **said, "number": number, "at": at})
            del self.books["messages"][:-_KEPT]
            self.save()
        return number

    def _newest(self) -> list[dict[str, Any]]:
        return list(self.books["messages"])[::-1]

    def _list(self, request: Request) -> Answer:
        if request.method == "DELETE":
            self.books["messages"].clear()
        to = request.query.get("to")
        return as_json([each for each in self._newest() if to is None or each["to"] == to])

    def _letter(self, request: Request) -> Answer:
        """One letter as its sender wrote it, shut in: no scripts, no forms, and no requests but for its pictures."""
        number = request.path.rsplit("/", 1)[-1]
        found = [each for each in self.books["messages"] if each["number"] == number and each["html"]]
        if not found:
            return as_json({"error": "not found"}, 404)
        shut = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-ancestors 'self'"
        page = str(found[0]["html"]).encode()
        return Answer(page, kind="text/html; charset=utf-8", headers={"Content-Security-Policy": shut})

    def _kavenegar(self, request: Request) -> Answer:
        said = {**request.query, **(request.form() if request.body else {})}
        if request.path.split("/")[2] != API_KEY:
            return _kavenegar_no(403, "API Key is invalid")
        if not said.get("receptor") or not said.get("message"):
            return _kavenegar_no(400, "parameters are incomplete")
        number = self._keep(
            channel="sms", carrier="kavenegar", to=_plus(said["receptor"]), sender=said.get("sender", ""), text=said["message"]
        )
        entry = {"messageid": int(number), "message": said["message"], "status": 1, "receptor": said["receptor"], "cost": 0}
        return as_json({"return": {"status": 200, "message": "ok"}, "entries": [entry]}, effect=True)

    def _netgsm(self, request: Request) -> Answer:
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        if base64.b64decode(given + "===").decode(errors="replace") != f"{USER_CODE}:{PASSWORD}":
            return as_json({"code": "30", "jobid": None, "description": "invalid credentials"}, 406)
        said = request.json()
        messages = said.get("messages") or []
        if not said.get("msgheader"):
            return as_json({"code": "40", "jobid": None, "description": "message header"}, 406)
        if not messages or any(not each.get("msg") or not str(each.get("no", "")).isdigit() for each in messages):
            return as_json({"code": "70", "jobid": None, "description": "parameters"}, 406)
        numbers = [
            self._keep(channel="sms", carrier="netgsm", to=_turkish(each["no"]), sender=said["msgheader"], text=each["msg"])
            for each in messages
        ]
        return as_json({"code": "00", "jobid": f"1737{numbers[0]:0>12}", "description": "queued"}, effect=True)

    def page(self) -> Answer:
        """Letters in frames, SMS as bubbles, the newest first."""
        shown = "".join(_article(each) for each in self._newest()[:100])
        return as_page("Message simulator", shown or "<p>Nothing yet.</p>")


def _article(message: dict[str, Any]) -> str:
    line = f"{message['carrier']} · {message['at']} · {message['sender']} → {message['to']}"
    head = f"<p><small><bdi>{escape(line)}</bdi></small></p>"
    if message["channel"] == "sms":
        return f"<article class=sms dir=auto>{head}{escape(message['text'])}</article>"
    title = f"<h2 dir=auto>{escape(message['subject'])}</h2>"
    if message["html"]:
        frame = f"<iframe sandbox loading=lazy title='{escape(message['subject'])}' src='/_mail/{message['number']}'></iframe>"
        return f"<article>{head}{title}{frame}</article>"
    return f"<article dir=auto>{head}{title}<pre>{escape(message['text'])}</pre></article>"


def _kavenegar_no(code: int, what: str) -> Answer:
    return as_json({"return": {"status": code, "message": what}, "entries": None}, code)


def _plus(number: str) -> str:
    digits = number.lstrip("+").removeprefix("00")
    return f"+98{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def _turkish(number: str) -> str:
    return f"+{number[2:]}" if number.startswith("00") else f"+90{number.removeprefix('0')}"
