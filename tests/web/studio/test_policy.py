"""Uploading, mending, checking, publishing and withdrawing, as an owner does it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.policies.shelf import policy_path
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.queries import policy_in_force
from tests.conftest import Deferred
from tests.factories import LONG_AGO, make_store

pytestmark = pytest.mark.django_db
NEW = "/fetrashop/studio/policy/new/"


def shipped(store: str = "fetrashop") -> str:
    return policy_path(store).read_text(encoding="utf-8")


def longer() -> str:
    """Fetrashop's terms, with ten working days to change one's mind instead of seven."""
    text = shipped().replace("withdrawal_working_days: 7", "withdrawal_working_days: 10")
    for old, new in (("۷ روز کاری", "۱۰ روز کاری"), ("7 iş günü", "10 iş günü"), ("7 working days", "10 working days")):
        text = text.replace(old, new)
    return text


def send(studio: Client, text: str, path: str = NEW, **more: str) -> Any:
    return studio.post(path, {"text": text, **more})


def drafts(store: Store) -> int:
    return store.policy_versions.filter(state="draft").count()


# ---- what cannot be read ---------------------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n"
BAD = {
    "empty": (b"", "فایل خالی است"),
    "no policy": (b"hello: world\n", "hello"),
    "an anchor": (BOMB.encode(), "به کار نمی‌رود"),
    "an unknown field": (shipped().replace("law_binds:", "law_bindz:").encode(), "law_bindz"),
    "an unknown clause": (shipped().replace("exception_to:", "exception_to: [NOT-1] #", 1).encode(), "NOT-1"),
    "UTF-16": (shipped().encode("utf-16"), "UTF-8"),
    "Windows-1254": ("şç".encode("cp1254"), "UTF-8"),
    "NUL": (b"a: \x00b\n", "نویسهٔ کنترلی"),
    "10 MB": (b"# long\n" * 1_500_000, "بایت بزرگ‌تر است"),
    "another currency": (shipped("ofiskutum").encode(), "IRR"),
    "no text in the store's language": (shipped().replace("languages: [fa, tr, en]", "languages: [tr, en]").encode(), "fa"),
    "a tag": (b"a: !!python/object/apply:os.system [ls]\n", "به کار نمی‌رود"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used_says_why_and_is_not_kept(name: str, studio: Client, store: Store) -> None:
    raw, said = BAD[name]
    found = studio.post(NEW, {"file": SimpleUploadedFile("policy.yaml", raw)})
    assert found.status_code == 422
    assert said in found.content.decode()
    assert drafts(store) == 0


def test_an_error_stands_at_its_line_with_the_lines_around_it(studio: Client, store: Store) -> None:
    text = shipped().replace(
        "then: {outcome: approve, deadlines: {process_by", "then: {outcome: aprove, deadlines: {process_by"
    )
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "aprove" in each)
    page = send(studio, text).content.decode()
    assert f'<li class="wrong"><span>{line}</span>' in page
    assert "FET-ORD-1" in page
    assert "approve" in page
    assert "aprove, deadlines" in page  # the text stands in the editor, to be mended


def test_a_body_of_ten_megabytes_is_refused_by_the_door(studio: Client, store: Store) -> None:
    assert send(studio, "x" * 10_000_000).status_code == 400
    assert drafts(store) == 0


# ---- from draft to terms ---------------------------------------------------------------------------------------------


@pytest.fixture
def draft(studio: Client, store: Store) -> PolicyVersion:
    assert send(studio, longer(), remark="ten days").status_code == 302
    return store.policy_versions.get(number=2)


def test_an_upload_becomes_a_draft_that_is_checked(draft: PolicyVersion, studio: Client, deferred: Deferred) -> None:
    page = studio.get("/fetrashop/studio/policy/2/").content.decode()
    assert 'http-equiv="refresh"' in page
    assert deferred.run(timezone.now()) >= 1
    page = studio.get("/fetrashop/studio/policy/2/").content.decode()
    draft.refresh_from_db()
    assert draft.checking == {"state": "done", "step": 3, "steps": 3, "solver": True}
    assert [each for each in draft.findings if each["level"] == "error"] == []
    assert any(each["fares"] == "better" for each in draft.fares)
    assert 'http-equiv="refresh"' not in page
    assert "FET-WDR-" in page


def test_a_file_is_taken_as_the_text_is(studio: Client, store: Store) -> None:
    studio.post(NEW, {"file": SimpleUploadedFile("policy.yaml", longer().encode("utf-8-sig")), "text": "ignored"})
    assert store.policy_versions.get(number=2).source == longer()


def test_without_a_solver_the_page_says_so(
    draft: PolicyVersion, studio: Client, deferred: Deferred, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avdet.workflows.policy.check_policy.find_spec", lambda _: None)
    deferred.run(timezone.now())
    draft.refresh_from_db()
    assert draft.checking == {"state": "done", "step": 1, "steps": 1, "solver": False}
    assert "avdet[prove]" in studio.get("/fetrashop/studio/policy/2/").content.decode()


def test_a_check_of_a_text_that_was_rewritten_changes_nothing(draft: PolicyVersion, studio: Client, deferred: Deferred) -> None:
    stale = [each for each in deferred.waiting if each[0] == "check_policy"]
    send(studio, shipped(), "/fetrashop/studio/policy/2/edit/")
    deferred.waiting[:] = stale
    deferred.run(timezone.now())
    draft.refresh_from_db()
    assert draft.checking["state"] == "waiting"


def publish(studio: Client, **form: str) -> Any:
    return studio.post("/fetrashop/studio/policy/2/publish/", form)


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-13-45", "2020-01-01", "1399/1/1", "0000-00-00"])
def test_a_day_that_is_none_or_has_passed_is_refused(day: str, draft: PolicyVersion, studio: Client) -> None:
    found = publish(studio, when="day", day=day, accept="1")
    assert found.status_code == 422
    assert 'href="#day"' in found.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_is_not_checked_is_published_only_knowingly(draft: PolicyVersion, studio: Client, store: Store) -> None:
    assert publish(studio, when="now").status_code == 422
    assert publish(studio, when="now", accept="1").status_code == 302
    assert store.events.get(kind="policy_published").facts["accepted"] is True


def test_a_version_published_for_next_week_decides_next_week_s_orders(
    draft: PolicyVersion, studio: Client, store: Store, deferred: Deferred, client: Client
) -> None:
    deferred.run(timezone.now())
    day = timezone.now() + timedelta(days=7)
    assert publish(studio, when="day", day=f"{day:%Y-%m-%d}").status_code == 302
    now, later = policy_in_force(store, timezone.now()), policy_in_force(store, timezone.now() + timedelta(days=9))
    assert now is not None
    assert later is not None
    assert (now.number, later.number) == (1, 2)
    client.logout()
    client.cookies["language"] = "en"
    assert "/fetrashop/terms/2/changes/" in client.get("/fetrashop/terms/").content.decode()
    changes = client.get("/fetrashop/terms/2/changes/").content.decode()
    assert "10 working days" in changes.replace("<ins>", "").replace("</ins>", "")
    assert "FET-WDR-" in changes


def test_a_version_that_its_own_file_dates_later_is_refused(studio: Client, store: Store) -> None:
    send(studio, longer().replace("in_force_from: 2020-01-01", "in_force_from: 2090-01-01"))
    found = publish(studio, when="now", accept="1")
    assert found.status_code == 422
    assert "in_force_from" in found.content.decode()


def test_a_published_version_is_neither_mended_nor_dropped(draft: PolicyVersion, studio: Client) -> None:
    publish(studio, when="now", accept="1")
    assert studio.get("/fetrashop/studio/policy/2/edit/").status_code == 404
    assert send(studio, shipped(), "/fetrashop/studio/policy/2/edit/").status_code == 404
    assert studio.post("/fetrashop/studio/policy/2/take-back/").status_code == 422
    assert publish(studio, when="now", accept="1").status_code == 302  # a second click publishes nothing
    draft.refresh_from_db()
    assert draft.state == "published"


def test_a_version_is_withdrawn_before_it_takes_force(draft: PolicyVersion, studio: Client, client: Client) -> None:
    day = timezone.now() + timedelta(days=7)
    publish(studio, when="day", day=f"{day:%Y-%m-%d}", accept="1")
    assert studio.post("/fetrashop/studio/policy/2/take-back/").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    assert client.get("/fetrashop/terms/2/").status_code == 404


def test_a_draft_is_dropped(draft: PolicyVersion, studio: Client, store: Store) -> None:
    assert studio.post("/fetrashop/studio/policy/2/take-back/").status_code == 302
    assert drafts(store) == 0


def test_a_version_is_downloaded_as_it_was_uploaded(draft: PolicyVersion, studio: Client) -> None:
    found = studio.get("/fetrashop/studio/policy/2/source/")
    assert found.content.decode() == longer()
    assert found["Content-Disposition"] == 'attachment; filename="fetrashop-2.yaml"'


def test_another_store_s_versions_are_not_here(studio: Client) -> None:
    other = make_store("offykala")
    PolicyVersion.objects.create(store=other, number=7, source=shipped("offykala"), fingerprint="", uploaded_at=LONG_AGO)
    assert studio.get("/fetrashop/studio/policy/7/").status_code == 404
    assert studio.post("/fetrashop/studio/policy/7/take-back/").status_code == 404
    assert other.policy_versions.filter(number=7).exists()
