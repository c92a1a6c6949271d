"""Offykala's and Fetrashop's customers, from a phone in Persian to the last line of the books."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from avdet.records.orders.models import Order
from avdet.records.payments.actions import keep_account
from avdet.records.payouts.models import PayoutBatch
from avdet.records.people.bank_accounts import Registration, register
from avdet.records.refunds.models import Refund
from avdet.records.stores.models import Store
from avdet.simulators.payments import zarinpal
from tests.factories import NOW, make_product, make_store
from tests.stories.journeys import Travel, bought, picture, press, seen, travel, unfold
from tests.workflows.money import payment_simulator, simulator
from tests.workflows.payouts import iban, paying_store, told

__all__ = ["payment_simulator", "simulator", "travel"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
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
    seen(journey, journey.phone, "case")

    journey.later(days=1)
    code = journey.send_back(order, "express_post", "۲۱۳۴۵۶۷۸۹۰")
    journey.later(days=2)
    journey.receive(code)
    journey.later(days=1)
    journey.examine(case, "confirmed", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("OFK-INSP-1")
    seen(journey, page, "remedy")
    journey.choose("refund")
    expect(page.locator("main")).to_contain_text("۴۵٬۰۰۰٬۰۰۰ ریال")
    seen(journey, page, "remedy-chosen")

    press(page, "main a[href$='/money/']")
    seen(journey, page, "destination")
    page.fill("[name=number]", "۶۰۳۷۹۹۱۲۳۴۵۶۷۸۹۳")
    page.check("[name=consent]")
    press(page, "form:has([name=number]) button.main")
    journey.work()
    page = journey.on_phone(f"cases/{case.number}/")
    expect(page.locator(".answer")).to_contain_text("مدرکی از پرداخت‌کننده")
    seen(journey, page, "documents", sound=True)
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


def test_damage_reported_after_a_day_needs_documents_and_is_paid_back(travel: Travel) -> None:
    """OFK-DMG-1, OFK-INSP-3: told thirty hours after delivery, approved on a report; none is left, so its price goes back."""
    journey, at = travel(NOW), NOW - timedelta(days=3, hours=30)
    store = make_store("offykala", returns={"address": ADDRESS})
    make_product(store, "PR-1", names={"fa": "چاپگر لیزری"}, traits=TESTED, price_minor=98_500_000, on_hand=1)
    paid = {"method": "card_to_card", "reference": "CARD-9"}
    order = bought(store, "PR-1", at=at, paid=paid, name="سارا احمدی")
    card = Registration("6037991234567893", "self", "سارا احمدی", "می‌پذیرم", False)
    assert order.customer is not None
    register(order.customer, card, now=at)
    journey.begin(store, order)

    journey.claim("transit_damage", "شیشهٔ دستگاه شکسته است")
    journey.answer(visible_at_delivery=False, box_marked=False, documents=False)
    case = journey.file()
    assert case.state == "evidence"
    slip = journey.phone.locator("article.slip")
    expect(slip).to_contain_text("OFK-DMG-1")
    expect(journey.phone.locator("h1")).to_contain_text("به ما نشان دهید")
    seen(journey, journey.phone, "case-evidence", sound=True)
    journey.later(hours=5)
    journey.on_phone(f"cases/{case.number}/")
    journey.show(picture(), kind="carrier_report")
    journey.show(picture(), kind="document")
    press(journey.phone, "#missing button")
    expect(slip.locator(".outcome")).to_contain_text("پذیرفته شد")
    seen(journey, journey.phone, "case-documents")

    journey.later(days=1)
    journey.receive(journey.send_back(order, "express_post", "۲۱۳۴۵۶۷۸۹۱"))
    journey.later(days=1)
    journey.examine(case, "confirmed", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("article.slip")).to_contain_text("OFK-INSP-3")
    expect(page.locator("article.slip")).to_contain_text("۹۸٬۵۰۰٬۰۰۰ ریال")

    refund = Refund.objects.get()
    desk = journey.at_desk("accountant", f"refunds/{refund.pk}/")
    press(desk, "form[action$='/by_hand/'] button")
    desk.fill("[name=reference]", "BANK-98")
    press(desk, "form[action$='/confirm/'] button")
    journey.work()
    journey.is_done(case)
    expect(journey.books(order)).to_contain_text("۸۹٬۵۴۵٬۴۵۵ ریال")
    journey.settled(case, order)


def test_another_model_is_chosen_its_difference_paid_and_sent(travel: Travel) -> None:
    """FET-TEST-2, FET-INSP-3, FET-INSP-5: the dearer model leaves once the difference has come in."""
    journey, at = travel(NOW, scheme="dark"), NOW - timedelta(days=6)
    store = make_store("fetrashop", returns={"address": ADDRESS})
    make_product(store, "PH-1", names={"fa": "گوشی مدل الف"}, traits=TESTED, price_minor=150_000_000)
    make_product(store, "PH-2", names={"fa": "گوشی مدل ب"}, traits=TESTED, price_minor=162_000_000)
    order = bought(
        store, "PH-1", at=at, paid={"method": "card_to_card", "reference": "CARD-1"}, name="رضا یکتایی", province="اصفهان"
    )
    journey.begin(store, order)

    journey.claim("defect", "صفحهٔ گوشی روشن نمی‌شود")
    journey.answer(box_marked=False)
    case = journey.file()
    expect(journey.phone.locator("article.slip")).to_contain_text("FET-TEST-1")
    journey.later(days=1)
    journey.receive(journey.send_back(order, "tipax", "۵۵۶۶۷۷"))
    journey.later(days=1)
    journey.examine(case, "confirmed", within_rules="yes")

    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("FET-TEST-2")
    expect(page.locator("main")).to_contain_text("FET-INSP-3")
    seen(journey, page, "remedy", sound=True)
    press(page, "a[href$='/remedy/other_product/']")
    expect(page.locator(".may")).to_contain_text("۱۲٬۰۰۰٬۰۰۰ ریال")
    seen(journey, page, "products", sound=True)
    press(page, ".may a[href*='PH-2']")
    seen(journey, page, "choice")
    press(page, "main form.confirm button")
    journey.work()
    expect(page.locator("main")).to_contain_text("در انتظار مابه‌التفاوت")
    seen(journey, page, "awaiting")
    dearer = Order.objects.get(follows=order)
    page = journey.on_phone(f"orders/{dearer.number}/")
    expect(page.locator("#money")).to_contain_text("۱۵۰٬۰۰۰٬۰۰۰ ریال")
    expect(page.locator("#money .sum")).to_contain_text("۱۲٬۰۰۰٬۰۰۰ ریال")
    seen(journey, page, "exchange-order", sound=True)

    desk = journey.at_desk("desk", f"orders/{dearer.number}/")
    expect(desk.locator("#move-pay")).to_have_count(1)
    expect(desk.locator("#move-hand_over")).to_have_count(0)
    seen(journey, desk, "exchange-desk")
    unfold(desk, "#move-pay")
    desk.fill("#pay-amount", "12000000")
    desk.fill("#pay-reference", "CARD-2")
    press(desk, "#move-pay button")
    journey.later(hours=3)
    journey.at_desk("desk", f"orders/{dearer.number}/")
    press(desk, "#move-prepare button")
    desk.select_option("#hand_over-carrier", "tipax")
    desk.fill("#hand_over-tracking", "TPX-99")
    press(desk, "#move-hand_over button")
    journey.work()
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("تفاوتی که پرداختید")
    seen(journey, page, "sent")
    journey.later(days=2)
    journey.at_desk("desk", f"orders/{dearer.number}/")
    unfold(desk, "#move-happened")
    desk.select_option("#happened-what", "1:delivered")
    press(desk, "#move-happened button")
    journey.work()
    journey.is_done(case)
    expect(journey.books(dearer)).to_contain_text("۱۲٬۰۰۰٬۰۰۰ ریال")
    journey.settled(case, order, dearer)


def test_a_change_of_mind_over_new_year_is_paid_to_an_iban(travel: Travel, tmp_path: Path) -> None:
    """FET-WDR-1, FET-WDR-2, FET-REF-1: the working days stand still over Nowruz; two people let the money go to a Sheba."""
    journey, at = travel(datetime(2026, 3, 25, 9, 0, tzinfo=UTC)), datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    store = paying_store("fetrashop", returns={"address": ADDRESS})
    make_product(store, "TB-1", names={"fa": "تبلت ده اینچی"}, traits=TESTED, price_minor=88_000_000)
    order = bought(
        store, "TB-1", at=at, paid={"method": "card_to_card", "reference": "CARD-3"}, name="شیرین عبادی", province="فارس"
    )
    journey.begin(store, order)

    journey.claim("withdrawal")
    assert journey.answer(box_marked=False, used=False) == ["sealed", "box_marked"]
    case = journey.file()
    slip = journey.phone.locator("article.slip")
    expect(slip).to_contain_text("FET-WDR-2")
    expect(slip).to_contain_text("دوشنبه ۱۰ فروردین ۱۴۰۵ (۷ روز کاری")
    expect(slip.locator(".strip").first).to_contain_text("نوروز")
    seen(journey, journey.phone, "nowruz", sound=True)
    journey.later(days=1)
    journey.receive(journey.send_back(order, "tipax", "۷۷۸۸۹۹"))
    journey.later(days=1)
    journey.examine(case, "", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator(".sums .sum")).to_contain_text("۸۸٬۰۰۰٬۰۰۰ ریال")
    press(page, "main a[href$='/money/']")
    page.fill("[name=number]", iban())
    page.check("[name=consent]")
    seen(journey, page, "destination")
    press(page, "form:has([name=number]) button.main")
    journey.work()

    desk = journey.at_desk("accountant", "payouts/")
    expect(desk.locator("tbody")).to_contain_text("شیرین عبادی")
    expect(desk.locator("tbody time").first).to_have_text("۱۷ فروردین ۱۴۰۵")  # 12 and 13 Farvardin do not count
    expect(desk.locator("tbody time").last).to_have_text("۲۰ فروردین ۱۴۰۵")
    seen(journey, desk, "due")
    press(desk, "form:has([name=pay_on]) button")
    press(desk, "form[action$='/approve/'] button")
    expect(desk.locator("form[action$='/release/']")).to_have_count(0)
    other = journey.at_desk("owner", "payouts/batches/1/")
    press(other, "form[action$='/release/'] button")
    with other.expect_download() as download:
        other.click("form[action$='/xml/'] button")
    assert b"CstmrCdtTrfInitn" in Path(download.value.path()).read_bytes()
    journey.later(days=1)
    answer = tmp_path / "answer.xml"
    answer.write_bytes(told(PayoutBatch.objects.get(), "ACSC"))
    desk = journey.at_desk("accountant", "payouts/batches/")
    desk.set_input_files("[name=file]", str(answer))
    press(desk, "form:has([name=file]) button")
    journey.work()
    journey.is_done(case)
    expect(journey.books(order)).to_contain_text("۸۰٬۰۰۰٬۰۰۰ ریال")
    journey.settled(case, order)


def test_a_fault_that_is_not_confirmed_goes_back_at_the_customers_cost(travel: Travel) -> None:
    """FET-INSP-9, FET-COST-3: the experts find nothing; what the store laid out for the way back is paid by the customer."""
    journey, at = travel(NOW), NOW - timedelta(days=6)
    store = make_store("fetrashop", returns={"address": ADDRESS})
    make_product(store, "MN-1", names={"fa": "نمایشگر ۲۷ اینچی"}, traits=TESTED, price_minor=120_000_000)
    order = bought(
        store, "MN-1", at=at, paid={"method": "card_to_card", "reference": "CARD-4"}, name="کاوه رستمی", province="گیلان"
    )
    journey.begin(store, order)

    journey.claim("defect", "گاهی چشمک می‌زند")
    journey.answer(box_marked=False)
    case = journey.file()
    journey.later(days=1)
    journey.receive(journey.send_back(order, "tipax", "۱۱۲۲۳۳"))
    journey.later(days=1)
    journey.examine(case, "not_confirmed", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/")
    slip = page.locator("article.slip")
    expect(slip).to_contain_text("FET-INSP-9")
    expect(slip).to_contain_text("FET-COST-3")
    expect(page.locator("h1")).to_contain_text("به شما برمی‌گردد")
    seen(journey, page, "not-confirmed")

    desk = journey.at_desk("expert", f"cases/{case.number}/remedy/")
    seen(journey, desk, "hand-back")
    unfold(desk, "#move-carriage")
    desk.select_option("#carriage-way", "redelivery")
    desk.select_option("#carriage-payer", "store")
    desk.fill("#carriage-amount", "400000")
    press(desk, "#move-carriage button")
    desk.fill("#back-carrier", "تیپاکس")
    desk.fill("#back-tracking", "TPX-41")
    press(desk, "#move-hand_back button")
    journey.work()
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("TPX-41")
    expect(page.locator(".sums")).to_contain_text("۴۰۰٬۰۰۰ ریال")
    expect(page.locator(".sums")).to_contain_text("این هزینه با شماست")
    seen(journey, page, "going-back", sound=True)
    journey.later(days=3)
    desk = journey.at_desk("accountant", f"cases/{case.number}/remedy/")
    desk.fill("#charge-reference", "CARD-5")
    press(desk, "#move-charge button")
    desk = journey.at_desk("expert", f"cases/{case.number}/remedy/")
    press(desk, "#move-give_back button")
    journey.work()
    page = journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("بسته شد")
    expect(page.locator("#about")).to_contain_text("دوباره نزد شما")
    expect(journey.books(order)).to_contain_text("۴۰۰٬۰۰۰ ریال")
    journey.settled(case, order)
