"""What a store sells, for everybody: only what is on sale, only this store's, and what holds if it comes back."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from avdet.records.catalogue import pictures
from avdet.records.catalogue.models import Gift, Incoming, Product, Stock
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return make_store("fetrashop")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", size, "#1f5f5b").save(paper, "PNG")
    return paper.getvalue()


@pytest.mark.parametrize("path", ["", "returns/", "pictures/1/"])
def test_what_is_not_sold_here_has_no_page(client: Client, store: Store, path: str) -> None:
    make_product(make_store("persianpetshop"), "THEIRS")
    make_product(store, "GONE", on_sale=False)
    for sku in ("THEIRS", "GONE", "NONE", "a/../b", "x" * 500):
        assert client.get(f"/fetrashop/products/{sku}/{path}").status_code == 404, sku


def test_text_of_others_cannot_become_markup_or_turn_the_line(client: Client, store: Store) -> None:
    make_product(store, "A", names={"fa": "<script>alert(1)</script>\u202eevil"}, seller="<b>x", category='"><i>',
                 specification=[{"group": "<u>", "label": "<s>", "value": "<script>"}], descriptions={"fa": "<img src=x>"})  # fmt: skip
    for path in ("", "A/", "A/returns/", '?q=<script>&category="><i>'):
        body = client.get(f"/fetrashop/products/{path}").content.decode()
        for bad in ("<script>alert", "<b>x", '"><i>', "<u>", "<s>", "<img src=x>", "<script></dd>"):
            assert bad not in body, (path, bad)


def test_the_shelves_are_searched_as_people_type(client: Client, store: Store) -> None:
    from avdet.records.catalogue.editing import create

    for sku, name, category in (("K-1", "کیبورد مکانیکی", "رایانه"), ("M-1", "موس بی‌سیم", "رایانه"), ("P-1", "کاغذ", "نوشت‌افزار")):
        create(store, sku, {"names": {"fa": name}, "price_minor": 1000, "category": category}, now=NOW)
    make_product(store, "GONE", on_sale=False, words="keyboard")
    make_product(store, "GIFT", price_minor=0, category="رایانه")  # comes with something, and is never bought alone

    def found(query: str) -> list[str]:
        return [product.sku for product in client.get(f"/fetrashop/products/?{query}").context["page"].rows]

    assert found("q=كيبورد") == ["K-1"]
    assert found("q=بی سیم") == ["M-1"]
    assert found("category=رایانه") == ["M-1", "K-1"]
    assert found("q=m-1&category=نوشت‌افزار") == []
    assert client.get("/fetrashop/products/").context["categories"] == [("رایانه", 2), ("نوشت‌افزار", 1)]


def test_pages_lead_on_and_back(client: Client, store: Store) -> None:
    for number in range(30):
        make_product(store, f"S-{number:02}")
    first = client.get("/fetrashop/products/?q=").context
    assert [product.sku for product in first["page"].rows] == [f"S-{number:02}" for number in range(29, 5, -1)]
    second = client.get("/fetrashop/products/" + first["older"]).context
    assert [product.sku for product in second["page"].rows] == [f"S-{number:02}" for number in range(5, -1, -1)]
    assert (first["newer"], second["older"]) == ("", "")
    assert client.get("/fetrashop/products/" + second["newer"]).context["page"].rows == first["page"].rows


@pytest.mark.parametrize(
    ("on_hand", "reserved", "expected", "said"),
    [
        (None, 0, None, ""), (0, 0, None, "Not in stock"), (3, 3, None, "Not in stock"), (3, 2, None, "The last one in stock"),
        (9, 4, None, "The last 5 in stock"), (9, 3, None, "In stock"), (2, 2, date(2026, 12, 5), "Not in stock; expected on"),
    ],
)  # fmt: skip
def test_what_is_promised_is_not_offered_again(client: Client, store: Store, on_hand: int | None, reserved: int, expected: date | None, said: str) -> None:
    product = Product.objects.create(store=store, sku="A", names={"en": "Thing"}, price_minor=1, updated_at=NOW)
    if on_hand is not None:
        Stock.objects.create(product=product, on_hand=on_hand, reserved=reserved)
    if expected:
        Incoming.objects.create(product=product, quantity=5, expected_on=expected)
    for path in ("", "A/"):
        body = client.get(f"/fetrashop/products/{path}?lang=en").content.decode()
        assert said in body
        assert said or "in stock" not in body.lower()


def test_a_products_page_shows_all_of_it_in_few_statements(client: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    product = make_product(
        store, "A", names={"fa": "گوشی", "en": "Phone"}, seller="Ayda", weight_grams=410, traits=["seven_day_test"], vat_basis_points=950,
        specification=[{"group": "Screen", "label": "Size", "value": "6.7 in"}, {"group": "", "label": "Colour", "value": "Blue"}],
        descriptions={"en": "A fine phone."},
    )  # fmt: skip
    Gift.objects.create(product=product, gift=make_product(store, "G", names={"en": "Case"}), quantity=2)
    pictures.add_picture(product, png(), {"en": "From the front"})
    with django_assert_max_num_queries(8):
        body = client.get("/fetrashop/products/A/?lang=en").content.decode()
    for said in ("Phone", "Ayda", "Screen", "6.7 in", "Colour", "A fine phone.", "Case", "From the front", "410 g", "9.50", "45,000,000 rial"):
        assert said in body, said
    assert len(body) < 60_000


def test_a_list_takes_as_many_statements_for_many_as_for_one(client: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    for _ in range(24):
        pictures.add_drawing(make_product(store), "<svg xmlns='http://www.w3.org/2000/svg'/>", {})
    with django_assert_max_num_queries(6):
        client.get("/fetrashop/products/")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["What if I return it?", "I changed my mind", "Accepted if you tell us within 7 working days of hand-over to the carrier.", "FET-WDR-1", "you pay"]),
        ("tr", ["İade edersem ne olur?", "Vazgeçtim", "7 iş günü", "siz ödersiniz"]),
        ("fa", ["اگر آن را پس بدهم چه می‌شود؟", "از خرید منصرف شدم", "۷ روز کاری", "با شما"]),
    ],
)
def test_what_holds_if_it_comes_back_is_said_with_its_clauses(client: Client, store: Store, language: str, words: list[str]) -> None:
    make_product(store, "A", traits=["seven_day_test"])
    for path in ("A/", "A/returns/"):
        body = client.get(f"/fetrashop/products/{path}?lang={language}").content.decode()
        for word in (*words, "/fetrashop/terms/1/#FET-WDR-1"):
            assert word in body, (path, word)


def test_the_specification_decides(client: Client, store: Store) -> None:
    make_product(store, "A")
    assert "The specification table on the product&#x27;s page decides." in client.get("/fetrashop/products/A/?lang=en").content.decode()


def test_a_page_about_food_only_informs(client: Client) -> None:
    """PPS-FOOD-1 stands on the page of food, and on no other."""
    pets = make_store("persianpetshop")
    make_product(pets, "F", traits=["food"])
    make_product(pets, "T")
    assert "Food pages only inform" in client.get("/persianpetshop/products/F/?lang=en").content.decode()
    assert "Food pages only inform" not in client.get("/persianpetshop/products/T/?lang=en").content.decode()


def test_without_terms_nothing_is_promised(client: Client) -> None:
    make_product(make_store("corner", country="IR"), "A")
    for path in ("A/", "A/returns/"):
        body = client.get(f"/corner/products/{path}?lang=en").content.decode()
        assert "has not published its terms" in body
        assert "What if I return it?" not in body


def test_only_the_shops_that_the_store_names_may_frame_the_answer(client: Client, store: Store) -> None:
    make_product(store, "A")
    assert "frame-ancestors 'self';" in client.get("/fetrashop/products/A/returns/").headers["Content-Security-Policy"] + ";"
    Store.objects.update(embed_origins=["https://shop.example"])
    framed = client.get("/fetrashop/products/A/returns/")
    assert "frame-ancestors 'self' https://shop.example;" in framed.headers["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in framed.headers
    whole = client.get("/fetrashop/products/A/")
    assert "frame-ancestors 'none'" in whole.headers["Content-Security-Policy"]
    assert whole.headers["X-Frame-Options"] == "DENY"


def test_a_picture_is_served_as_what_it_is_and_can_do_nothing(client: Client, store: Store) -> None:
    product = make_product(store, "A/B 1")
    kept = [pictures.add_picture(product, png(), {}), pictures.add_drawing(product, "<svg xmlns='http://www.w3.org/2000/svg'/>", {})]
    for picture, kind in zip(kept, ("image/webp", "image/svg+xml"), strict=True):
        response = client.get(f"/fetrashop/products/A/B%201/pictures/{picture.pk}/")
        assert (response.status_code, response.headers["Content-Type"]) == (200, kind)
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        with picture.file.open() as file:
            assert b"".join(response.streaming_content) == file.read()
        for close in response._resource_closers:  # response.close() would end the test's own transaction too
            close()
    assert client.get(f"/fetrashop/products/OTHER/pictures/{kept[0].pk}/").status_code == 404
    assert "/fetrashop/products/A/B%201/pictures/" in client.get("/fetrashop/products/A/B%201/").content.decode()
