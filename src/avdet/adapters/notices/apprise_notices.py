"""E-mail and SMS through Apprise: an address such as `mailtos://…`, `kavenegar://…` or `netgsm://…` says which way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from apprise import Apprise
from apprise.common import NotifyFormat
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.base import NotifyBase
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.kavenegar import NotifyKavenegar

from avdet.adapters.notices import letter
from avdet.adapters.notices.netgsm import PASSING, NetGsm
from avdet.adapters.notices.overhearing import http_code, overheard, reference
from avdet.core.errors import AvdetError
from avdet.ports.notices import Failed, Notice, Sent

_PLUGINS: Final[dict[str, Any]] = {
    "mailto": NotifyEmail,
    "mailtos": NotifyEmail,
    "kavenegar": NotifyKavenegar,
    "netgsm": NetGsm,
}
_PATHS: Final = {"kavenegar": "/v1/{apikey}/sms/send.json", "netgsm": "/sms/rest/v2/send"}
_HOSTS: Final = {"kavenegar": "https://api.kavenegar.com", "netgsm": "https://api.netgsm.com.tr"}
_MAILBOX: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_MOBILE: Final = re.compile(r"\+[1-9]\d{9,14}")
_SECONDS: Final = 15.0
_REFUSED_FOR_GOOD: Final = frozenset({"400", "406", "411", "413", "422"})
"""Kavenegar's answers that concern this message. The others concern the account, or pass."""


@dataclass(frozen=True, slots=True)
class AppriseMessenger:
    """One way to send. `url` is Apprise's address without a recipient; `base_url` replaces the carrier's own host."""

    url: str
    base_url: str = ""

    def check(self) -> None:
        """Raise AvdetError where the address cannot be used."""
        if self._plugin("+905300000000" if self._scheme != "mailto" else "a@example.com") is None:
            raise AvdetError("this address for messages cannot be used", where=self._scheme, cure="see Apprise's documentation")

    def send(self, notice: Notice) -> Sent | Failed:
        """Hand one notice over; what Apprise logs of it goes nowhere."""
        shape = _MAILBOX if notice.channel == "email" else _MOBILE
        if not shape.fullmatch(notice.recipient):
            return Failed(f"the recipient is no {notice.channel} address", permanent=True)
        with overheard() as said:
            plugin = self._plugin(notice.recipient)
            if plugin is None:
                return Failed("this address for messages cannot be used", permanent=False)
            if isinstance(plugin, NotifyEmail):
                return letter.post(plugin, notice)
            taken = plugin.notify(body=notice.text, title=notice.subject, body_format=NotifyFormat.TEXT)
        return _sent(plugin, said) if taken else _failed(plugin, said)

    @property
    def mail_server(self) -> tuple[str, int] | None:
        """The mail server's name and port; None for a carrier, or for an address that cannot be used."""
        plugin = self._plugin("a@example.com")
        return (str(plugin.smtp_host), int(plugin.port or 587)) if isinstance(plugin, NotifyEmail) else None

    @property
    def _scheme(self) -> str:
        return urlsplit(self.url).scheme

    def _plugin(self, recipient: str) -> NotifyBase | None:
        """A plugin for one recipient. Schemes outside the table go through Apprise's whole register."""
        address = f"{self.url}{'&' if '?' in self.url else '?'}to={quote(recipient, safe='')}"
        kind = _PLUGINS.get(self._scheme)
        try:
            plugin = _own(kind, address) if kind else Apprise.instantiate(address)
        except (AppriseImproperlyConfigured, TypeError):
            return None
        if plugin is not None and self._scheme in _PATHS:
            where = (self.base_url or _HOSTS[self._scheme]).rstrip("/") + _PATHS[self._scheme]
            plugin.notify_url = where  # type: ignore[attr-defined] # both plugins of the table have it
        if plugin is not None:
            plugin.socket_read_timeout = _SECONDS
        return plugin


def _own(kind: Any, address: str) -> NotifyBase | None:
    parts = kind.parse_url(address)
    plugin: NotifyBase | None = kind(**parts) if parts else None
    return plugin


def _sent(plugin: NotifyBase, said: list[str]) -> Sent:
    return Sent(plugin.reference if isinstance(plugin, NetGsm) else reference(said))


def _failed(plugin: NotifyBase, said: list[str]) -> Failed:
    if isinstance(plugin, NetGsm):
        return Failed(f"NetGSM answered {plugin.code or 'nothing'}", permanent=bool(plugin.code) and plugin.code not in PASSING)
    code = http_code(said)
    return Failed(f"{plugin.service_name} answered {code or 'nothing'}", permanent=code in _REFUSED_FOR_GOOD)
