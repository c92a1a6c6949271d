"""A request that is sent again is answered again, and not carried out again; of sixteen at once one is carried out."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from avdet.records.access import keys
from avdet.records.access.models import IdempotencyKey
from avdet.records.orders.models import Order
from avdet.workflows.people.forget_keys import forget_keys
from tests.factories import make_product, make_store
from tests.web.api.callers import Caller

BODY = {"lines": [{"sku": "KETTLE-1", "quantity": 1}], "customer_ref": "7"}


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused(call, product):
    call.post("/orders", BODY, Idempotency_Key="k")
    assert call.post("/orders", BODY | {"note": "x"}, Idempotency_Key="k")["kind"] == "key_reused"
    assert call.post("/orders", BODY, Idempotency_Key="x" * 256)["errors"][0]["where"] == "header.Idempotency-Key"
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_what_was_refused_may_be_tried_again_under_its_key(call, store):
    assert call.post("/orders", BODY, Idempotency_Key="k")["kind"] == "refused"
    make_product(store, "KETTLE-1")
    call.post("/orders", BODY, Idempotency_Key="k")
    assert call.status == 201


@pytest.mark.django_db
def test_the_same_request_is_answered_again(call, product):
    first = call.post("/orders", BODY, Idempotency_Key="k")
    location = call.last["Location"]
    assert call.post("/orders", BODY, Idempotency_Key="k") == first
    assert (call.status, call.last["Idempotency-Replayed"], call.last["Location"]) == (201, "true", location)
    assert Order.objects.count() == 1
    assert "KETTLE" not in connection_text("SELECT answer FROM access_idempotencykey")


def connection_text(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchall())


@pytest.mark.django_db
def test_keys_are_each_stores_own(call, product, stranger):
    call.post("/orders", BODY, Idempotency_Key="k")
    make_product(stranger.token.store, "KETTLE-1")
    stranger.post("/orders", BODY, Idempotency_Key="k")
    assert stranger.status == 201
    assert "Idempotency-Replayed" not in stranger.last


@pytest.mark.django_db
def test_a_request_whose_server_died_is_taken_over_and_one_at_work_is_not(store):
    now = timezone.now()
    keys.claim(store, "k", "f", now=now)
    with pytest.raises(keys.Busy):
        keys.claim(store, "k", "f", now=now + keys.LOST / 2)
    assert isinstance(keys.claim(store, "k", "f", now=now + keys.LOST), keys.Claim)


@pytest.mark.django_db
def test_a_request_that_was_taken_over_while_it_worked_is_undone_and_lets_the_other_one_be(call, product, monkeypatch):
    later, claim = [], keys.claim

    def slow(store: Any, key: str, fingerprint: str, *, now: datetime) -> keys.Claim | keys.Kept:
        mine = claim(store, key, fingerprint, now=now)
        later.append(claim(store, key, fingerprint, now=now + keys.LOST))  # sent again while the first one is still at work
        return mine

    with monkeypatch.context() as patched:
        patched.setattr(keys, "claim", slow)
        assert call.post("/orders", BODY, Idempotency_Key="k")["kind"] == "busy"
    assert (call.status, call.last["Retry-After"], Order.objects.count()) == (409, "1", 0)
    keys.keep(later[0], 201, {}, "{}")
    assert call.post("/orders", BODY, Idempotency_Key="k") == {}


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day(store):
    now = timezone.now()
    keys.claim(store, "old", "f", now=now - timedelta(hours=25))
    keys.claim(store, "new", "f", now=now)
    forget_keys({}, now)
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_is_carried_out():
    if connection.vendor == "sqlite":
        pytest.skip("threads share a database in memory, which locks whole tables; PostgreSQL runs this")
    store = make_store()
    make_product(store, "KETTLE-1", on_hand=100)
    caller, start, answers = Caller(store), threading.Barrier(16), []

    def send() -> None:
        mine = Caller.__new__(Caller)
        mine.__dict__.update(caller.__dict__ | {"client": type(caller.client)()})
        start.wait()
        mine.post("/orders", BODY, Idempotency_Key="k")
        answers.append((mine.status, mine.last.get("Retry-After"), mine.last.content if mine.status == 201 else b""))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Order.objects.count() == 1
    assert {status for status, _, _ in answers} <= {201, 409}
    assert len({body for status, _, body in answers if status == 201}) == 1
    assert all(wait == "1" for status, wait, _ in answers if status == 409)
