"""Notices leave once, wait longer after each failure, end as dead letters, and can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from avdet.adapters.notices.apprise_notices import AppriseMessenger
from avdet.ports import notices as port
from avdet.ports.notices import Failed, Sent
from avdet.records.outbox import actions
from avdet.records.outbox.models import Notice
from avdet.records.outbox.queries import backlogs, notices
from avdet.simulators.messages.post_office import API_KEY
from avdet.workflows.notices.send_again import repeat_notice, send_notices_again
from avdet.workflows.notices.send_notices import send_forgotten_notices
from avdet.workflows.notices.tell import tell
from tests.factories import NOW, make_store
from tests.simulators.conftest import message_simulator  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


class Office:
    """A messenger that answers as it is told to, the last answer again and again."""

    def __init__(self) -> None:
        self.answers: list[Sent | Failed] = [Sent("ref-1")]
        self.messages: list[port.Notice] = []
        self.addresses: list[str] = []

    def send(self, notice: port.Notice) -> Sent | Failed:
        self.messages.append(notice)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def open(self, address: str) -> Office:
        self.addresses.append(address)
        return self


@pytest.fixture
def office(settings: Any) -> Iterator[Office]:
    settings.MAIL_URL, settings.SMS_URL = "mailtos://ours", "kavenegar://ours"
    before, made = list(port._openers), Office()
    port.connect(made.open)
    yield made
    port._openers[:] = before


@pytest.fixture
def one(deferred: Any) -> Callable[..., Notice]:
    def made(kind: str = "order_placed", **fields: Any) -> Notice:
        store = fields.pop("store", None) or make_store()
        to = fields.pop("to", {"email": "buyer@example.test"})
        tell(store, kind=kind, order_number="N-1", to=to, language="fa", values={"code": "1234"}, key="c", now=NOW, **fields)
        return Notice.objects.get()

    return made


def again(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def test_without_a_gateway_it_is_dead_at_once_and_says_what_to_set(one: Any, office: Office, deferred: Any, settings: Any) -> None:
    settings.MAIL_URL = ""
    notice = one()
    deferred.run(NOW)
    assert again(notice).state == "dead"
    assert "AVDET_MAIL_URL" in notice.error
    assert office.messages == []


def test_it_leaves_once_though_its_job_comes_twice(one: Any, office: Office, deferred: Any) -> None:
    notice = one()
    deferred.waiting *= 2
    assert deferred.run(NOW) == 2
    assert len(office.messages) == 1
    assert (again(notice).state, notice.reference, notice.sent_at, notice.error) == ("sent", "ref-1", NOW, "")
    assert office.messages[0].key == notice.key


def test_two_senders_do_not_send_the_same(one: Any) -> None:
    notice = one()
    other = Notice.objects.get()
    assert actions.take(notice, now=NOW)
    assert not actions.take(other, now=NOW)


def test_a_store_sends_by_its_own_gateway(one: Any, office: Office, deferred: Any) -> None:
    one(store=make_store(mail_url="mailtos://its-own"))
    deferred.run(NOW)
    assert office.addresses == ["mailtos://its-own"]


def test_what_does_not_leave_waits_longer_each_time_and_is_dead_in_the_end(one: Any, office: Office, deferred: Any) -> None:
    notice, now, waits = one(), NOW, []
    office.answers = [Failed("the mail server refused it: 421", permanent=False)]
    while deferred.waiting:
        due = deferred.waiting[0][2] or now
        if due > now:
            assert deferred.run(due - timedelta(seconds=1)) == 0
            waits.append(due - now)
        now = due
        deferred.run(now)
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 5, 30, 120, 480, 1440]
    assert (again(notice).state, notice.attempts, notice.error) == ("dead", 7, "the mail server refused it: 421")
    assert backlogs()["notices"].dead == 1


def test_what_can_never_leave_is_dead_at_once(one: Any, office: Office, deferred: Any) -> None:
    office.answers = [Failed("the recipient is no email address", permanent=True)]
    notice = one()
    deferred.run(NOW)
    assert (again(notice).state, notice.attempts) == ("dead", 1)


def test_it_leaves_at_the_second_attempt(one: Any, office: Office, deferred: Any) -> None:
    office.answers = [Failed("nothing", permanent=False), Sent("ref-2")]
    notice = one()
    deferred.run(NOW + timedelta(minutes=1))
    deferred.run(NOW + timedelta(minutes=2))
    assert (again(notice).state, notice.attempts, notice.error) == ("sent", 2, "")


@pytest.mark.parametrize("kind", sorted(actions.SECRET))
def test_a_code_is_tried_for_minutes_only_and_forgotten(kind: str, one: Any, office: Office, deferred: Any) -> None:
    office.answers = [Failed("nothing", permanent=False)]
    notice = one(kind)
    for minutes in range(6):
        deferred.run(NOW + timedelta(minutes=minutes))
    assert (again(notice).state, notice.attempts, notice.values) == ("dead", 4, {})
    assert send_notices_again(now=NOW) == 0
    assert repeat_notice(notice, now=NOW) is None


def test_a_code_that_left_is_forgotten_too(one: Any, office: Office, deferred: Any) -> None:
    notice = one("sign_in_code", to={"phone": "+989120000001"})
    deferred.run(NOW)
    assert "1234" in office.messages[0].text
    assert again(notice).values == {}


def test_whoever_vanishes_while_sending_is_followed_by_another(one: Any, office: Office, deferred: Any) -> None:
    notice = one()
    deferred.waiting.clear()
    assert actions.take(notice, now=NOW)  # and then nothing more was heard
    send_forgotten_notices({}, NOW + timedelta(minutes=4))
    assert deferred.waiting == []
    later = NOW + timedelta(minutes=6)
    for _ in range(2):
        send_forgotten_notices({}, later)
    assert len(deferred.waiting) == 1
    deferred.run(later)
    assert (again(notice).state, notice.attempts) == ("sent", 2)
    assert not actions.sent(Notice(pk=notice.pk, attempts=1, kind="order_placed"), now=later), "the first is no longer believed"


def test_dead_letters_are_sent_again_by_one_or_by_all_and_only_the_stores_own(one: Any, office: Office, deferred: Any) -> None:
    office.answers = [Failed("nothing", permanent=True)]
    store = make_store()
    for n in range(3):
        tell(store, kind="order_placed", order_number=str(n), to={"email": "a@b.example"}, language="fa", values={}, key=str(n), now=NOW)
    deferred.run(NOW)
    ids = [notice.pk for notice in notices(store, state="dead").rows]
    assert len(ids) == 3
    assert send_notices_again(store_id=make_store("offykala").pk, ids=ids, now=NOW) == 0
    assert send_notices_again(store_id=store.pk, ids=ids[:1], now=NOW) == 1
    office.answers = [Sent("")]
    assert send_notices_again(now=NOW) == 2
    deferred.run(NOW)
    assert {notice.state for notice in Notice.objects.all()} == {"sent"}


def test_a_repeated_notice_is_no_repetition_to_the_gateway(one: Any, office: Office, deferred: Any) -> None:
    notice = one()
    deferred.run(NOW)
    assert repeat_notice(again(notice), now=NOW)
    deferred.run(NOW)
    first, second = office.messages
    assert first.key != second.key
    assert (first.subject, first.recipient) == (second.subject, second.recipient)


def test_mail_and_sms_arrive_by_their_own_protocols(one: Any, deferred: Any, settings: Any, message_simulator: Any) -> None:  # noqa: F811
    before = list(port._openers)
    port.connect(lambda address: AppriseMessenger(address, base_url=message_simulator.url))
    settings.MAIL_URL = f"mailto://127.0.0.1:{message_simulator.smtp_port}?from=shop@fetrashop.example&name=Fetrashop&mode=insecure"
    settings.SMS_URL = f"kavenegar://2000500666@{API_KEY}"
    try:
        tell(make_store(), kind="order_shipped", order_number="N-7", to={"email": "buyer@example.test", "phone": "+989120000001"},
             language="fa", values={"carrier": "تیپاکس", "tracking_number": "77"}, key="k", now=datetime.fromisoformat("2026-11-22T09:00Z"))  # fmt: skip
        deferred.run(NOW)
    finally:
        port._openers[:] = before
    assert {notice.state for notice in Notice.objects.all()} == {"sent"}, [notice.error for notice in Notice.objects.all()]
    said = message_simulator.ask("/_messages")
    said = said if isinstance(said, list) else said["messages"]
    assert sorted(str(each["channel"]) for each in said) == ["email", "sms"]
    assert all("N-7" in str(each) for each in said)
