"""Every endpoint, as the document lists them: without a token, with one that has ended, without its scope, from another store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.access.models import ApiToken
from avdet.records.access.tokens import SCOPES, revoke_token
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookMessage
from avdet.records.payouts.actions import open_batch
from avdet.records.remedies.actions import open_claim
from avdet.records.shared.actors import Actor
from avdet.web.api.openapi import document, scopes_used
from avdet.web.api.rates import Buckets
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.notices.send_again import send_test
from tests.factories import NOW, make_product, make_staff
from tests.records.cases.pictures import PDF
from tests.web.api.callers import ROOT, Caller
from tests.web.api.claiming import arrived, line, send_file

pytestmark = pytest.mark.django_db
OPERATIONS = [tuple(operation.split(" ")) for operations in scopes_used().values() for operation in operations]
NEEDS = {tuple(operation.split(" ")): scope for scope, operations in scopes_used().items() for operation in operations}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/orders"): {"lines": [{"sku": "NONE"}]}, ("POST", "/orders/{number}/moves"): {"move": "prepare"},
    ("PUT", "/orders/{number}/note"): {"note": "x"}, ("PUT", "/products/{sku}"): {
        "names": {"en": "x"}, "price": {"amount_minor": 1, "currency": "IRR"}},
    ("POST", "/orders/{number}/deliveries/{delivery}/events"): {"kind": "noted", "at": NOW.isoformat()},
    ("POST", "/orders/{number}/payments"): {"amount": {"amount_minor": 1, "currency": "IRR"}, "method": "online"},
    ("POST", "/products"): {"products": [{"sku": "N"}]}, ("POST", "/stock/receipts"): {"pieces": [{"sku": "N", "quantity": 1}]},
    ("POST", "/orders/{number}/claims"): {"lines": [line()]}, ("POST", "/orders/{number}/claims/preview"): {"lines": [line()]},
    ("POST", "/stock/counts"): {"pieces": [{"sku": "N", "on_hand": 1}]}, ("POST", "/webhooks"): {"url": "https://shop.example/hook"},
    ("POST", "/orders/{number}/parcels"): {"cases": ["1-R1"], "way": "post"}, ("POST", "/parcels/{parcel}/moves"): {"move": "lose"},
    ("PUT", "/parcels/{parcel}/return-code"): {"return_code": "R"}, ("POST", "/parcels/{parcel}/arrival"): {"found": "empty"},
    ("PUT", "/parcels/{parcel}/owner"): {"order": "1", "pieces": [{"case": "1-R1", "quantity": 1}]},
    ("POST", "/cases/{case}/disposition"): {"disposition": "scrap"}, ("POST", "/cases/{case}/remedies"): {"kind": "refund"},
    ("POST", "/orders/{number}/goodwill"): {"amount": {"amount_minor": 1, "currency": "IRR"}, "reason": "x"},
    ("POST", "/orders/{number}/refunds/account"): {"number": "x", "holder_name": "x", "consent": "x"},
    ("POST", "/payouts/batches/{batch}/void"): {"why": "x"}, ("POST", "/payouts/batches"): {"refunds": []},
    ("PUT", "/cases/{case}/carriage/{way}"): {"paid_by": "store", "amount": {"amount_minor": 1, "currency": "IRR"}},
    ("POST", "/cases/{case}/carriage/{way}/settlement"): {"reference": "x"}, ("POST", "/cases/{case}/goods/moves"): {"move": "hold"},
    ("POST", "/carrier-claims/{claim}/moves"): {"move": "confirm"},
    ("POST", "/cases/{case}/visit"): {"day": "2026-01-02", "found": "x", "mended": True},
}  # fmt: skip


def send(caller: Caller, operation: tuple[str, str], names: dict[str, object] | None = None) -> int:
    method, path = operation[0], operation[1].removeprefix(ROOT)
    if method == "POST" and path.endswith(("/evidence", "/bank-files")):
        send_file(caller, path.format(**(names or dict.fromkeys(NAMES, 1))), PDF, kind="receipt")
        return caller.status
    body = BODIES.get((method, path), {}) if method in ("POST", "PUT", "PATCH") else None
    caller(method, path.format(**(names or dict.fromkeys(NAMES, 1))), body)
    return caller.status


NAMES = ("number", "sku", "delivery", "refund", "version", "endpoint", "message", "case", "evidence", "parcel", "batch", "way", "claim")


def test_the_document_names_every_operation_once():
    described = {(method.upper(), path) for path, operations in document()["paths"].items() for method in operations}
    assert described == set(OPERATIONS)
    assert len(OPERATIONS) == len(described)
    assert set(scopes_used()) == {"", *SCOPES}
    assert all(operations for scope, operations in scopes_used().items())


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_nobody_comes_in_without_a_valid_token(operation):
    method, path = operation
    for header in ({}, {"Authorization": "Bearer avd_nonsense"}, {"Authorization": "Basic YTpi"}):
        response = Client().generic(method, path.format(**dict.fromkeys(NAMES, 1)), headers=header, content_type="application/json")
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if NEEDS[each]], ids=" ".join)
def test_a_token_without_the_scope_is_told_which_it_lacks(store, operation):
    caller = Caller(store, *(scope for scope in SCOPES if scope != NEEDS[operation]))
    assert send(caller, operation) == 403
    assert caller.last.json()["scope"] == NEEDS[operation]
    only = Caller(store, NEEDS[operation])
    assert send(only, operation) not in (401, 403)


def a_batch(store):
    """A draft of a payout batch."""
    user = make_staff(store, "accountant")
    return open_batch(store, currency="IRR", pay_on=NOW.date(), user=user, now=NOW, actor=Caller.ACTOR).number


def a_carriers_claim(case):
    """What a carrier is asked for."""
    return open_claim(case, carrier="post", asked_minor=1, note="", actor=Caller.ACTOR, now=NOW).pk


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{" in each[1]], ids=" ".join)
def test_what_is_another_stores_is_not_there(store, stranger, operation):
    product = make_product(store, "KETTLE-9")
    order = arrived(store)
    case = Caller(store).post(f"/orders/{order.number}/claims", {"lines": [line()]})["data"][0]["number"]
    piece = send_file(Caller(store), f"/orders/{order.number}/evidence", PDF, kind="receipt")["id"]
    endpoint = add_endpoint(store, "https://shop.example/hook", now=NOW)
    send_test(endpoint, now=NOW)
    names = {"number": order.number, "sku": product.sku, "delivery": 1, "refund": 1, "version": 99, "endpoint": endpoint.pk,
             "message": WebhookMessage.objects.get().pk, "case": case, "evidence": piece,
             "parcel": announce_parcel(order, [Case.objects.get().pk], "post", actor=Caller.ACTOR, now=NOW).code,
             "batch": a_batch(store), "way": "return", "claim": a_carriers_claim(Case.objects.get())}  # fmt: skip
    if operation == ("PUT", f"{ROOT}/products/{{sku}}"):
        names["sku"] = "KETTLE-9"
        assert send(stranger, operation, names) in (200, 422)  # a product of their own under the same SKU
    else:
        assert send(stranger, operation, names) == 404
    product.refresh_from_db()
    assert (product.price_minor, Order.objects.get().revision) == (45_000_000, 0)


def test_a_revoked_or_expired_token_lets_nobody_in(store):
    ended = Caller(store, expires_at=NOW - timedelta(days=300), now=NOW - timedelta(days=400))
    ended.get("/store")
    assert ended.status == 401
    caller = Caller(store)
    caller.get("/store")
    assert caller.status == 200
    revoke_token(store, caller.token.pk, actor=Actor.system(), now=NOW)
    caller.get("/store")
    assert caller.status == 401


def test_a_tokens_use_is_written_down_once_a_day(call, django_assert_num_queries):
    call.get("/store")
    assert ApiToken.objects.get().last_used_on == timezone.now().date()
    with django_assert_num_queries(1):
        call.get("/store")


def test_who_asks_too_often_waits(store):
    caller = Caller(store, per_minute=2)
    assert [caller.get("/store") and caller.status for _ in range(3)] == [200, 200, 429]
    assert caller.last["RateLimit"].startswith('"minute";r=0')
    assert 1 <= int(caller.last["Retry-After"]) <= 30


def test_a_bucket_fills_again_with_time():
    now = [0.0]
    buckets = Buckets(lambda: now[0])
    assert [buckets.take(1, 2).granted for _ in range(3)] == [True, True, False]
    now[0] = 30.0
    assert [buckets.take(1, 2).granted for _ in range(2)] == [True, False]
    assert buckets.take(2, 1).granted
