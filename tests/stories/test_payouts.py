"""Money to an IBAN, as people see it: a customer names an account, two colleagues let a batch go, the bank answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from avdet.core.bookings import BANK
from avdet.records.ledger.queries import balance
from avdet.records.payouts.models import PayoutBatch
from avdet.records.refunds.models import Refund
from avdet.workflows.money.send_refund import send_refund
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import NOW, make_customer, make_order, make_product, make_user
from tests.stories.test_desk import enter
from tests.workflows.money import grant, pay
from tests.workflows.payouts import due_refund, iban, paying_store, told, two_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PICTURES = os.environ.get("STORY_PICTURES", "")
"""A folder in which the pages are kept as pictures, if somebody wishes to look at them."""


def seen(page: Page, name: str) -> None:
    """A page that is sound; and its picture."""
    assert_sound(page)
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def owed_to(store: Any, user: Any) -> Refund:
    """A refund that waits for its customer to name an account."""
    order = make_order(store, make_customer(store, user, name="شیرین عبادی"), products=[make_product(store, price_minor=4_500_000)])
    pay(order)
    refund = grant(order, 4_500_000)[0]
    send_refund(refund.pk, now=NOW)
    return refund


@pytest.mark.parametrize(("language", "width", "scheme"), [("fa", PHONE, "light"), ("tr", DESK, "dark"), ("en", PHONE, "dark")])
def test_a_customer_is_paid_on_the_account_they_name(
    open_page: OpenPage, deferred: Any, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    store, buyer = paying_store(), make_user("shirin")
    first, second = two_people(store)
    refund = owed_to(store, buyer)
    same = iban()
    others = [due_refund(store, 1_250_000, number=same) for _ in range(3)]
    name = f"{language}-{width}-{scheme}"

    page = open_page("/fetrashop/terms/", language=language, width=width, scheme=scheme)
    enter(page, buyer, f"/fetrashop/orders/{refund.payment.order.number}/money/")
    page.fill("[name=number]", iban())
    page.check("[name=consent]")
    seen(page, f"{name}-where")
    page.locator("form:has([name=number]) button").click()
    page.wait_for_url(f"**/orders/{refund.payment.order.number}/")
    deferred.run(timezone.now())

    page = open_page("/fetrashop/terms/", language=language, width=width, scheme=scheme)
    enter(page, first, "/fetrashop/desk/payouts/")
    seen(page, f"{name}-due")
    page.locator("form:has([name=pay_on]) button").click()
    page.wait_for_url("**/batches/1/")
    seen(page, f"{name}-draft")
    page.locator("form[action$='/approve/'] button").click()
    page.wait_for_load_state()
    assert page.locator("form[action$='/release/']").count() == 0

    other = open_page("/fetrashop/terms/", language=language, width=width, scheme=scheme)
    enter(other, second, "/fetrashop/desk/payouts/batches/1/")
    other.locator("form[action$='/release/'] button").click()
    other.wait_for_load_state()
    with other.expect_download() as download:
        other.locator("form[action$='/xml/'] button").click()
    assert download.value.suggested_filename.endswith(".xml")
    assert b"CstmrCdtTrfInitn" in Path(download.value.path()).read_bytes()

    batch = PayoutBatch.objects.get()
    answer = tmp_path / "answer.xml"
    statuses = ["ACSC"] * 3 + [("RJCT", "AC04")]
    answer.write_bytes(told(batch, *statuses))
    page.goto("/fetrashop/desk/payouts/batches/")
    seen(page, f"{name}-batches")
    page.set_input_files("[name=file]", str(answer))
    page.locator("form:has([name=file]) button").click()
    page.wait_for_url("**/answers/")
    seen(page, f"{name}-answer")
    page.goto("/fetrashop/desk/payouts/batches/1/")
    seen(page, f"{name}-settled")
    other.goto("/fetrashop/desk/payouts/account/")
    seen(other, f"{name}-account")

    found = [each.state for each in Refund.objects.filter(pk__in=[refund.pk, *(each.pk for each in others)])]
    assert sorted(found) == ["confirmed", "confirmed", "confirmed", "failed"]
    returned = Refund.objects.get(state="failed").amount_minor
    assert balance(store, BANK, "IRR") == returned
