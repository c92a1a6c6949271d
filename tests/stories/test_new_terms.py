"""An owner uploads a policy with a slip in it, mends it, publishes it for next week; a customer reads what will change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from avdet.core.jalali import from_gregorian
from avdet.records.people.models import User
from avdet.records.stores.models import Store
from tests.browser import DESK, FAULTS, PHONE, OpenPage, assert_sound
from tests.conftest import Deferred
from tests.factories import make_order, make_staff, make_store
from tests.web.studio.test_policy import longer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PAGES = ["", "policy/", "policy/new/", "policy/1/", "policy/2/", "calendar/", "calendar/days/2026-11-22/", "calendar/versions/", "look/", "details/",
         "texts/", "messages/", "staff/", "history/"]  # fmt: skip


@pytest.fixture
def store() -> Store:
    return make_store()


def enter(page: Page, user: User, path: str) -> None:
    """Opens a page as somebody who has signed in."""
    client = Client()
    client.force_login(user)
    root = "/".join(page.url.split("/")[:3])
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": root}])
    page.goto(path)
    assert page.url == root + path


def slipped() -> str:
    return longer().replace("outcome: approve, deadlines: {process_by", "outcome: aprove, deadlines: {process_by")


def test_from_a_slip_to_terms_that_customers_read(store: Store, open_page: OpenPage, deferred: Deferred) -> None:
    page = open_page("/fetrashop/terms/", language="fa", script=False)
    enter(page, make_staff(store, "owner"), "/fetrashop/studio/policy/new/")
    page.locator("textarea[name=text]").fill(slipped())
    page.locator("main form button.main").click()
    assert "aprove" in page.locator("#problem").inner_text()
    assert page.locator(".source .wrong").count() == 1
    page.locator("textarea[name=text]").fill(longer())
    page.locator("main form button.main").click()
    assert page.url.endswith("/fetrashop/studio/policy/2/")
    deferred.run(timezone.now())
    page.reload()
    assert "FET-WDR-" in page.locator("#differences").inner_text()
    year, month, day = from_gregorian((timezone.now() + timedelta(days=7)).date())
    page.locator("input[name=day]").fill(f"{year}/{month}/{day}")
    page.locator("form.confirm button.main").click()
    assert page.locator(".notice.success").count() == 1
    reader = open_page("/fetrashop/terms/", language="en", width=PHONE)
    assert "7 working days" in reader.locator("#FET-WDR-2").inner_text()
    reader.get_by_role("link", name="See what changes").first.click()
    assert "10" in reader.locator("#FET-WDR-2 ins").first.inner_text()
    assert_sound(reader)


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("fa", PHONE, "light"), ("tr", DESK, "dark"), ("en", PHONE, "dark")],
)
def test_every_page_is_sound(
    language: str, width: int, scheme: str, store: Store, open_page: OpenPage, deferred: Deferred, tmp_path: Any
) -> None:
    owner = make_staff(store, "owner")
    make_order(store, state="delivered", placed_at=timezone.now() - timedelta(days=3), handed_over_at=timezone.now() - timedelta(days=2),
               delivered_at=timezone.now() - timedelta(days=1))  # fmt: skip
    client = Client()
    client.force_login(owner)
    client.post("/fetrashop/studio/policy/new/", {"text": longer(), "remark": "ten days"})
    deferred.run(timezone.now())
    page = open_page("/fetrashop/terms/", language=language, width=width, scheme=scheme)
    assert_sound(page)
    enter(page, owner, "/fetrashop/studio/")
    for path in PAGES:
        page.goto(f"/fetrashop/studio/{path}")
        assert page.locator(".rooms").count() == 1
        assert_sound(page)
    page.goto("/fetrashop/studio/policy/new/")
    page.locator("textarea[name=text]").fill(slipped())
    page.locator("main form button.main").click()
    assert page.locator(".source .wrong").count() == 1
    assert len(FAULTS[page]) == 1  # the browser notes that the answer was 422
    FAULTS[page].clear()
    assert_sound(page)
    page.goto("/fetrashop/studio/calendar/")
    page.locator("#weekend-4").check()
    page.locator("main form button").first.click()
    assert page.locator("input[name=remark]").count() == 1
    assert_sound(page)
