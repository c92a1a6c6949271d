"""Every notice in every language: complete, in its own direction, short enough as an SMS, and safe against what it quotes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from avdet.records.outbox.models import Notice
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import set_texts
from avdet.records.stores.models import Store
from avdet.words.phrases import catalogue
from avdet.workflows.notices.sms_parts import parts
from avdet.workflows.notices.tell import KINDS
from avdet.workflows.notices.write_notice import written
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
NAMES = {"fa": "فروشگاه اینترنتی فطرا", "tr": "Ofis Kutum Mağazacılık", "en": "Fetrashop Online"}
VALUES = {
    "total_minor": 123_450_000, "amount_minor": 45_000_000, "currency": "IRR", "carrier": "پست پیشتاز", "url": "https://shop.example/x",
    "tracking_number": "218530041200001239", "tracking_url": "https://post.example/t/218530041200001239", "code": "482913",
    "product": "کاغذ تحریر A4", "sku": "K-1", "what": "password_changed", "due_at": "2026-11-25T20:29:59+00:00",
    "until_at": "2026-11-25T20:29:59+00:00", "case": "FET-1000427-R12",
}  # fmt: skip


def notice(kind: str, channel: str = "email", language: str = "fa", **fields: Any) -> Notice:
    store = fields.pop("store", None) or Store.objects.first() or make_store(names=NAMES)
    to = "buyer@example.test" if channel == "email" else "+989120000001"
    return Notice(store=store, key="k", channel=channel, kind=kind, to=to, language=language, created_at=NOW,
                  **{"values": VALUES, "order_number": "FET-1000427", **fields})  # fmt: skip


class Tags(HTMLParser):
    """The elements of a letter, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_there_are_words_for_each_kind_and_no_others() -> None:
    assert {key.split(".")[2] for key in catalogue("en") if key.startswith("workflows.notice.")} == KINDS


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_letter_is_whole(kind: str, language: str) -> None:
    message = written(notice(kind, language=language))
    assert message.recipient == "buyer@example.test"
    assert message.subject.strip() == message.subject
    assert not re.search(r"[{}]|None", message.subject + message.text + message.html)
    read = Tags()
    read.feed(message.html)
    assert f'dir="{message.direction}"' in message.html
    assert message.subject in read.words
    assert "script" not in read.tags
    assert all(link.startswith(("https://", "http://127.0.0.1")) for link in read.links)
    assert len(message.html) < 8_000


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_sms_has_two_parts_at_most_and_begins_with_the_store(kind: str, language: str) -> None:
    text = written(notice(kind, "sms", language)).text
    assert parts(text) <= 2, (parts(text), text)
    assert text.startswith(f"{NAMES[language]}: ")


def test_what_is_told_of_a_parcel_is_its_carrier_and_number_in_both_channels() -> None:
    assert "پست پیشتاز، کد رهگیری: 218530041200001239." in written(notice("order_shipped", "sms")).text
    letter = written(notice("order_shipped"))
    assert "پست پیشتاز" in letter.text
    assert '<bdi dir="ltr">218530041200001239</bdi>' in letter.html
    assert "https://post.example/t/218530041200001239" in letter.html
    assert "/fetrashop/orders/FET-1000427/" in letter.html


def test_amounts_and_dates_are_the_readers() -> None:
    persian, turkish = (written(notice("payment_due", language=each)).text for each in ("fa", "tr"))
    assert "۴۵٬۰۰۰٬۰۰۰ ریال" in persian
    assert "چهارشنبه ۴ آذر ۱۴۰۵، ساعت ۲۳:۵۹" in persian
    assert "45.000.000 riyal" in turkish
    assert "25 Kasım 2026 Çarşamba" in turkish


def test_a_code_stands_large_and_leads_nowhere() -> None:
    letter = written(notice("guest_code"))
    assert "482913</bdi>" in letter.html
    assert "/orders/" not in letter.html
    assert "482913" in written(notice("guest_code", "sms")).text


@pytest.mark.parametrize("what", ["password_changed", "email_deleted", "totp_activated", "phone_changed", "something_new", ""])
def test_a_change_of_an_account_is_named(what: str) -> None:
    text = written(notice("account_changed", language="en", values={"what": what})).text
    assert re.search(r"(Your|The) [a-z -]+ (was|were|of) ", text)


@pytest.mark.parametrize("hostile", ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "{{ settings.SECRET_KEY }}", "{store.__class__}"])
def test_what_is_quoted_stays_text(hostile: str) -> None:
    letter = written(notice("order_shipped", values={"carrier": hostile, "tracking_number": hostile, "tracking_url": "javascript:alert(1)"}, order_number=hostile[:60]))
    read = Tags()
    read.feed(letter.html)
    assert {"script", "img"} & set(read.tags) == set()
    assert not any(link.startswith("javascript") for link in read.links)
    assert hostile in read.words


def test_a_line_break_in_an_order_number_starts_no_header() -> None:
    assert "\n" not in " ".join(written(notice("order_placed", order_number="A\r\nBcc: x@y.example")).subject.split())


def test_the_stores_own_closing_line_ends_its_letters() -> None:
    store = make_store()
    set_texts(store, {"notice_closing": {"fa": "با مهر، <b>تیم فطرا</b>"}}, actor=Actor.system("test"), now=NOW)
    letter = written(notice("order_placed", store=store))
    assert "با مهر، &lt;b&gt;تیم فطرا&lt;/b&gt;" in letter.html
    assert "با مهر" in letter.text
    assert "با مهر" not in written(notice("order_placed", store=store, language="tr")).text


def test_a_letter_carries_the_stores_logo_named_for_those_who_do_not_load_pictures(settings: Any) -> None:
    settings.URL = "https://orders.example"
    store = make_store(names=NAMES)
    assert "<img" not in written(notice("order_placed", store=store)).html
    store.logo.name = "logos/fetrashop-20261122.png"
    letter = written(notice("order_placed", store=store)).html
    assert f'<img src="https://orders.example/fetrashop/logo/?fetrashop-20261122" alt="{NAMES["fa"]}"' in letter
