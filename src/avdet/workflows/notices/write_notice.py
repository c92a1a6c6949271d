"""A notice as its reader gets it: subject, text, HTML and SMS in their language, by the store's name and in its colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast
from urllib.parse import quote

from django.conf import settings
from django.template import Context, Engine, Template

from avdet.ports.notices import Notice as Message
from avdet.records.orders.numbers import in_address
from avdet.records.outbox.models import Notice
from avdet.records.stores.models import Store
from avdet.records.stores.queries import texts_of
from avdet.words import dates
from avdet.words.digits import money
from avdet.words.phrases import phrase
from avdet.workflows.notices.sms_parts import parts

CLOSING: Final = "notice_closing"
LETTER: Final = Path(__file__).parent / "letter.html"
MOST_PARTS: Final = 2
FACTS: Final = ("total", "amount", "due", "until", "carrier", "tracking", "sku", "url")
LATIN: Final = frozenset({"tracking", "sku", "url"})
SHOWN_URL: Final = frozenset({"webhook_disabled"})
"""Notices whose address is read, not followed."""
_CHANGES: Final = {"password": "password", "email": "email", "phone": "phone", "mfa": "second_factor", "totp": "second_factor",
                   "webauthn": "second_factor", "recovery": "second_factor"}  # fmt: skip
"""How the name of a change begins → what is said of it."""


def written(notice: Notice) -> Message:
    """The message of a notice, ready to be handed over."""
    said = _said(notice)
    channel = cast(Literal["email", "sms"], notice.channel)
    head = {"recipient": str(notice.to), "language": notice.language, "key": notice.key}
    if channel == "sms":
        return Message(channel, text=sms(notice, said), **head)
    subject, text = (_phrase(notice, part, said) for part in ("subject", "text"))
    facts, moves = _facts(notice, said), _moves(notice)
    return Message(
        channel, subject=subject, text=_plain(notice, subject, text, facts, moves),
        html=_letter().render(Context(_context(notice, subject, text, said, facts, moves))), **head,
    )  # fmt: skip


def order_url(store: Store, number: str) -> str:
    """Where the customer finds an order."""
    return f"{settings.URL.rstrip('/')}/{store.slug}/orders/{quote(in_address(number), safe='')}/"


def _logo(store: Store) -> str:
    """Where a letter finds the store's logo; empty where there is none."""
    return f"{settings.URL.rstrip('/')}/{store.slug}/logo/?{store.logo_version}" if store.logo else ""


def _said(notice: Notice) -> dict[str, str]:
    """What the words of any kind may name."""
    values: Mapping[str, Any] = notice.values
    store, language = notice.store, notice.language
    said = {"store": store.name_in(language), "order": notice.order_number}
    said |= {name: str(values.get(name) or "") for name in ("carrier", "case", "code", "replacement", "url", "product", "sku")}
    said["tracking"] = str(values.get("tracking_number") or "")
    for name in ("total", "amount"):
        minor = values.get(f"{name}_minor")
        said[name] = money(int(minor), str(values.get("currency") or store.currency), language) if minor else ""
    due = values.get("due_at")
    said["due"] = dates.instant(datetime.fromisoformat(str(due)), store.time_zone, language) if due else ""
    until = values.get("until_at")
    said["until"] = dates.instant(datetime.fromisoformat(str(until)), store.time_zone, language) if until else ""
    begins = re.split(r"\W|_", str(values.get("what") or ""))[0]
    said["change"] = phrase(language, f"workflows.change.{_CHANGES.get(begins, 'other')}")
    return said


def _phrase(notice: Notice, part: str, said: Mapping[str, str]) -> str:
    return phrase(notice.language, f"workflows.notice.{notice.kind}.{part}", **said)


def _facts(notice: Notice, said: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": phrase(notice.language, f"workflows.fact.{name}"), "value": said[name], "latin": name in LATIN}
        for name in FACTS
        if said[name] and (name != "url" or notice.kind in SHOWN_URL)
    ]


def _moves(notice: Notice) -> list[dict[str, str]]:
    """The links of a letter, the main one first."""
    url, tracking = str(notice.values.get("url") or ""), str(notice.values.get("tracking_url") or "")
    moves = []
    if notice.order_number and notice.kind != "guest_code":
        moves.append(("order", order_url(notice.store, notice.order_number)))
    if tracking.startswith("https://"):
        moves.append(("track", tracking))
    if url and notice.kind not in SHOWN_URL:
        moves.append(("account", url))
    return [{"label": phrase(notice.language, f"workflows.move.{name}"), "url": link} for name, link in moves]


def _plain(notice: Notice, subject: str, text: str, facts: list[dict[str, Any]], moves: list[dict[str, str]]) -> str:
    code = [str(notice.values["code"])] if notice.values.get("code") else []
    listed = ["\n".join(f"{fact['label']}: {fact['value']}" for fact in facts)] if facts else []
    links = [f"{move['label']}:\n{move['url']}" for move in moves]
    closing = [closed] if (closed := _closing(notice)) else []
    return "\n\n".join([subject, text, *code, *listed, *links, *closing, "— " + notice.store.name_in(notice.language)]) + "\n"


def _context(
    notice: Notice, subject: str, text: str, said: Mapping[str, str], facts: list[dict[str, Any]], moves: list[dict[str, str]]
) -> dict[str, Any]:
    accent = notice.store.accent if re.fullmatch(r"#[0-9a-fA-F]{6}", notice.store.accent) else "#1f4e79"
    return {
        "language": notice.language, "direction": "rtl" if notice.language == "fa" else "ltr", "store": said["store"],
        "subject": subject, "text": text, "code": said["code"], "facts": facts, "moves": moves, "accent": accent,
        "on_accent": _upon(accent), "closing": _closing(notice), "logo": _logo(notice.store),
        "foot": phrase(notice.language, "workflows.letter.foot", store=said["store"]),
    }  # fmt: skip


def _closing(notice: Notice) -> str:
    """The store's own last line."""
    return texts_of(notice.store, [CLOSING]).get(CLOSING, {}).get(notice.language, "")


def _upon(accent: str) -> str:
    """Black or white, whichever is read better on a colour.

    >>> _upon("#1f4e79"), _upon("#ffee00")
    ('#ffffff', '#151412')
    """
    red, green, blue = (int(accent[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return "#ffffff" if 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.18 else "#151412"


@cache
def _letter() -> Template:
    return Engine().from_string(LETTER.read_text(encoding="utf-8"))


def sms(notice: Notice, said: Mapping[str, str]) -> str:
    """A text message of two parts at most: what happened, then as much of carrier and link as still fits."""
    text = _phrase(notice, "sms", said)
    more = []
    if said["carrier"] and said["tracking"]:
        more.append(phrase(notice.language, "workflows.sms.parcel", **said))
    if notice.order_number and notice.kind != "guest_code":
        more.append(order_url(notice.store, notice.order_number))
    for count in range(len(more), -1, -1):
        whole = phrase(notice.language, "workflows.sms.frame", store=said["store"], text=" ".join([text, *more[:count]]))
        if parts(whole) <= MOST_PARTS:
            break
    return whole
