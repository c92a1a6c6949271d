"""What is told stands or falls with what it is told about; one cause tells once; programs hear what they want to hear."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from avdet.core.errors import AvdetError
from avdet.records.outbox.endpoints import KINDS as EVENT_KINDS
from avdet.records.outbox.endpoints import add_endpoint, change_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.outbox.queries import notices_of_order
from avdet.workflows.notices.tell import EVENTS, KINDS, announce, tell
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
TO = {"email": "buyer@example.test", "phone": "+989120000001"}


def told(store: Any, kind: str = "order_placed", **fields: Any) -> None:
    tell(store, **{"kind": kind, "order_number": "N-1", "to": TO, "language": "fa", "values": {}, "key": "placed:1", "now": NOW, **fields})


def test_a_kind_without_words_is_refused() -> None:
    with pytest.raises(AvdetError, match="no notice is called 'order_eaten'"):
        told(make_store(), "order_eaten")
    assert not Notice.objects.exists()


def test_what_is_undone_is_not_told(deferred: Any) -> None:
    store = make_store()
    with transaction.atomic():
        told(store)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_nobody_is_told_where_there_is_neither_address_nor_number(deferred: Any) -> None:
    told(make_store(), to={"email": "", "phone": ""})
    assert not Notice.objects.exists()
    assert deferred.waiting == []


def test_one_cause_tells_once_by_each_channel(deferred: Any) -> None:
    """Whoever orders agrees to be answered by e-mail and SMS (FET-PRV-1)."""
    store = make_store()
    told(store)
    told(store)
    assert [(each.channel, each.language, str(each.to)) for each in Notice.objects.order_by("channel")] == [
        ("email", "fa", "buyer@example.test"), ("sms", "fa", "+989120000001"),
    ]  # fmt: skip
    told(store, key="placed:2")
    told(make_store("offykala"))
    assert Notice.objects.count() == 6
    assert deferred.waiting[0][:2] == ("send_notices", {"keys": [f"{store.pk}:placed:1:email", f"{store.pk}:placed:1:sms"]})


def test_a_language_that_is_not_spoken_becomes_the_stores_own() -> None:
    told(make_store("ofiskutum"), language="de", to={"email": "a@b.example"})
    assert Notice.objects.get().language == "tr"


def test_telling_takes_two_statements_with_its_job_however_many_are_told() -> None:
    from avdet.adapters.jobs.embedded import EmbeddedJobs
    from avdet.ports import jobs

    jobs.connect(EmbeddedJobs())
    store = make_store()
    with CaptureQueriesContext(connection, ) as statements:
        told(store)
    assert len(statements) <= 5, [each["sql"] for each in statements]  # savepoints of bulk_create among them
    assert len([each for each in statements if each["sql"].split()[0] in {"INSERT", "SELECT", "UPDATE"}]) == 2


def test_what_was_told_is_sealed_and_listed_beside_its_order() -> None:
    store = make_store()
    told(store, values={"carrier": "تیپاکس"})
    with connection.cursor() as cursor:
        cursor.execute('select "to", "values" from outbox_notice')
        raw = str(cursor.fetchall())
    assert "buyer" not in raw
    assert "تیپاکس" not in raw
    assert len(notices_of_order(store, "N-1")) == 2
    assert notices_of_order(make_store("offykala"), "N-1") == []


@pytest.mark.parametrize(("wanted", "hears"), [
    ([], True), (["order.*"], True), (["order.placed"], True), (["stock.*"], False), (["order.shipped"], False),
])  # fmt: skip
def test_an_endpoint_hears_what_it_wants(wanted: list[str], hears: bool, deferred: Any) -> None:
    store = make_store()
    endpoint = add_endpoint(store, "https://hooks.example/avdet", kinds=wanted, now=NOW)
    told(store, values={"total_minor": 5, "currency": "IRR"})
    assert WebhookMessage.objects.filter(endpoint=endpoint).exists() is hears
    assert [name for name, *_ in deferred.waiting] == ["send_notices"] + ["send_webhook"] * hears


def test_endpoints_of_other_stores_and_those_switched_off_hear_nothing() -> None:
    store = make_store()
    add_endpoint(make_store("offykala"), "https://other.example/", now=NOW)
    change_endpoint(add_endpoint(store, "https://off.example/", now=NOW), active=False)
    assert announce(store, "stock.changed", {"sku": "A"}, key="1", now=NOW) == 0
    assert not WebhookMessage.objects.exists()


def test_an_event_is_one_for_all_its_endpoints_and_holds_nothing_personal() -> None:
    store = make_store()
    for n in range(2):
        add_endpoint(store, f"https://hooks{n}.example/", now=NOW)
    for _ in range(2):
        told(store, "order_shipped", values={"carrier": "Tipax", "tracking_number": "77"})
    one, two = WebhookMessage.objects.all()
    assert one.event_id == two.event_id
    assert json.loads(one.body) == {
        "type": "order.shipped", "timestamp": "2026-11-22T09:00:00+00:00",
        "data": {"store": "fetrashop", "order_number": "N-1", "carrier": "Tipax", "tracking_number": "77"},
    }  # fmt: skip
    assert "buyer" not in one.body


def test_every_event_that_notices_cause_may_be_listened_to() -> None:
    assert set(EVENTS.values()) <= set(EVENT_KINDS)
    assert set(EVENTS) <= KINDS
