"""The public terms: in force now, of any version, and what changed; in three languages, in a fixed number of statements."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.policies import load
from avdet.policies.shelf import read_bytes
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.policies import add_draft, publish
from tests.factories import make_store
from tests.web.studio.test_policy import longer

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return make_store()


def second(store: Store, *, days: int) -> PolicyVersion:
    """A second version that takes force some days from now; it is published a little before that, or now."""
    source, now = longer(), timezone.now()
    draft = add_draft(
        store, source, read_bytes(source.encode(), "policy.yaml").newest.fingerprint, actor=Actor.system("test"), now=now
    )
    at = now + timedelta(days=days)
    return publish(draft, at, accepted=True, actor=Actor.system("test"), now=min(now, at))


@pytest.mark.parametrize("path", ["terms/2/", "terms/0/", "terms/1/changes/", "terms/2/changes/", "terms/99999999999/"])
def test_what_is_not_published_is_not_there(path: str, store: Store, client: Client) -> None:
    add_draft(store, longer(), "sha256:x", actor=Actor.system("test"), now=timezone.now())
    assert client.get(f"/fetrashop/{path}").status_code == 404


def test_a_store_without_terms_says_so(client: Client) -> None:
    make_store("bookshop")
    found = client.get("/bookshop/terms/?lang=en")
    assert found.status_code == 200
    assert "has not published its terms" in found.content.decode()


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_every_clause_has_its_place(language: str, store: Store, client: Client) -> None:
    page = client.get(f"/fetrashop/terms/?lang={language}").content.decode()
    anchors = re.findall(r'<article class="term" id="([A-Z0-9.-]+)"', page)
    assert anchors == [clause.id for clause in load("fetrashop").newest.clauses]
    assert len(page.encode()) < 150_000
    assert "style=" not in page


def test_search_engines_read_the_return_policy(store: Store, client: Client) -> None:
    page = client.get("/fetrashop/terms/").content.decode()
    data = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["@type"] == "MerchantReturnPolicy"


def test_a_page_costs_few_statements(store: Store, client: Client, django_assert_num_queries: Any) -> None:
    client.get("/fetrashop/terms/")
    with django_assert_num_queries(4):
        client.get("/fetrashop/terms/")
    second(store, days=7)
    client.get("/fetrashop/terms/2/changes/")
    with django_assert_num_queries(2):
        client.get("/fetrashop/terms/2/changes/")


def test_terms_to_come_are_announced_and_can_be_read(store: Store, client: Client) -> None:
    second(store, days=7)
    now = client.get("/fetrashop/terms/?lang=en").content.decode()
    assert "new terms hold for new orders" in now
    assert "7 working days" in now
    then = client.get("/fetrashop/terms/2/?lang=en").content.decode()
    assert "These terms hold for orders placed from" in then
    assert "10 working days" in then
    assert "application/ld+json" not in then


def test_replaced_terms_are_still_there(store: Store, client: Client) -> None:
    second(store, days=0)
    assert "have been replaced" in client.get("/fetrashop/terms/1/?lang=en").content.decode()
    assert "10 working days" in client.get("/fetrashop/terms/?lang=en").content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "10 working days"), ("tr", "10 iş günü"), ("fa", "۱۰ روز کاری")])
def test_a_customer_reads_what_changed(language: str, said: str, store: Store, client: Client) -> None:
    second(store, days=7)
    page = client.get(f"/fetrashop/terms/2/changes/?lang={language}").content.decode()
    assert said in re.sub(r"</?(ins|del|bdi)[^>]*>|<span class=\"sr\">.*?</span>", "", page)
    assert "FET-WDR-" in page


def test_terms_in_no_language_of_the_reader_s_are_shown_in_the_store_s(client: Client) -> None:
    store = make_store("bookshop")
    source = longer().replace("languages: [fa, tr, en]", "languages: [fa, tr]")
    source = re.sub(r"^ +en: .*\n", "", re.sub(r', en: "[^"]*"', "", source), flags=re.MULTILINE)
    policy = read_bytes(source.encode(), "policy.yaml")
    draft = add_draft(store, source, policy.newest.fingerprint, actor=Actor.system("test"), now=timezone.now())
    publish(draft, timezone.now() - timedelta(seconds=1), accepted=True, actor=Actor.system("test"), now=timezone.now())
    page = client.get("/bookshop/terms/?lang=en").content.decode()
    assert "not written in your language" in page
    assert '<div class="terms" lang="fa" dir="rtl">' in page
