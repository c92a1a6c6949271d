"""The customer is told of a refund when it is granted, has arrived, or takes longer; each once, in their language."""

from datetime import timedelta

import pytest

from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.payments.models import GatewayAccount
from avdet.records.refunds import queries
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.send_refund import send_again, send_by_hand, send_refund
from tests.factories import NOW
from tests.workflows.money import MACHINE, grant, order_of, pay, turkish_store

pytestmark = pytest.mark.django_db


def told():
    return list(Notice.objects.filter(kind__startswith="refund_", channel="sms").order_by("id").values_list("kind", flat=True))


@pytest.fixture
def order():
    return order_of(turkish_store(), 100_000)


def test_a_refund_that_is_refused_tells_nobody(order):
    with pytest.raises(Exception, match="more than is left"):
        grant(order, 1)
    assert told() == []


def test_what_is_granted_and_arrives_is_told_once_each(order):
    pay(order)
    refund = grant(order, 40_000)[0]
    grant(order, 40_000)
    send_by_hand(refund, now=NOW, actor=MACHINE)
    for _ in range(2):
        confirm_refund(queries.refund_by_id(refund.pk), reference="FT-1", at=NOW, now=NOW, actor=MACHINE)
    assert told() == ["refund_granted", "refund_confirmed"]
    notice = Notice.objects.filter(kind="refund_granted", channel="email").get()
    assert (notice.to, notice.language, notice.order_number) == (order.contact["email"], "tr", order.number)
    assert notice.values == {"amount_minor": 40_000, "currency": "TRY", "refund": refund.pk}


def test_only_what_the_machine_gives_up_is_told_as_failed(order):
    pay(order, gateway="iyzico", reference="1")
    GatewayAccount.objects.all().delete()
    refund = grant(order, 40_000)[0]
    send_refund(refund.pk, now=NOW)
    send_again(refund, now=NOW + timedelta(hours=1), actor=MACHINE)
    send_refund(refund.pk, now=NOW + timedelta(hours=1))
    assert told() == ["refund_granted", "refund_failed", "refund_failed"]


def test_programs_are_told_too(order):
    add_endpoint(order.store, "https://example.test/hook", kinds=["refund.granted"], now=NOW)
    pay(order)
    grant(order, 40_000)
    assert [message.kind for message in WebhookMessage.objects.all()] == ["refund.granted"]
