"""NetGSM (Turkey) as an Apprise plugin, by its REST v2 protocol: `netgsm://usercode:password@HEADER/number`."""

# mypy: disable-error-code="no-untyped-call,assignment,override"
# Apprise declares what a plugin fills in as None, and leaves its own functions untyped.
from __future__ import annotations

import json
from typing import Any, Final

import httpx
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.base import NotifyBase
from apprise.utils.parse import is_phone_no, parse_phone_no

ACCEPTED: Final = frozenset({"00", "01", "02"})
PASSING: Final = frozenset({"80", "100", "101"})
"""Too many messages just now, and NetGSM's own system errors; every other code stays wrong when it is sent again."""


class NetGsm(NotifyBase):
    """One text to one mobile number. After `send`, `reference` is NetGSM's job and `code` its answer, empty if it gave none."""

    service_name = "NetGSM"
    service_url = "https://www.netgsm.com.tr/"
    setup_url = "https://www.netgsm.com.tr/dokuman/"
    secure_protocol = "netgsm"
    notify_url = "https://api.netgsm.com.tr/sms/rest/v2/send"
    body_maxlen = 880
    title_maxlen = 0
    templates = ("{schema}://{user}:{password}@{header}/{targets}",)

    def __init__(self, header: str, targets: list[str] | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        if not header or not self.user or not self.password:
            raise AppriseImproperlyConfigured("NetGSM needs a user code, a password and a message header")
        self.header = header
        self.targets = [each["full"] for target in targets or [] if (each := is_phone_no(target))]
        self.reference = ""
        self.code = ""

    def send(self, body: str, title: str = "", **_: Any) -> bool:  # noqa: ARG002 - Apprise has put the title into the body
        """Hand the text over; True when NetGSM took it."""
        messages = [{"msg": body, "no": _national(target)} for target in self.targets]
        said = {"msgheader": self.header, "encoding": _encoding(body), "iysfilter": "0", "messages": messages}
        try:
            answer = httpx.post(
                self.notify_url,
                content=json.dumps({**said, "appname": "avdet"}, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                auth=(str(self.user), str(self.password)),
                timeout=httpx.Timeout(self.socket_read_timeout),
            )
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return False
        self.code = str(told.get("code") or "") if isinstance(told, dict) else ""
        self.reference = str(told.get("jobid") or "") if self.code in ACCEPTED else ""
        return self.code in ACCEPTED

    @property
    def url_identifier(self) -> tuple[Any, ...]:
        """What tells one account from another."""
        return (self.secure_protocol, self.user, self.header)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The parts of a `netgsm://` address."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        if parts:
            parts["header"] = NotifyBase.unquote(parts["host"])
            parts["targets"] = [*NotifyBase.split_path(parts["fullpath"]), *parse_phone_no(parts["qsd"].get("to", ""))]
        return parts


def _national(digits: str) -> str:
    """NetGSM wants Turkish numbers without the country, and others after two zeros."""
    return digits[2:] if digits.startswith("90") and len(digits) == 12 else f"00{digits}"


def _encoding(text: str) -> str:
    try:
        text.encode("cp1254")
    except UnicodeEncodeError:
        return "UNICODE"
    return "TR"
