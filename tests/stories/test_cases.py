"""An expert sees on the board what is late, decides a case otherwise than the terms, and a second person agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from avdet.records.cases.models import Case
from avdet.records.people.models import User
from avdet.records.stores.models import Store
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import NOW, make_customer, make_staff, make_store
from tests.stories.test_desk import enter
from tests.workflows.cases import SEALED, delivered, filed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
BEFORE = NOW - timedelta(days=3)
BOARD, CASES = "/fetrashop/desk/board/", "/fetrashop/desk/cases/"


@pytest.fixture
def store() -> Store:
    made = make_store("fetrashop", returns={"second_approval_minor": 1_000_000})
    order = delivered(made, make_customer(made, name="رضا یکتایی"), quantity=4, now=BEFORE)
    filed(order, now=BEFORE)
    filed(order, key="denied", answers={**SEALED, "sealed": False}, now=BEFORE)
    review = filed(order, key="review", reason="missing_parts", now=BEFORE,
                   answers={"used": True, "accessories_complete": False, "arranged": True})  # fmt: skip
    Case.objects.filter(pk=review.pk).update(due_at=BEFORE + timedelta(hours=1))
    return made


@pytest.fixture
def expert(store: Store) -> User:
    return make_staff(store, "expert")


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("fa", PHONE, "dark"), ("tr", PHONE, "light"), ("fa", DESK, "light"), ("tr", DESK, "dark")]
)
def test_board_list_and_cases_are_sound(open_page: OpenPage, store: Store, expert: User, width: int, scheme: str, language: str) -> None:
    page = open_page("/fetrashop/terms/", language=language, width=width, scheme=scheme)
    enter(page, expert, BOARD)
    assert_sound(page)
    assert page.locator(".tickets .late").count() == 1
    page.goto(CASES)
    assert_sound(page)
    for number in Case.objects.values_list("number", flat=True):
        page.goto(f"{CASES}{number}/")
        assert_sound(page)


def test_a_case_is_found_with_the_keyboard_and_decided_by_two(open_page: OpenPage, store: Store, expert: User) -> None:
    case = Case.objects.get(state="denied")
    page = open_page("/fetrashop/terms/", language="fa", width=DESK)
    enter(page, expert, BOARD)
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator(".lane").nth(1).locator("[data-open]").first).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator(".lane").first.locator("[data-open]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*/")
    page.dispatch_event("h1", "keydown", {"key": "ذ", "code": "KeyB"})
    page.wait_for_url("**/desk/cases/?show=all")
    page.goto(f"{CASES}?state=denied")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{case.number}/")
    page.keyboard.press("o")
    expect(page.locator("#override-outcome")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#move-note")).not_to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("#move-override > summary")).to_be_focused()
    page.check('#move-override [name="remedies"][value="refund"]')
    page.fill("#override-why", "مشتری قدیمی ما است")
    page.locator("#move-override button").click()
    expect(page.locator("#move-agree")).to_have_count(0)
    expect(page.locator(".fault")).to_contain_text("مشتری قدیمی ما است")
    assert Case.objects.get(pk=case.pk).state == "denied"

    other = open_page("/fetrashop/terms/", language="fa", width=PHONE)
    enter(other, make_staff(store, "owner"), f"{CASES}{case.number}/")
    other.locator("#move-agree button").click()
    expect(other.locator("#slip .outcome")).to_contain_text("پذیرفته")
    assert_sound(other)
    assert Case.objects.get(pk=case.pk).state == "approved"
