"""Offykala's and Fetrashop's customers, from a phone in Persian to the last line of the books."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from avdet.records.payments.actions import keep_account
from avdet.records.refunds.models import Refund
from avdet.records.stores.models import Store
from avdet.simulators.payments import zarinpal
from tests.factories import NOW, make_product, make_store
from tests.stories.journeys import Travel, bought, picture, press, seen, travel
from tests.workflows.money import payment_simulator, simulator

__all__ = ["payment_simulator", "simulator", "travel"]
pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = {"fa": "تهران، خیابان ولیعصر، پلاک ۱۰۰"}
TESTED = ["seven_day_test", "serial_number"]


def paid_online(simulator: Any, store: Store, amount_minor: int, at: datetime, **said: str) -> dict[str, Any]:
    """A payment that stands on the gateway's books."""
    account = {"merchant_id": zarinpal.MERCHANT_ID, "access_token": zarinpal.ACCESS_TOKEN, "terminal_id": zarinpal.TERMINAL_ID}
    keep_account(store, "zarinpal", account, now=at)
    payment = {"gateway": "zarinpal", "amount_minor": amount_minor, "currency": "IRR", "created_at": at.isoformat()}
    made = simulator.tell("/_payments", payment)
    return {"method": "online", "gateway": "zarinpal", "reference": made["reference"], **said}


def test_a_fault_within_seven_days_is_paid_back_to_whoever_paid(travel: Travel, simulator: Any) -> None:
    """OFK-TEST-2, OFK-REF-3: found on the third day, paid with a sister's card, whose documents are looked at first."""
    journey, at = travel(NOW), NOW - timedelta(days=6)
    store = make_store("offykala", returns={"address": ADDRESS})
    make_product(store, "HP-1", names={"fa": "هدفون بی‌سیم"}, traits=TESTED, price_minor=45_000_000)
    paid = paid_online(simulator, store, 45_000_000, at, card_last_digits="4321", payer_name="زهرا احمدی")
    order = bought(store, "HP-1", at=at, paid=paid, name="مینا احمدی")
    journey.begin(store, order)

    journey.claim("defect", "هدفون خراب است و روشن نمی‌شود")
    assert journey.answer(misuse=False, box_marked=False) == ["box_marked", "misuse"]
    journey.show(picture())
    seen(journey, journey.phone, "evidence")
    case = journey.file()
    slip = journey.phone.locator("article.slip")
    expect(slip.locator(".outcome")).to_contain_text("پذیرفته شد")
    expect(slip).to_contain_text("OFK-TEST-1")
    expect(slip).to_contain_text("پنجشنبه ۵ آذر ۱۴۰۵")
    seen(journey, journey.phone, "case", sound=True)

    journey.later(days=1)
    code = journey.send_back(order, "express_post", "۲۱۳۴۵۶۷۸۹۰")
    journey.later(days=2)
    journey.receive(code)
    journey.later(days=1)
    journey.examine(case, "confirmed", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("OFK-INSP-1")
    seen(journey, page, "remedy", sound=True)
    journey.choose("refund")
    expect(page.locator("main")).to_contain_text("۴۵٬۰۰۰٬۰۰۰ ریال")
    seen(journey, page, "remedy-chosen")

    press(page, "main a[href$='/money/']")
    seen(journey, page, "destination", sound=True)
    page.fill("[name=number]", "۶۰۳۷۹۹۱۲۳۴۵۶۷۸۹۳")
    page.check("[name=consent]")
    press(page, "form:has([name=number]) button.main")
    journey.work()
    page = journey.on_phone(f"cases/{case.number}/")
    expect(page.locator(".answer")).to_contain_text("مدرکی از پرداخت‌کننده")
    seen(journey, page, "documents")
    journey.show(picture(), picture(), kind="document")

    refund = Refund.objects.get()
    desk = journey.at_desk("accountant", "findings/")
    expect(desk.locator("main tbody")).to_contain_text(order.number)
    seen(journey, desk, "findings")
    desk = journey.at_desk("accountant", f"refunds/{refund.pk}/")
    expect(desk.locator("main")).to_contain_text("OFK-TEST-2")
    seen(journey, desk, "refund")
    desk.fill("#documents-why", "کارت ملی هر دو دیده شد")
    press(desk, "form:has(#documents-why) button")
    journey.work()
    assert simulator.ask("/_payments")[0]["movements"][0]["amount_minor"] == 45_000_000, "to the card that paid"
    simulator.tell("/_settle", {"reference": refund.payment.reference})
    journey.later(hours=2)

    journey.repay_postage(case, "350000")
    journey.is_done(case)
    expect(journey.books(order)).to_contain_text("۳۵۰٬۰۰۰ ریال")
    journey.settled(case, order)
