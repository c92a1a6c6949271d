"""Tokens and webhooks in the studio: what is wrong is named, a secret is shown once, another store's is not there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.access.models import ApiToken
from avdet.records.access.tokens import token_of
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookEndpoint, WebhookMessage
from avdet.records.stores.models import StoreEvent
from tests.factories import NOW, make_staff, make_store

pytestmark = pytest.mark.django_db
TOKENS, WEBHOOKS = "/fetrashop/studio/tokens/", "/fetrashop/studio/webhooks/"


@pytest.mark.parametrize(("typed", "field"), [({"name": "", "scope": "orders:read"}, "name"), ({"name": "till"}, "scopes"),
                                              ({"name": "till", "scope": "everything"}, "scopes")])  # fmt: skip
def test_a_token_without_a_name_or_a_scope_is_not_made(studio, typed, field):
    response = studio.post(TOKENS, {"lasting": "90", "rate": "600"} | typed)
    assert response.status_code == 422
    assert field in response.context["fields"]
    assert not ApiToken.objects.exists()


def test_a_token_is_shown_once_and_lets_in_until_it_is_revoked(studio, store):
    response = studio.post(TOKENS, {"name": "till", "scope": ["orders:read", "decide"], "lasting": "90", "rate": "600"})
    text = response.context["text"]
    assert text in response.content.decode()
    token = token_of(text, timezone.now())
    assert token is not None
    assert token.scopes == ["orders:read", "decide"]
    page = studio.get(TOKENS).content.decode()
    assert text not in page
    assert token.prefix in page
    studio.post(f"{TOKENS}{token.pk}/revoke/")
    assert token_of(text, timezone.now()) is None
    assert [event.kind for event in StoreEvent.objects.filter(store=store).order_by("pk")] == ["token_made", "token_revoked"]
    assert token.prefix in studio.get("/fetrashop/studio/history/").content.decode()


def test_another_stores_token_is_not_revoked(studio, owner):
    other = make_store("ofiskutum")
    client = Client()
    client.force_login(make_staff(other, "owner"))
    client.post("/ofiskutum/studio/tokens/", {"name": "till", "scope": "decide", "lasting": "", "rate": "600"})
    studio.post(f"{TOKENS}{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example/", "https://me:secret@shop.example/"])
def test_an_address_that_cannot_be_told_is_named(studio, url):
    response = studio.post(WEBHOOKS, {"url": url})
    assert response.status_code == 422
    assert "url" in response.context["fields"]


def test_an_endpoint_is_added_tried_looked_at_switched_and_removed(studio, store):
    response = studio.post(WEBHOOKS, {"url": "https://shop.example/hook", "kind": ["order.*"]})
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in response.content.decode()
    here = f"{WEBHOOKS}{endpoint.pk}/"
    assert endpoint.secret not in studio.get(here).content.decode()
    changed = studio.post(here, {"do": "secret"}).content.decode()
    assert WebhookEndpoint.objects.get().secret in changed
    assert endpoint.secret not in changed
    studio.post(here, {"do": "test"})
    message = WebhookMessage.objects.get()
    page = studio.get(f"{here}messages/{message.pk}/").content.decode()
    assert message.event_id in page
    WebhookMessage.objects.update(state="dead")
    studio.post(here, {"do": "replay"})
    assert WebhookMessage.objects.get().state == "queued"
    WebhookMessage.objects.update(state="sent")
    studio.post(f"{here}messages/{message.pk}/")
    assert WebhookMessage.objects.get().state == "queued"
    assert studio.get(f"{here}?state=dead").context["rows"] == []
    studio.post(here, {"do": "switch"})
    assert not WebhookEndpoint.objects.get().active
    studio.post(here, {"do": "remove"})
    assert not WebhookEndpoint.objects.exists()


def test_another_stores_endpoint_is_not_there(studio):
    endpoint = add_endpoint(make_store("ofiskutum"), "https://shop.example/hook", now=NOW)
    assert studio.get(f"{WEBHOOKS}{endpoint.pk}/").status_code == 404
    assert studio.post(f"{WEBHOOKS}{endpoint.pk}/", {"do": "remove"}).status_code == 404


@pytest.mark.parametrize("path", [TOKENS, WEBHOOKS])
@pytest.mark.parametrize("role", ["desk", "expert", "accountant"])
def test_only_owners_open_these_pages(store, client, path, role):
    client.force_login(make_staff(store, role))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [TOKENS, WEBHOOKS])
@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_the_pages_read_in_every_language(studio, path, language):
    assert studio.get(f"{path}?lang={language}").status_code == 200
    assert studio.get(f"/api/v1/docs?lang={language}").status_code == 200
