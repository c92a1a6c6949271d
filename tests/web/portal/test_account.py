"""A customer's own pages: other people's things are not there, what cannot be is refused in words, and the rest is kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from avdet.records.cases.evidence import Holder, Said
from avdet.records.people.book import add_address
from avdet.records.people.models import Address, BankAccount, Customer, DataExport
from avdet.workflows.claims.add_evidence import add_evidence
from tests.factories import NOW, make_customer, make_order, make_store
from tests.records.cases.pictures import PDF
from tests.web.accounts.people import PASSWORD, known
from tests.workflows.remedies import MACHINE

pytestmark = pytest.mark.django_db
HOME = "/fetrashop/account/"
PLACE = {
    "recipient": "Zeynep", "phone": "0912 123 4567", "country": "IR", "province": "Tehran", "district": "", "street": "Valiasr 12",
    "postcode": "۱۹۶۷۹-۱۳۴۵۶", "label": "Home",
}  # fmt: skip
CARD, IBAN = "6037-9912-3456-7893", "IR06 2960 0000 0010 0324 2000 01"


@pytest.fixture
def store():
    return make_store("fetrashop")


@pytest.fixture
def alice(store):
    return make_customer(store, known("alice"), name="Alice Doe", language="en")


@pytest.fixture
def reader(alice) -> Client:
    client = Client()
    client.post("/account/login/", {"login": alice.user.email, "password": PASSWORD})
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def bob(store):
    return make_customer(store, known("bob"), name="Bob")


def bank(number: str = CARD, **said: str) -> dict[str, str]:
    return {"number": number, "holder": "self", "holder_name": "alice DOE", "consent": "on", **said}


@pytest.mark.parametrize("path", ["", "addresses/", "addresses/add/", "accounts/", "data/", "data/erase/"])
def test_a_stranger_signs_in_first(client, store, path):
    assert client.get(HOME + path)["Location"] == f"/account/login/?next={HOME}{path}"


def test_other_peoples_things_are_not_there(reader, alice, bob):
    theirs = add_address(bob, {"street": "secret"}, now=NOW)
    account = BankAccount.objects.create(
        customer=bob,
        kind="card",
        number="1",
        number_print="1",
        last_digits="1",
        holder_name="Bob",
        holder="self",
        consent_at=NOW,
    )
    export = DataExport.objects.create(customer=bob, asked_at=timezone.now(), ready_at=timezone.now())
    assert reader.get(f"{HOME}addresses/{theirs.pk}/").status_code == 404
    assert reader.post(f"{HOME}addresses/{theirs.pk}/", PLACE).status_code == 404
    for move in ("remove", "restore", "usual", "steal"):
        assert reader.post(f"{HOME}addresses/{theirs.pk}/{move}/").status_code == 404
    assert reader.post(f"{HOME}accounts/{account.pk}/remove/").status_code == 404
    assert reader.post(f"{HOME}data/{export.pk}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.removed_at is None
    assert theirs.details["street"] == "secret"
    assert BankAccount.objects.get().removed_at is None


def test_the_same_account_in_another_store_is_another_record(reader, alice):
    make_store("offykala")
    mine = add_address(alice, {"street": "12"}, now=NOW)
    assert reader.get(f"/offykala/account/addresses/{mine.pk}/").status_code == 404
    assert Customer.objects.filter(user=alice.user).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12"), ("postcode", "123"), ("postcode", "abc"), ("country", "XX"), ("street", ""), ("recipient", "x" * 500)],
)
def test_an_address_that_cannot_be_is_sent_back(reader, field, value):
    answer = reader.post(f"{HOME}addresses/add/", {**PLACE, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Address.objects.exists()


def test_addresses_are_kept_changed_removed_and_taken_back(reader, alice, django_assert_num_queries):
    reader.post(f"{HOME}addresses/add/", {**PLACE, "recipient": "\u202eZey\nnep"})
    first = Address.objects.get()
    assert first.is_default
    assert first.details["recipient"] == "Zey nep"
    assert (first.details["phone"], first.details["postcode"]) == ("+989121234567", "1967913456")
    reader.post(f"{HOME}addresses/add/", {**PLACE, "label": "Work", "usual": "on"})
    second = Address.objects.latest("pk")
    assert [each.is_default for each in Address.objects.order_by("pk")] == [False, True]
    reader.post(f"{HOME}addresses/{first.pk}/", {**PLACE, "street": "Mirdamad 3"})
    answer = reader.post(f"{HOME}addresses/{second.pk}/remove/")
    page = reader.get(answer["Location"]).content.decode()
    assert "Mirdamad 3" in page
    assert "Work" not in page
    assert f"addresses/{second.pk}/restore/" in page
    reader.post(f"{HOME}addresses/{second.pk}/restore/")
    assert "Work" in reader.get(f"{HOME}addresses/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("select details from people_address")
        assert "Mirdamad" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("said", "beside"),
    [({"number": "6037 9912 3456 7890"}, "number"), ({"number": "IR07 2960 0000 0010 0324 2000 01"}, "number"), ({"number": "hello"}, "number"),
     ({"consent": ""}, "consent"), ({"holder_name": "Somebody Else"}, "holder_name"), ({"holder": "father"}, "holder"),
     ({"holder": "other"}, "holder")],
)  # fmt: skip
def test_an_account_that_cannot_be_registered_says_why(reader, said, beside):
    answer = reader.post(f"{HOME}accounts/", bank(**said))
    assert answer.status_code == 422
    assert beside in answer.context["form"].errors
    assert not BankAccount.objects.exists()


def test_a_minor_registers_a_parents_account_the_fathers_first(reader, alice):
    reader.post(HOME, {"name": "Alice Doe", "language": "en", "birth_year": str(timezone.now().year - 15)})
    mother = bank(holder="mother", holder_name="Maryam Doe")
    assert "no_father" in reader.post(f"{HOME}accounts/", mother).context["form"].errors
    assert reader.post(f"{HOME}accounts/", {**mother, "no_father": "on"}).status_code == 302
    assert reader.post(f"{HOME}accounts/", bank(IBAN, holder="father", holder_name="Reza Doe")).status_code == 302
    assert {each.holder for each in BankAccount.objects.all()} == {"mother", "father"}


def test_an_account_is_kept_sealed_shown_masked_and_forgotten(reader, alice):
    assert reader.post(f"{HOME}accounts/", bank()).status_code == 302
    assert reader.post(f"{HOME}accounts/", bank()).context["form"].errors["number"]
    kept = BankAccount.objects.get()
    assert (kept.number, kept.bank, kept.kind) == ("6037991234567893", "بانک ملی", "card")
    assert "pays refunds" in kept.consent_text
    page = reader.get(f"{HOME}accounts/").content.decode()
    assert "•• 7893" in page
    assert "603799" not in page
    with connection.cursor() as cursor:
        cursor.execute("select number, holder_name, number_print from people_bankaccount")
        assert "7893" not in str(cursor.fetchall())
    reader.post(f"{HOME}accounts/{kept.pk}/remove/")
    kept.refresh_from_db()
    assert (kept.number, kept.holder_name) == ("", "")
    assert reader.post(f"{HOME}accounts/", bank()).status_code == 302


@pytest.mark.parametrize(("typed", "kept"), [("۱۳۷۰", 1991), ("1990", 1990), ("", None)])
def test_a_year_of_birth_is_taken_in_either_calendar(reader, alice, typed, kept):
    reader.post(HOME, {"name": "Alice", "language": "fa", "birth_year": typed})
    alice.refresh_from_db()
    alice.user.refresh_from_db()
    assert (alice.birth_year, alice.language, alice.user.language) == (kept, "fa", "fa")


def test_one_chooses_by_which_ways_one_hears_of_orders_but_never_by_none(reader, alice):
    about = {"name": "Alice", "language": "en", "birth_year": ""}
    for wish, status, kept in (("none", 422, "both"), ("sms", 302, "sms"), ("", 302, "sms"), ("email", 302, "email")):
        assert reader.post(HOME, {**about, "order_news": wish}).status_code == status
        alice.refresh_from_db()
        assert alice.order_news == kept
    assert re.search(r'value="email"[^>]* checked', reader.get(HOME).content.decode())


@pytest.mark.parametrize("typed", ["12", "abc", "9999", "-1", "1990; drop"])
def test_a_year_that_cannot_be_is_sent_back(reader, typed):
    assert reader.post(HOME, {"name": "Alice", "language": "en", "birth_year": typed[:8]}).status_code == 422


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize("path", ["", "addresses/", "addresses/add/", "accounts/", "data/", "data/erase/"])
def test_every_page_costs_little_in_every_language(reader, path, language, django_assert_max_num_queries):
    reader.get(HOME)
    reader.cookies["language"] = language
    with django_assert_max_num_queries(12):
        answer = reader.get(HOME + path)
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_taking_ones_data_away_needs_a_fresh_sign_in(alice):
    client = Client()
    client.force_login(alice.user)
    for path in ("data/export/", "data/1/", "data/erase/"):
        assert client.post(HOME + path)["Location"].startswith("/account/again/")
    assert not DataExport.objects.exists()


def test_ones_data_are_put_together_and_taken_once(reader, alice, deferred, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_order(alice.store, make_customer(alice.store), number="F-6")
    order = make_order(alice.store, alice, number="F-7")
    add_evidence(Holder(order), Said(PDF, "document"), actor=MACHINE, now=NOW)  # who paid: no case stands behind it
    add_address(alice, {"street": "<script>alert(1)</script>"}, now=NOW)
    reader.post(f"{HOME}data/export/")
    assert "step" in reader.get(f"{HOME}data/").content.decode()
    deferred.run(timezone.now())
    export = DataExport.objects.get()
    assert b"script" not in bytes(export.content)
    assert "can be taken once" in reader.get(f"{HOME}data/").content.decode()
    answer = reader.post(f"{HOME}data/{export.pk}/")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    data = json.loads(archive.read("my-data.json"))
    assert data["person"]["name"] == "Alice Doe"
    assert [(order["number"], [each["kind"] for each in order["evidence"]]) for order in data["orders"]] == [("F-7", ["document"])]
    page = archive.read("my-data.html").decode()
    assert "<script>" not in page
    assert "F-7" in page
    assert reader.post(f"{HOME}data/{export.pk}/").status_code == 404
    export.refresh_from_db()
    assert not export.content


def test_an_export_lapses(reader, alice):
    export = DataExport.objects.create(
        customer=alice, asked_at=timezone.now() - timedelta(days=2), ready_at=timezone.now(), content=b"x"
    )
    assert reader.post(f"{HOME}data/{export.pk}/").status_code == 404


def test_somebody_is_forgotten_and_signed_out(reader, alice):
    answer = reader.post(f"{HOME}data/erase/")
    assert "forgotten" in answer.content.decode()
    assert reader.get(HOME).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.user) == ("", "", None)


def test_forgetting_waits_for_an_order_and_can_be_taken_back(reader, alice, deferred):
    order = make_order(alice.store, alice, state="shipped")
    assert reader.post(f"{HOME}data/erase/").status_code == 302
    assert "waits for your last order" in reader.get(f"{HOME}data/").content.decode()
    reader.post(f"{HOME}data/stay/")
    alice.refresh_from_db()
    assert alice.erase_asked_at is None
    assert order.customer_id == alice.pk
