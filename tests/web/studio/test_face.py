"""What customers see of a store, as its owner sets it: names, colour, logo, contact, languages, texts, gateways."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avdet.core.errors import AvdetError
from avdet.records.outbox.models import Notice
from avdet.records.stores.logo import LARGEST, logo_png
from avdet.records.stores.models import Store
from avdet.records.stores.queries import texts_of

pytestmark = pytest.mark.django_db
NAMES = {"name-fa": "فتراشاپ", "name-tr": "Fetrashop", "name-en": "Fetrashop"}


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A small file that says it is 30,000 pixels on each side."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "raw", [b"", b"hello", SVG, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, picture()[:200], b"x" * 2_000_001, b"%PDF-1.4"]
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(AvdetError):
        logo_png(raw)


def test_a_picture_bomb_is_refused() -> None:
    with pytest.raises(AvdetError):
        logo_png(bomb())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_drawn_anew_and_small(kind: str) -> None:
    with Image.open(io.BytesIO(logo_png(picture(kind)))) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width <= LARGEST[0]
        assert drawn.height <= LARGEST[1]


def test_a_logo_keeps_nothing_that_was_hidden_in_it() -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture("JPEG"))) as plain:
        exif = plain.getexif()
        exif[0x010E] = "where I live"
        plain.save(out, "JPEG", exif=exif)
    assert b"where I live" in out.getvalue()
    assert b"where I live" not in logo_png(out.getvalue())


def look(studio: Client, **form: Any) -> Any:
    return studio.post("/fetrashop/studio/look/", {**NAMES, "accent": "#336699", **form})


@pytest.mark.parametrize(("form", "field"), [
    ({"accent": "red"}, "accent"), ({"accent": "#33669"}, "accent"), ({"accent": "#336699;}body{"}, "accent"),
    ({"name-fa": " "}, "name-fa"), ({"logo": SimpleUploadedFile("logo.svg", SVG)}, "logo"),
])  # fmt: skip
def test_a_look_that_cannot_be_is_shown_at_its_field(form: dict[str, Any], field: str, studio: Client, store: Store) -> None:
    found = look(studio, **form)
    assert found.status_code == 422
    assert f'href="#{field}"' in found.content.decode()
    store.refresh_from_db()
    assert store.accent != "#336699"


def test_a_look_is_saved_and_its_logo_put_up_and_taken_down(studio: Client, store: Store, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert look(studio, logo=SimpleUploadedFile("logo.gif", picture("GIF"))).status_code == 302
    store.refresh_from_db()
    assert (store.accent, store.names["fa"]) == ("#336699", "فتراشاپ")
    assert str(store.logo.name).endswith(".png")
    assert look(studio, no_logo="1").status_code == 302
    store.refresh_from_db()
    assert not store.logo
    assert [event.facts["field"] for event in store.events.filter(kind="changed").order_by("pk")] == [
        "accent",
        "names",
        "logo",
        "logo",
    ]


def test_a_pale_colour_is_answered_with_one_that_can_be_read(studio: Client) -> None:
    look(studio, accent="#ffee00")
    studio.cookies["language"] = "en"
    assert "hard to read" in studio.get("/fetrashop/studio/look/").content.decode()


DETAILS = {"own": "fa", "languages": ["fa", "en"], "takes_orders": "yes", "phone": "021 1234", "email": "shop@example.test"}


@pytest.mark.parametrize("form", [{"own": "de"}, {"email": "nobody"}, {"address": "x" * 401}])
def test_details_that_cannot_be_are_refused(form: dict[str, Any], studio: Client, store: Store) -> None:
    assert studio.post("/fetrashop/studio/details/", {**DETAILS, **form}).status_code == 422
    store.refresh_from_db()
    assert store.contact == {}


def test_details_are_saved(studio: Client, store: Store) -> None:
    assert studio.post("/fetrashop/studio/details/", {**DETAILS, "takes_orders": "no", "languages": ["en"]}).status_code == 302
    store.refresh_from_db()
    assert store.languages == ["fa", "en"]
    assert store.contact == {"phone": "021 1234", "email": "shop@example.test"}
    assert store.takes_orders is False


def test_texts_are_previewed_saved_and_taken_away(studio: Client, store: Store) -> None:
    text = {"returns_address-fa": "تهران، خیابان یک", "welcome-en": "<b>Hello</b>"}
    page = studio.post("/fetrashop/studio/texts/", {**text, "preview": "1"}).content.decode()
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    assert texts_of(store) == {}
    assert studio.post("/fetrashop/studio/texts/", text).status_code == 302
    assert texts_of(store) == {"returns_address": {"fa": "تهران، خیابان یک"}, "welcome": {"en": "<b>Hello</b>"}}
    studio.post("/fetrashop/studio/texts/", {})
    assert texts_of(store) == {}
    assert studio.post("/fetrashop/studio/texts/", {"welcome-en": "x" * 2001}).status_code == 422


@pytest.mark.parametrize("address", ["mail.example.com", "://x", "mailto", "x" * 2000, "javascript:alert(1)"])
def test_a_gateway_is_an_address(address: str, studio: Client, store: Store) -> None:
    assert studio.post("/fetrashop/studio/messages/", {"mail_url": address}).status_code == 422


def test_a_gateway_is_sealed_never_shown_and_given_up(studio: Client, store: Store) -> None:
    studio.post("/fetrashop/studio/messages/", {"mail_url": "mailtos://me:hush@mail.example.com"})
    store.refresh_from_db()
    assert store.mail_url == "mailtos://me:hush@mail.example.com"
    for path in ("messages/", "history/"):
        assert "hush" not in studio.get(f"/fetrashop/studio/{path}").content.decode()
    assert all("hush" not in str(event.facts) for event in store.events.all())
    studio.post("/fetrashop/studio/messages/", {})
    store.refresh_from_db()
    assert store.mail_url
    studio.post("/fetrashop/studio/messages/", {"clear-mail_url": "1"})
    store.refresh_from_db()
    assert store.mail_url == ""


def test_no_more_than_ten_test_messages_are_sent_in_an_hour(studio: Client, store: Store) -> None:
    answers = [studio.post("/fetrashop/studio/messages/try/", {"to": "me@example.test"}).status_code for _ in range(11)]
    assert (answers[-2:], Notice.objects.filter(kind="test").count()) == ([302, 429], 10)


def test_a_test_message_is_sent_to_an_address(studio: Client, store: Store) -> None:
    assert studio.post("/fetrashop/studio/messages/try/", {"to": "nobody"}).status_code == 422
    assert studio.post("/fetrashop/studio/messages/try/", {"to": "me@example.test"}).status_code == 302
    assert studio.post("/fetrashop/studio/messages/try/", {"to": "0912 123 4567"}).status_code == 302
    assert [(notice.kind, notice.channel, notice.to) for notice in Notice.objects.order_by("pk")] == [
        ("test", "email", "me@example.test"),
        ("test", "sms", "+989121234567"),
    ]


def test_a_store_without_a_logo_has_none_to_fetch(client: Client, store: Store) -> None:
    assert client.get("/fetrashop/logo/").status_code == 404


def test_a_logo_is_fetched_by_every_page_under_an_address_that_changes_with_it(
    studio: Client, store: Store, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    look(studio, logo=SimpleUploadedFile("logo.png", picture()))
    store.refresh_from_db()
    address = f"/fetrashop/logo/?{store.logo_version}"
    for url in ("/fetrashop/", "/fetrashop/studio/look/"):
        assert f'src="{address}"' in studio.get(url).content.decode()
    answer = Client().get(address)
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as drawn:  # type: ignore[attr-defined]
        assert (answer["Content-Type"], drawn.format) == ("image/png", "PNG")
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()


def test_the_foot_and_the_returns_address_are_shown_to_customers(
    studio: Client, store: Store, django_assert_num_queries: Any
) -> None:
    reader = Client(headers={"accept-language": "fa"})
    with django_assert_num_queries(2):
        reader.get("/fetrashop/help/")
    studio.post("/fetrashop/studio/texts/", {"footer-fa": "<b>سپاس</b>", "footer-en": "Thanks", "returns_address-fa": "تهران، انبار ما"})
    with django_assert_num_queries(2):
        page = reader.get("/fetrashop/help/").content.decode()
    assert "&lt;b&gt;سپاس&lt;/b&gt;" in page
    assert "تهران، انبار ما" in page
    assert "Thanks" not in page
    assert "Thanks" in reader.get("/fetrashop/terms/?lang=en").content.decode()
    assert "سپاس" in reader.get("/fetrashop/?lang=tr").content.decode()  # nothing is said in Turkish: the store's own language
