"""Those who keep the goods write products, count them and read files; nobody else does, and nothing typed can do harm."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avdet.records.catalogue import actions
from avdet.records.catalogue.models import CatalogueImport, Incoming, Picture, Product, Stock, StockMove
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_staff, make_store, make_user

pytestmark = pytest.mark.django_db
PAGES = ("products/", "new-product/", "products/A/", "products/A/stock/", "products/A/pictures/", "products/A/embed/", "catalogue/", "catalogue/export/")
READ_ONLY = ("products/", "products/A/stock/")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def goods(store: Store) -> Product:
    return make_product(store, "A", names={"fa": "گوشی", "en": "Phone"}, traits=["seven_day_test"])


def at(path: str) -> str:
    return f"/fetrashop/studio/{path}"


def signed_in(client: Client, store: Store, role: str) -> Client:
    client.force_login(make_staff(store, role))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_strangers_sign_in_and_customers_and_other_stores_find_nothing(client: Client, store: Store, goods: Product, path: str) -> None:
    assert client.get(at(path)).status_code == 302
    client.force_login(make_user())
    assert client.get(at(path)).status_code == 404
    client.force_login(make_staff(make_store("offykala"), "owner"))
    assert client.get(at(path)).status_code == 404


@pytest.mark.parametrize(("role", "open_to"), [
    ("owner", PAGES), ("desk", [path for path in PAGES if "embed" not in path]), ("expert", READ_ONLY), ("accountant", READ_ONLY),
])  # fmt: skip
def test_each_role_opens_its_own_pages(client: Client, store: Store, goods: Product, role: str, open_to: list[str]) -> None:
    signed_in(client, store, role)
    found = [path for path in PAGES if client.get(at(path)).status_code == 200]
    assert found == list(open_to)


@pytest.mark.parametrize("role", ["expert", "accountant"])
def test_those_who_only_look_change_nothing(client: Client, store: Store, goods: Product, role: str) -> None:
    signed_in(client, store, role)
    client.post(at("products/A/stock/"), {"do": "receive", "received": "5", "after": "0"})
    assert Stock.objects.get().on_hand == 10
    assert "name=\"do\"" not in body(client.get(at("products/A/stock/")))


def test_another_stores_products_and_files_are_not_there(studio: Client, store: Store) -> None:
    other = make_store("offykala")
    make_product(other, "THEIRS")
    run = CatalogueImport.objects.create(store=other, file_name="x", read_at=NOW)
    for path in ("products/THEIRS/", "products/THEIRS/stock/", "products/THEIRS/pictures/", "products/THEIRS/embed/", f"catalogue/{run.pk}/"):
        assert studio.get(at(path)).status_code == 404, path
    assert studio.post(at(f"catalogue/{run.pk}/apply/")).status_code == 404


# ---- the form --------------------------------------------------------------------------------------------------------

TYPED = {"name_fa": "گوشی نو", "name_en": "New phone", "price": "۴۵٬۰۰۰٬۰۰۰", "vat_percent": "10", "category": "phones", "on_sale": "1",
         "specification": "Screen > Size: 6.7 in\r\nColour: Blue", "traits": ["made_to_order", "food"]}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("price", "-5", "plain figure"), ("price", "", "give a price"), ("price", "1e9", "plain figure"), ("price", "9" * 30, "plain figure"),
        ("vat_percent", "101", "percentage"), ("weight_grams", "-1", "whole number"), ("name_fa", "x" * 400, "too long"),
        ("specification", "nothing", "group"), ("category", "x\x01y", "too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_kept_to_be_mended(studio: Client, goods: Product, name: str, value: str, said: str) -> None:
    response = studio.post(at("products/A/?lang=en"), {**TYPED, name: value, "revision": goods.revision})
    assert response.status_code == 422
    assert said in body(response)
    assert f'href="#{name}"' in body(response)
    assert "New phone" in body(response)
    goods.refresh_from_db()
    assert goods.names["en"] == "Phone"


def test_a_product_needs_a_name(studio: Client, goods: Product) -> None:
    response = studio.post(at("products/A/?lang=en"), {**TYPED, "name_fa": "", "name_en": " ", "revision": goods.revision})
    assert (response.status_code, 'href="#name_fa"' in body(response)) == (422, True)


def test_nobody_writes_over_somebody_else(studio: Client, goods: Product) -> None:
    first = studio.post(at("products/A/"), {**TYPED, "revision": goods.revision})
    second = studio.post(at("products/A/?lang=en"), {**TYPED, "name_en": "Mine", "revision": goods.revision})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "Somebody else has changed this product" in body(second)
    goods.refresh_from_db()
    assert goods.names["en"] == "New phone"


@pytest.mark.parametrize("sku", ["", " ", "a\nb", "x" * 61, "<b>", "../x\x01"])
def test_a_code_that_cannot_stand_on_a_label_is_refused(studio: Client, sku: str) -> None:
    assert studio.post(at("new-product/"), {**TYPED, "sku": sku}).status_code == 422
    assert Product.objects.count() == 0


def test_a_code_is_given_once(studio: Client, goods: Product) -> None:
    assert "Another product has this code" in body(studio.post(at("new-product/?lang=en"), {**TYPED, "sku": "A"}))


def test_a_product_is_written_whole(studio: Client, store: Store) -> None:
    assert studio.post(at("new-product/"), {**TYPED, "sku": "N/1 x"}).headers["Location"] == at("products/N/1%20x/")
    made = Product.objects.get()
    assert (made.names, made.price_minor, made.vat_basis_points, made.category) == ({"fa": "گوشی نو", "en": "New phone"}, 45_000_000, 1000, "phones")
    assert made.specification == [{"group": "Screen", "label": "Size", "value": "6.7 in"}, {"group": "", "label": "Colour", "value": "Blue"}]
    assert (made.traits, made.mapped, made.on_sale) == (["food", "made_to_order"], True, True)
    shown = body(studio.get(at("products/N/1%20x/?lang=en")))
    for said in ("Screen &gt; Size: 6.7 in", "45000000", "New phone"):
        assert said in shown
    studio.post(at("products/N/1%20x/"), {**TYPED, "specification": "", "name_en": "", "traits": [], "revision": made.revision})
    made.refresh_from_db()
    assert (made.specification, made.names, made.traits) == ([], {"fa": "گوشی نو"}, [])


def test_each_trait_says_what_the_terms_make_of_it(studio: Client, goods: Product) -> None:
    shown = body(studio.get(at("products/A/?lang=en")))
    for said in ("FET-WDR-3", "FET-TEST-1", "No clause of your terms turns on it.", "Made to order"):
        assert said in shown


def test_the_unmapped_are_listed_and_mapped_by_saving(studio: Client, store: Store, goods: Product) -> None:
    make_product(store, "U", mapped=False)
    assert "One product has no traits yet" in body(studio.get(at("products/?lang=en")))
    assert [row[0].sku for row in studio.get(at("products/?show=unmapped")).context["shown"]] == ["U"]
    studio.post(at("products/U/"), {**TYPED, "traits": [], "revision": 0})
    assert studio.get(at("products/?show=unmapped")).context["shown"] == []


# ---- stock -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", ["", "0", "-1", "1000001", "1e3", "=1", "x", "9" * 40])
def test_what_is_no_number_of_pieces_changes_nothing(studio: Client, goods: Product, pieces: str) -> None:
    for do, name in (("receive", "received"), ("expect", "quantity")):
        response = studio.post(at("products/A/stock/"), {"do": do, name: pieces, "after": "0", "expected_on": "2030-01-01"})
        assert response.status_code == 422
    assert (Stock.objects.get().on_hand, StockMove.objects.count(), Incoming.objects.count()) == (10, 0, 0)


def test_what_is_promised_is_not_counted_away(studio: Client, store: Store, goods: Product) -> None:
    actions.reserve(store, "1001", [(goods.pk, 4)], now=NOW, actor=Actor.system())
    response = studio.post(at("products/A/stock/?lang=en"), {"do": "count", "counted": "3"})
    assert (response.status_code, "promised to orders" in body(response), Stock.objects.get().on_hand) == (422, True, 10)


@pytest.mark.parametrize(("first", "last", "fault"), [
    ("", "", "expected_on"), ("2020-01-01", "", "expected_on"), ("2026-02-30", "", "expected_on"), ("9999-01-01", "", "expected_on"),
    ("soon", "", "expected_on"), ("TOMORROW", "2020-01-01", "latest_on"), ("TOMORROW", "x", "latest_on"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_refused(studio: Client, goods: Product, first: str, last: str, fault: str) -> None:
    from datetime import timedelta

    from django.utils import timezone

    first = str(timezone.localdate() + timedelta(days=1)) if first == "TOMORROW" else first
    response = studio.post(at("products/A/stock/"), {"do": "expect", "quantity": "5", "expected_on": first, "latest_on": last})
    assert (response.status_code, f'href="#{fault}"' in body(response), Incoming.objects.count()) == (422, True, 0)


def test_a_double_click_receives_once(studio: Client, goods: Product) -> None:
    sent = {"do": "receive", "received": "۵", "after": studio.get(at("products/A/stock/")).context["last_receipt"], "reference": "note 7"}
    first, second = (studio.post(at("products/A/stock/?lang=en"), sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 422)
    assert "received since you opened this page" in body(second)
    assert Stock.objects.get().on_hand == 15
    shown = body(studio.get(at("products/A/stock/?lang=en")))
    assert "note 7" in shown
    assert "owner" in shown


def test_what_is_expected_comes_once_or_not_at_all(studio: Client, goods: Product) -> None:
    for _ in range(2):
        studio.post(at("products/A/stock/"), {"do": "expect", "quantity": "6", "expected_on": "2027-01-05" if _ else "۱۴۰۵/۱۲/۱۵"})
    first, second = Incoming.objects.order_by("pk")
    assert str(first.expected_on) == "2027-03-06"
    for _ in range(2):
        studio.post(at("products/A/stock/"), {"do": "arrived", "number": first.pk})
    studio.post(at("products/A/stock/"), {"do": "forget", "number": second.pk})
    studio.post(at("products/A/stock/"), {"do": "forget", "number": first.pk})
    assert Stock.objects.get().on_hand == 16
    assert Incoming.objects.get().received_at is not None


def test_a_count_is_kept_with_its_difference(studio: Client, goods: Product) -> None:
    studio.post(at("products/A/stock/"), {"do": "count", "counted": "7"})
    assert StockMove.objects.values_list("kind", "quantity", "on_hand").get() == ("counted", -3, 7)


# ---- pictures --------------------------------------------------------------------------------------------------------


def upload(content: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def png(width: int = 30, height: int = 20) -> bytes:
    paper = io.BytesIO()
    picture = Image.new("RGB", (width, height), "#1f5f5b")
    picture.save(paper, "PNG", pnginfo=None)
    return paper.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a\x01\x00\x01\x00", png()[:60], b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"x" * 8_000_001],
    ids=["nothing", "svg", "gif", "cut short", "broken", "too large"],
)
def test_what_is_no_picture_is_refused(studio: Client, goods: Product, content: bytes) -> None:
    response = studio.post(at("products/A/pictures/"), {"picture": upload(content)})
    assert (response.status_code, Picture.objects.count()) == (422, 0)


def test_a_picture_of_too_many_pixels_is_not_unpacked(studio: Client, goods: Product) -> None:
    paper = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(paper, "PNG")
    assert studio.post(at("products/A/pictures/"), {"picture": upload(paper.getvalue())}).status_code == 422


def test_a_picture_is_drawn_again_from_its_pixels(studio: Client, goods: Product) -> None:
    hidden = png(2_400, 1_200) + b"<?php hidden ?>"
    studio.post(at("products/A/pictures/"), {"picture": upload(hidden, "../../evil.php"), "alt_fa": "از روبه‌رو"})
    kept = Picture.objects.get()
    assert (kept.width, kept.height, kept.alt) == (1200, 600, {"fa": "از روبه‌رو"})
    assert kept.file.name.startswith("products/")
    assert kept.file.name.endswith(".webp")
    with kept.file.open() as file:
        assert b"hidden" not in file.read()
    for _ in range(2):
        studio.post(at("products/A/pictures/"), {"remove": kept.pk})
    assert Picture.objects.count() == 0


def test_a_product_has_so_many_pictures_and_no_more(studio: Client, goods: Product) -> None:
    for _ in range(13):
        studio.post(at("products/A/pictures/"), {"picture": upload(png())})
    assert list(Picture.objects.order_by("pk").values_list("position", flat=True)) == list(range(12))


# ---- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_applied_and_undone(studio: Client, store: Store, goods: Product) -> None:
    assert studio.post(at("catalogue/")).status_code == 422
    wrong = studio.post(at("catalogue/?lang=en"), {"file": upload(b"colour\nred\n", "x.csv")})
    assert (wrong.status_code, "no column called sku" in body(wrong)) == (422, True)
    text = "sku,name_en,price,traits\nA,Better phone,,gift\nB,Case,1000,\nC,,5,\nD,=cmd,shiny,nonsense\n"
    looked = studio.post(at("catalogue/"), {"file": upload(text.encode(), "<b>.csv")}, follow=True)
    run = CatalogueImport.objects.get()
    for said in ("Phone", "Better phone"):
        assert said in body(looked)
    faulty = body(studio.get(at(f"catalogue/{run.pk}/?kind=faulty&lang=en")))
    for said in ("There is no such trait", "Please give a name.", "plain figure", "nonsense"):
        assert said in faulty
    assert Product.objects.count() == 1
    studio.get(at(f"catalogue/{run.pk}/apply/"))
    assert Product.objects.count() == 1
    for _ in range(2):
        studio.post(at(f"catalogue/{run.pk}/apply/"))
    assert Product.objects.get(sku="A").names == {"fa": "گوشی", "en": "Better phone"}
    assert Product.objects.get(sku="B").price_minor == 1000
    Product.objects.filter(sku="B").update(price_minor=1)
    told = studio.post(at(f"catalogue/{run.pk}/apply/?lang=en"), {"undo": "1"}, follow=True)
    assert "changed or ordered since: B" in body(told)
    assert Product.objects.get(sku="A").names["en"] == "Phone"
    assert Product.objects.filter(sku="B").exists()


def test_many_rows_are_shown_a_page_at_a_time(studio: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    rows = "".join(f"S-{n},Thing {n},{n}\n" for n in range(1, 121))
    studio.post(at("catalogue/"), {"file": upload(("sku,name_en,price\n" + rows).encode(), "x.csv")})
    run = CatalogueImport.objects.get()
    with django_assert_max_num_queries(7):
        first = studio.get(at(f"catalogue/{run.pk}/"))
    second = studio.get(at(f"catalogue/{run.pk}/") + first.context["more"])
    third = studio.get(at(f"catalogue/{run.pk}/") + second.context["more"])
    assert [len(page.context["shown"]) for page in (first, second, third)] == [50, 50, 20]
    assert third.context["more"] == ""


def test_what_is_exported_is_all_of_it(studio: Client, store: Store, goods: Product) -> None:
    response = studio.get(at("catalogue/export/"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.startswith("sku,name_fa,")
    assert "\r\nA,گوشی,Phone," in text
    assert response.headers["Content-Disposition"].startswith('attachment; filename="fetrashop-')


# ---- in the shop's own pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [
    "http://shop.example", "https://shop.example/path", "https://*.example", "'none'", "https://a b", "https://shop.example; script-src *",
    "javascript:alert(1)", "https://localhost", "https://" + "a" * 300 + ".example", "\n".join(f"https://s{n}.example" for n in range(21)),
])  # fmt: skip
def test_an_address_that_could_open_more_than_a_shop_is_refused(studio: Client, goods: Product, origin: str) -> None:
    assert studio.post(at("products/A/embed/"), {"origins": origin}).status_code == 422
    assert Store.objects.get().embed_origins == []


def test_the_code_to_copy_has_no_script(studio: Client, goods: Product) -> None:
    studio.post(at("products/A/embed/"), {"origins": "https://Shop.example/\r\nhttps://b.example:8443\r\n"})
    assert Store.objects.get().embed_origins == ["https://shop.example", "https://b.example:8443"]
    snippets = studio.get(at("products/A/embed/?lang=en")).context["snippets"]
    assert [name for name, _, _ in snippets] == ["فارسی", "English", "Türkçe"]
    assert snippets[1][1] == (
        '<iframe src="http://127.0.0.1:8000/fetrashop/products/A/returns/?lang=en" title="What if I return it?" '
        'width="100%" height="640" loading="lazy"></iframe>'
    )
    assert all("script" not in code for _, *codes in snippets for code in codes)


@pytest.mark.parametrize(("path", "most"), [("products/", 10), ("products/A/", 12), ("products/A/stock/", 12)])
def test_a_page_takes_as_many_statements_for_many_as_for_one(studio: Client, store: Store, goods: Product, path: str, most: int, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        make_product(store, f"S-{number}")
        actions.receive(store, [(goods.pk, 1)], now=NOW, actor=Actor.system())
    with django_assert_max_num_queries(most):
        assert studio.get(at(path)).status_code == 200
