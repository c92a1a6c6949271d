"""Where orders come from: who may see it, what an owner may write, and that what is read is what was meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from avdet.records.catalogue.models import Product
from avdet.records.connections.models import Connection, ImportNote, ImportRun, TraitRule
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.shop_orders import woo

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/studio"
PAGES = ["connections/", "connections/woocommerce/", "connections/shopify/", "imports/", "traits/", "traits/?field=name&operator=contains&pattern=sku&traits=food"]
CSV = "order,placed_at,sku,quantity,unit_price,name,customer_name,paid_at\n1,2026-11-01 10:00,A,2,45000,قلم,علی,2026-11-01 11:00\n2,2026-11-02 10:00,B,0,1,هیچ,,\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, text: str | bytes = CSV, name: str = "orders.csv", **fields: str) -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return client.post(f"{HERE}/imports/", {"file": SimpleUploadedFile(name, raw), **fields})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["expert", "accountant"])
def test_other_staff_find_no_such_page(path: str, role: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(store, role))
    assert client.get(f"{HERE}/{path}").status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "imports/1/", "imports/1/report.csv"])
def test_an_owner_of_another_store_finds_no_such_page(path: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(make_store("offykala"), "owner"))
    assert client.get(f"{HERE}/{path}").status_code == 404


def test_bob_cannot_see_what_alice_imported(studio: Client, client: Client, store: Store) -> None:
    upload(studio)
    number = ImportRun.objects.get().pk
    make_store("offykala")
    other = Client()
    other.force_login(make_staff(make_store("ofiskutum"), "owner"))
    for path in (f"imports/{number}/", f"imports/{number}/report.csv"):
        assert other.get(f"/ofiskutum/studio/{path}").status_code == 404
    assert other.post(f"/ofiskutum/studio/imports/{number}/act/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(path: str, language: str, studio: Client, store: Store) -> None:
    make_product(store, mapped=False)
    studio.cookies["language"] = language
    found = studio.get(f"{HERE}/{path}")
    assert found.status_code == 200
    assert f'lang="{language}"'.encode() in found.content


@pytest.mark.parametrize("path", PAGES[:5])
def test_each_page_costs_a_fixed_number_of_statements(path: str, studio: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        make_product(store, mapped=False)
    with django_assert_max_num_queries(16):
        studio.get(f"{HERE}/{path}")


# ---- connections -----------------------------------------------------------------------------------------------------

FORM = {"url": "https://shop.example/", "consumer_key": "ck_1", "consumer_secret": "cs_1", "webhook_secret": "whisper", "unit": "IRT"}


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example", "https://me:secret@shop.example", "javascript:alert(1)", "https://a b"])
def test_an_address_that_is_none_is_refused(url: str, studio: Client) -> None:
    found = studio.post(f"{HERE}/connections/woocommerce/", {**FORM, "url": url})
    assert found.status_code == 422
    assert not Connection.objects.exists()


def test_keys_are_needed_the_first_time_only(studio: Client, deferred: Any) -> None:
    place = f"{HERE}/connections/woocommerce/"
    assert studio.post(place, {**FORM, "consumer_key": ""}).status_code == 422
    assert studio.post(place, FORM).status_code == 302
    assert studio.post(place, {"url": "https://shop.example", "unit": "IRT"}).status_code == 302
    kept = Connection.objects.get()
    assert (kept.credentials, kept.webhook_secret, kept.unit) == ({"consumer_key": "ck_1", "consumer_secret": "cs_1"}, "whisper", "IRT")
    assert deferred.waiting[0][0] == "try_shop"


def test_keys_are_never_shown_again(studio: Client) -> None:
    studio.post(f"{HERE}/connections/woocommerce/", FORM)
    shown = studio.get(f"{HERE}/connections/woocommerce/").content.decode()
    assert not any(secret in shown for secret in ("ck_1", "cs_1", "whisper"))
    assert f"/hooks/fetrashop/woocommerce/{Connection.objects.get().pk}/" in shown


def test_a_connection_given_up_forgets_its_keys_and_answers_nothing(studio: Client, store: Store, deferred: Any) -> None:
    kept = woo(store)
    studio.post(f"{HERE}/connections/woocommerce/act/", {"do": "leave"})
    kept.refresh_from_db()
    assert (kept.active, kept.credentials, kept.webhook_secret) == (False, {}, "")
    assert Client().post(f"/hooks/fetrashop/woocommerce/{kept.pk}/", b"{}", content_type="application/json").status_code == 404


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"order,placed_at,sku,quantity,unit_price\n1,\xff\xfe\xfd", b"[{]"])
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(raw: bytes, studio: Client) -> None:
    found = upload(studio, raw, "orders.json" if raw.startswith(b"[") else "orders.csv")
    assert found.status_code in (302, 422)
    if found.status_code == 302:
        assert studio.get(found["Location"]).status_code == 200
    assert not Order.objects.exists()


def test_no_file_is_said_kindly(studio: Client) -> None:
    assert studio.post(f"{HERE}/imports/", {}).status_code == 422


def test_a_file_is_looked_at_imported_and_reported(studio: Client, deferred: Any) -> None:
    shown = studio.get(upload(studio, unit="IRT")["Location"]).content.decode()
    assert "علی" in shown
    assert "ستون \u2066quantity\u2069" in shown
    assert not Order.objects.exists()
    run = ImportRun.objects.get()
    studio.post(f"{HERE}/imports/{run.pk}/act/")
    assert b"http-equiv" in studio.get(f"{HERE}/imports/{run.pk}/").content
    deferred.run(NOW)
    order = Order.objects.get()
    assert (order.number, order.state, order.total_minor, order.source) == ("1", "confirmed", 900_000, "file")
    run.refresh_from_db()
    assert (run.state, run.counts["orders"], run.counts["faulty"]) == ("done", 1, 1)
    page = studio.get(f"{HERE}/imports/{run.pk}/?faults=1").content.decode()
    assert "تعداد کالا ۰ است" in page
    report = b"".join(studio.get(f"{HERE}/imports/{run.pk}/report.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "تعداد کالا ۰ است" in report


@pytest.mark.parametrize("name", ["orders.json", "orders.jsonl"])
def test_a_json_file_is_read_as_one(name: str, studio: Client, deferred: Any) -> None:
    told = '{"order": "7", "placed_at": "2026-11-01 10:00", "lines": [{"sku": "A", "quantity": 1, "unit_price": 45000}]}'
    upload(studio, told if name.endswith("l") else f"[{told}]", name)
    run = ImportRun.objects.get()
    studio.post(f"{HERE}/imports/{run.pk}/act/")
    deferred.run(NOW)
    assert Order.objects.get().number == "7"


def test_the_same_file_again_changes_nothing_and_says_so(studio: Client, deferred: Any) -> None:
    for _ in range(2):
        upload(studio)
        run = ImportRun.objects.latest("pk")
        studio.post(f"{HERE}/imports/{run.pk}/act/")
        deferred.run(NOW)
    run.refresh_from_db()
    assert (Order.objects.count(), run.counts["same"], run.counts.get("new", 0)) == (1, 1, 0)


def test_an_import_is_stopped_and_gone_on_with(studio: Client, deferred: Any) -> None:
    upload(studio)
    run = ImportRun.objects.get()
    for wanted in ("begin", "stop"):
        studio.post(f"{HERE}/imports/{run.pk}/act/", {"do": wanted})
    deferred.run(NOW)
    assert not Order.objects.exists()
    studio.post(f"{HERE}/imports/{run.pk}/act/", {"do": "begin"})
    deferred.run(NOW)
    assert Order.objects.count() == 1


def test_a_name_that_is_a_formula_does_not_leave_as_one(studio: Client, deferred: Any) -> None:
    upload(studio, 'order,placed_at,sku,quantity,unit_price\n"=HYPERLINK(""http://x"")",2026-11-01,A,-5,1\n')
    run = ImportRun.objects.get()
    studio.post(f"{HERE}/imports/{run.pk}/act/")
    deferred.run(NOW)
    assert ImportNote.objects.exists()
    report = b"".join(studio.get(f"{HERE}/imports/{run.pk}/report.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert not [cell for line in report.splitlines() for cell in line.split(",") if cell.lstrip('"').startswith(("=", "+", "@"))]


# ---- traits ----------------------------------------------------------------------------------------------------------


def test_a_rule_shows_what_it_catches_before_it_is_kept(studio: Client, store: Store, deferred: Any) -> None:
    make_product(store, "KB-1", names={"fa": "كيبورد بی‌سیم"}, mapped=False)
    make_product(store, "MS-1", names={"fa": "موس"}, mapped=False)
    said = {"field": "name", "operator": "begins_with", "pattern": "کیبورد", "traits": "food"}
    shown = studio.get(f"{HERE}/traits/", said).content.decode()
    assert shown.count("KB-1") > shown.count("MS-1")
    assert not TraitRule.objects.exists()
    studio.post(f"{HERE}/traits/", {**said, "do": "keep"})
    studio.post(f"{HERE}/traits/", {"do": "apply"})
    deferred.run(NOW)
    assert Product.objects.get(sku="KB-1").traits == ["food"]
    assert [product.sku for product in Product.objects.filter(mapped=False)] == ["MS-1"]


def test_one_click_maps_a_product_and_several_get_the_same(studio: Client, store: Store) -> None:
    for sku in ("A", "B", "C"):
        make_product(store, sku, mapped=False)
    studio.post(f"{HERE}/traits/", {"plain": "A"})
    studio.post(f"{HERE}/traits/", {"do": "give", "sku": ["B", "C"], "traits": ["food", "no such trait"]})
    assert dict(Product.objects.filter(mapped=True).values_list("sku", "traits")) == {"A": [], "B": ["food"], "C": ["food"]}


@pytest.mark.parametrize("bad", [{"field": "price"}, {"operator": "matches"}, {"pattern": " "}, {"pattern": "x" * 300}, {"traits": "no_such"}])
def test_a_rule_that_is_none_is_not_kept_and_nothing_typed_is_lost(bad: dict[str, str], studio: Client) -> None:
    said = {"field": "name", "operator": "contains", "pattern": "x", "traits": "food", "do": "keep", **bad}
    studio.cookies["language"] = "fa"
    answer = studio.post(f"{HERE}/traits/", said)
    assert answer.status_code == 422
    assert answer.context["typed"]["pattern"] == said["pattern"]
    assert re.search("یکی از این‌ها را انتخاب کنید|از ۱ تا ۲۰۰ حرف بنویسید", answer.content.decode())
    assert not TraitRule.objects.exists()
