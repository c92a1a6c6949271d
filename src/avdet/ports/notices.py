"""Messages to people: what is sent, and whether it left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

OF_STORES: Final = ("mailto", "mailtos", "kavenegar", "netgsm", "twilio", "vonage", "nexmo", "messagebird", "clicksend")
"""How the address of a store's own gateway may begin: mail, and carriers whose own address nobody can set."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person, already written in the reader's language.

    `recipient` is an e-mail address or a mobile number in E.164 (`+905…`, `+989…`). `subject` and `html` are for e-mail;
    `html` is the body alone, without `<html>`. `key` is ours and the same at each attempt to send this notice.
    """

    channel: Literal["email", "sms"]
    recipient: str
    text: str
    language: str
    key: str
    subject: str = ""
    html: str = ""

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        """The way its language runs.

        >>> Notice("sms", "+989120000000", "سلام", "fa", "n-1").direction
        'rtl'
        """
        return "rtl" if self.language == "fa" else "ltr"


@dataclass(frozen=True, slots=True)
class Sent:
    """It left. `reference` is the carrier's number of it; empty where the carrier gives none."""

    reference: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not leave. `what` names neither recipient nor words; when `permanent`, sending it again cannot help."""

    what: str
    permanent: bool


class Messenger(Protocol):
    """Carries notices of one channel. It raises nothing, and logs neither the recipient nor the words."""

    def send(self, notice: Notice) -> Sent | Failed:
        """Hand one notice over, within a bounded time."""
        ...


Opener = Callable[[str], Messenger]
"""A gateway's address → what sends by it; `AvdetError` for an address that nothing here can send by."""
_openers: list[Opener] = []


def connect(opener: Opener) -> None:
    """From now on messengers are opened by this adapter."""
    _openers[:] = [opener]


def messenger(address: str) -> Messenger:
    """What sends by a gateway's address."""
    return _openers[0](address)
