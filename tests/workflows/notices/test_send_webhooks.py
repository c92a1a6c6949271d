"""Webhooks are signed as Standard Webhooks says, tried again by its schedule, and switched off where nobody is any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from avdet.adapters.webhooks import HttpCourier
from avdet.core.errors import AvdetError
from avdet.ports import webhooks as port
from avdet.ports.webhooks import Answer, Unreached
from avdet.records.outbox.endpoints import MOST, add_endpoint, change_endpoint, remove_endpoint
from avdet.records.outbox.models import Notice, WebhookEndpoint, WebhookMessage
from avdet.records.outbox.queries import attempts_of, endpoint_of, endpoints_of, message_of, messages_of
from avdet.workflows.notices.send_again import replay, replay_since, send_test, send_webhooks_again
from avdet.workflows.notices.send_webhooks import WAITS, send_forgotten_webhooks, signed
from avdet.workflows.notices.tell import announce
from tests.factories import NOW, make_staff, make_store
from tests.simulators.conftest import received  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


class Road:
    """A courier that answers as it is told to, the last answer again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer | Unreached] = [Answer(204)]
        self.posts: list[tuple[str, bytes, Mapping[str, str]]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Unreached:
        self.posts.append((url, body, headers))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def road() -> Iterator[Road]:
    before, made = list(port._connected), Road()
    port.connect(made)
    yield made
    port._connected[:] = before


@pytest.fixture
def endpoint(deferred: Any) -> WebhookEndpoint:
    return add_endpoint(make_store(), "https://hooks.example/avdet", now=NOW)


def event(endpoint: WebhookEndpoint, key: str = "1", now: datetime = NOW) -> WebhookMessage:
    announce(endpoint.store, "stock.changed", {"sku": "K-1", "on_hand": 4}, key=key, now=now)
    return WebhookMessage.objects.order_by("-pk")[0]


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def test_the_published_example_is_signed_as_published(endpoint: WebhookEndpoint) -> None:
    endpoint.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    message = WebhookMessage(endpoint=endpoint, event_id="msg_p5jXN8AQM9LWM0D4loKWxJek", body='{"test": 2432232314}')
    headers = signed(message, datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")


def test_its_own_library_verifies_what_arrives_and_nothing_that_was_altered(
    endpoint: WebhookEndpoint, deferred: Any, received: Any  # noqa: F811
) -> None:
    before = list(port._connected)
    port.connect(HttpCourier(allow_private=True))
    WebhookEndpoint.objects.update(url=received.url)
    now = datetime.now(UTC)  # its verifier looks at the clock
    event(endpoint, now=now)
    try:
        deferred.run(now)
    finally:
        port._connected[:] = before
    headers, body = received.messages[0]
    verifier, said = Webhook(str(endpoint.secret)), {name.lower(): value for name, value in headers.items()}
    assert verifier.verify(body, said)["data"] == {"store": "fetrashop", "sku": "K-1", "on_hand": 4}
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body.replace(b"K-1", b"K-2"), said)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body, {**said, "webhook-id": "msg_other"})


