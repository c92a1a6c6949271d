"""The operator sees what waits and what failed, in a fixed number of statements, and has it done; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avdet.adapters.jobs.models import Job
from avdet.ports import jobs
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.web.operations.metrics import OutboxMetrics
from avdet.workflows.notices.tell import tell
from tests.factories import NOW, make_staff, make_store, make_user

pytestmark = pytest.mark.django_db
PAGES = ["/operator/", "/operator/jobs/waiting/", "/operator/jobs/running/", "/operator/jobs/dead/", "/operator/notices/", "/operator/webhooks/"]
POSTS = ["/operator/run/", "/operator/jobs/again/", "/operator/notices/again/", "/operator/webhooks/again/"]


@pytest.fixture(autouse=True)
def embedded() -> Any:
    """The embedded adapter, whose tables are there on either database."""
    from avdet.adapters.jobs.embedded import EmbeddedJobs

    before, adapter = list(jobs._boards), EmbeddedJobs()
    jobs.connect(adapter, adapter)
    yield adapter
    jobs._boards[:] = before


@pytest.fixture
def support(client: Client) -> Client:
    client.force_login(make_user("operator", is_support=True))
    return client


def dead_letters(count: int) -> None:
    store = make_store()
    add_endpoint(store, "https://hooks.example/", now=NOW)
    for n in range(count):
        tell(store, kind="order_placed", order_number=f"N-{n}", to={"email": "buyer@example.test"}, language="fa", values={}, key=str(n), now=NOW)
        Job.objects.create(name="send_notices", state="dead", run_at=NOW, error="ValueError: <b>no</b>", failures=8)
    Notice.objects.update(state="dead", error="the mail server refused it: 550", next_at=None)
    WebhookMessage.objects.update(state="dead", error="answered 500", last_status=500, next_at=None)


@pytest.mark.parametrize("url", [*PAGES, *POSTS])
@pytest.mark.parametrize("who", ["nobody", "customer", "owner"])
def test_nobody_but_support_is_let_in(url: str, who: str, client: Client) -> None:
    store = make_store()
    if who != "nobody":
        client.force_login(make_user() if who == "customer" else make_staff(store, "owner"))
    answer = client.post(url) if url in POSTS else client.get(url)
    assert answer.status_code == (302 if who == "nobody" else 404)


@pytest.mark.parametrize("url", POSTS)
def test_what_changes_something_is_no_link(url: str, support: Client) -> None:
    assert support.get(url).status_code == 405


@pytest.mark.parametrize("url", ["/operator/jobs/eaten/", "/operator/jobs/done/"])
def test_a_state_that_jobs_do_not_have_is_no_page(url: str, support: Client) -> None:
    assert support.get(url).status_code == 404


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?before=99999999999999999999", "?before=۱۲"])
def test_a_mark_that_is_none_begins_at_the_first_page(query: str, support: Client) -> None:
    dead_letters(1)
    assert b"send_notices" in support.get(f"/operator/jobs/dead/{query}").content


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize("url", PAGES)
def test_each_page_takes_the_same_statements_with_many_rows_as_with_few(url: str, language: str, support: Client) -> None:
    counts = []
    dead_letters(2)
    for _ in range(2):
        with CaptureQueriesContext(connection) as statements:
            answer = support.get(url, headers={"Accept-Language": language})
        assert answer.status_code == 200
        counts.append(len(statements))
        for row in [*Job.objects.all(), *Notice.objects.all()]:
            row.pk = None
            if isinstance(row, Notice):
                row.key += f"again {len(counts)}"
            row.save()
    assert counts[0] == counts[1] <= 8


def test_a_failure_is_shown_as_text_and_names_no_recipient(support: Client) -> None:
    dead_letters(1)
    assert b"&lt;b&gt;no" in support.get("/operator/jobs/dead/").content
    page = support.get("/operator/notices/").content.decode()
    assert "the mail server refused it: 550" in page
    assert "N-0" in page
    assert "buyer@example.test" not in page


def test_lists_are_paged(support: Client) -> None:
    Job.objects.bulk_create(Job(name="send_refund", state="dead", run_at=NOW) for _ in range(120))
    seen, url = 0, "/operator/jobs/dead/"
    for _ in range(3):
        page = support.get(url).content.decode()
        seen += page.count('name="id"')
        url = "/operator/jobs/dead/" + page.split('rel="next"')[0].rsplit('href="', 1)[-1].split('"')[0] if 'rel="next"' in page else ""
    assert (seen, url) == (120, "")


def test_a_waiting_kind_is_run_now_and_a_periodic_one_out_of_turn(support: Client) -> None:
    Job.objects.create(name="send_refund", run_at=timezone.now() + timedelta(hours=5))
    assert support.post("/operator/run/", {"name": "send_refund"}).status_code == 302
    assert Job.objects.get().run_at <= timezone.now()
    for _ in range(2):
        support.post("/operator/run/", {"name": "send_forgotten_notices"})
    support.post("/operator/run/", {"name": "nothing of the kind"})
    assert sorted(Job.objects.values_list("name", flat=True)) == ["send_forgotten_notices", "send_refund"]


def test_what_begins_by_itself_says_when_it_begins_next(support: Client) -> None:
    page = support.get("/operator/", headers={"Accept-Language": "en"}).content.decode()
    row = page.split("send_forgotten_notices", 1)[1].split("</tr>")[0]
    assert "5 minutes" in row
    begins = row.split("<time", 1)[1]
    assert "in " in begins or "just now" in begins, "it may be about to begin"
    assert "send_refund" not in page, "nothing of it waits, and it does not begin by itself"


def test_dead_jobs_are_tried_again_by_tick_or_all(support: Client) -> None:
    dead_letters(3)
    Job.objects.filter(state="waiting").delete()
    first = Job.objects.order_by("pk")[0]
    support.post("/operator/jobs/again/", {"id": [first.pk, "x", "9" * 30]})
    assert Job.objects.filter(state="waiting").count() == 1
    first.refresh_from_db()
    assert (first.state, first.failures) == ("waiting", 0)
    support.post("/operator/jobs/again/", {"all": "1"})
    assert Job.objects.filter(state="waiting").count() == 3


def test_nothing_ticked_does_nothing(support: Client) -> None:
    dead_letters(2)
    for url in POSTS[1:]:
        support.post(url)
    assert not Notice.objects.exclude(state="dead").exists()
    assert Job.objects.filter(state="dead").count() == 2


def test_dead_messages_are_sent_again_by_tick_or_all(support: Client) -> None:
    dead_letters(3)
    Job.objects.all().delete()
    support.post("/operator/notices/again/", {"id": Notice.objects.order_by("pk")[0].pk})
    support.post("/operator/webhooks/again/", {"all": "1"})
    assert Notice.objects.filter(state="queued").count() == 1
    assert WebhookMessage.objects.filter(state="queued").count() == 3
    assert sorted(Job.objects.values_list("name", flat=True)) == ["send_notices"] + ["send_webhook"] * 3


def test_prometheus_reads_queues_and_jobs() -> None:
    dead_letters(2)
    Job.objects.all().delete()
    Job.objects.create(name="send_refund", run_at=timezone.now() - timedelta(seconds=90))
    Notice.objects.filter(key__contains=":0:").update(state="queued", created_at=timezone.now() - timedelta(minutes=5))
    found = {(sample.name, *sample.labels.values()): sample.value for family in OutboxMetrics().collect() for sample in family.samples}
    assert found["avdet_outbox_queued", "notices"] == 1
    assert 299 < found["avdet_outbox_oldest_seconds", "notices"] < 400
    assert (found["avdet_outbox_dead", "notices"], found["avdet_outbox_dead", "webhooks"]) == (1, 2)
    assert found["avdet_jobs", "send_refund", "waiting"] == 1
    assert 89 < found["avdet_jobs_late_seconds", "send_refund"] < 200