def test_what_is_taken_is_logged_and_not_sent_again(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    message = event(endpoint)
    deferred.waiting *= 2
    deferred.run(NOW)
    assert len(road.posts) == 1
    assert (again(message).state, message.last_status, message.sent_at) == ("sent", 204, NOW)
    assert [(each.status, each.error) for each in attempts_of(message)] == [(204, "")]


@pytest.mark.parametrize("answer", [
    Answer(500, "oops"), Answer(302), Answer(400, "no"), Answer(199), Answer(404), Unreached("no answer within 15 seconds"),
])  # fmt: skip
def test_what_is_not_taken_comes_again_by_the_standards_schedule(
    answer: Answer | Unreached, endpoint: WebhookEndpoint, road: Road, deferred: Any
) -> None:
    message, now, waits = event(endpoint), NOW, []
    road.answers = [answer]
    while deferred.waiting and again(message).state != "dead":
        due = deferred.waiting[0][2] or now
        waits.append(due - now)
        now = due
        deferred.run(now)
        WebhookEndpoint.objects.update(active=True, failing_since=NOW + timedelta(days=9))  # not this test's subject
    assert tuple(waits[1:]) == WAITS
    assert [wait.total_seconds() / 3600 for wait in WAITS[-6:]] == [2, 5, 10, 14, 20, 24]
    assert (again(message).state, message.attempts) == ("dead", 10)
    assert len({post[2]["webhook-id"] for post in road.posts}) == 1
    assert len({post[2]["webhook-timestamp"] for post in road.posts}) == 10


def test_an_address_that_must_not_be_asked_is_given_up_at_once(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    road.answers = [Unreached("the address does not lie in the public internet", forbidden=True)]
    message = event(endpoint)
    deferred.run(NOW)
    assert (again(message).state, message.attempts, again(endpoint).active) == ("dead", 1, True)


def test_an_endpoint_that_says_it_is_gone_is_switched_off_and_its_owner_told(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    owner, _ = make_staff(endpoint.store, "owner", language="tr"), make_staff(endpoint.store, "desk")
    road.answers = [Answer(410)]
    first, second = event(endpoint, "1"), event(endpoint, "2")
    deferred.waiting = [each for each in deferred.waiting if each[0] == "send_webhook"]
    for name, payload, *_ in list(deferred.waiting):
        from avdet.ports.jobs import KINDS

        KINDS[name].work(payload, NOW)
    assert (again(endpoint).active, endpoint.disabled_because) == (False, "gone")
    assert len(road.posts) == 1
    assert {again(each).state for each in (first, second)} == {"dead"}
    assert [(str(each.to), each.kind, each.language) for each in Notice.objects.all()] == [(owner.email, "webhook_disabled", "tr")]
    assert send_webhooks_again(now=NOW) == 0


def test_five_days_of_failures_switch_it_off_and_one_success_forgives(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    make_staff(endpoint.store, "owner")
    road.answers = [Answer(500), Answer(200), Answer(500)]
    event(endpoint, "1")
    deferred.run(NOW)
    assert again(endpoint).failing_since == NOW
    deferred.run(NOW + timedelta(days=6))  # had it failed now, that would have been too long
    assert (again(endpoint).failing_since, endpoint.failures_in_a_row, endpoint.active) == (None, 0, True)
    for days, active in ((7, True), (9, True), (13, False)):
        event(endpoint, str(days))
        WebhookMessage.objects.filter(state="queued").update(next_at=NOW)
        deferred.waiting = [each for each in deferred.waiting if each[0] == "send_webhook"][-1:]
        deferred.run(NOW + timedelta(days=days))
        assert again(endpoint).active is active
    assert endpoint.disabled_because == "failing"
    assert Notice.objects.filter(kind="webhook_disabled").count() == 1
    change_endpoint(endpoint, active=True)
    assert (again(endpoint).failing_since, endpoint.disabled_because) == (None, "")


def test_whoever_vanishes_while_sending_is_followed_by_another(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    message = event(endpoint)
    deferred.waiting.clear()
    send_forgotten_webhooks({}, NOW + timedelta(minutes=1))
    assert deferred.waiting == []
    for _ in range(2):
        send_forgotten_webhooks({}, NOW + timedelta(minutes=4))
    assert len(deferred.waiting) == 1
    deferred.run(NOW + timedelta(minutes=4))
    assert again(message).state == "sent"


def test_a_message_is_replayed_under_its_own_id_but_not_while_it_is_under_way(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    message = event(endpoint)
    assert not replay(message, now=NOW)
    deferred.run(NOW)
    assert replay(again(message), now=NOW)
    deferred.run(NOW)
    assert len(road.posts) == 2
    assert road.posts[0][2]["webhook-id"] == road.posts[1][2]["webhook-id"]
    assert replay_since(endpoint, NOW - timedelta(hours=1), now=NOW) == 1
    assert replay_since(endpoint, NOW + timedelta(hours=1), now=NOW) == 0


def test_all_that_failed_is_sent_again(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    road.answers = [Unreached("no", forbidden=True)]
    for n in range(3):
        event(endpoint, str(n))
    deferred.run(NOW)
    other = make_store("offykala")
    assert send_webhooks_again(store_id=other.pk, now=NOW) == 0
    assert send_webhooks_again(endpoint_id=endpoint.pk, ids=[messages_of(endpoint, state="dead").rows[0].pk], now=NOW) == 1
    assert send_webhooks_again(store_id=endpoint.store_id, now=NOW) == 2
    road.answers = [Answer(200)]
    deferred.run(NOW)
    assert {each.state for each in messages_of(endpoint).rows} == {"sent"}


def test_an_endpoint_is_tried_out_whatever_it_listens_to(endpoint: WebhookEndpoint, road: Road, deferred: Any) -> None:
    change_endpoint(endpoint, kinds=["policy.published"])
    assert send_test(endpoint, now=NOW) != send_test(endpoint, now=NOW)
    deferred.run(NOW)
    assert [b'"type":"test.sent"' in body for _, body, _ in road.posts] == [True, True]


@pytest.mark.parametrize("url", [
    "", "shop.example", "ftp://shop.example/", "https://", "https://user:secret@shop.example/", "https://shop.example:99999/",
    "https://shop.example/\r\nHost: x", "https://shop.example/a b", "https://[::1", "javascript:alert(1)", "https://shop.example/" + "a" * 500,
])  # fmt: skip
def test_what_is_no_address_cannot_be_told(url: str) -> None:
    with pytest.raises(AvdetError, match="no address that can be told"):
        add_endpoint(make_store(), url, now=NOW)


def test_unknown_kinds_and_too_many_endpoints_are_refused(endpoint: WebhookEndpoint) -> None:
    with pytest.raises(AvdetError, match=r"no event is called 'order\.eaten'"):
        change_endpoint(endpoint, kinds=["order.placed", "order.eaten"])
    for n in range(MOST - 1):
        add_endpoint(endpoint.store, f"https://hooks.example/{n}", now=NOW)
    with pytest.raises(AvdetError, match="at most 20"):
        add_endpoint(endpoint.store, "https://hooks.example/one-more", now=NOW)


def test_endpoints_and_messages_are_their_own_stores_only(endpoint: WebhookEndpoint, road: Road) -> None:
    message, other = event(endpoint), make_store("offykala")
    assert endpoint_of(other, endpoint.pk) is None
    assert message_of(other, message.pk) is None
    assert endpoints_of(endpoint.store) == [endpoint]
    assert message_of(endpoint.store, message.pk) == message
    remove_endpoint(endpoint)
    assert not WebhookMessage.objects.exists()
