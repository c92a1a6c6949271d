"""Persian Pet Shop's customers, from a phone in Persian to the last line of the books."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from avdet.core.bookings import RECOVERIES
from avdet.ports import jobs
from avdet.records.catalogue.gifts import give
from avdet.records.ledger.queries import balance
from avdet.records.orders.models import Order, OrderLine
from avdet.records.outbox.models import Notice
from avdet.records.payments.actions import keep_account
from avdet.records.refunds.models import Refund
from avdet.records.stores.models import Store
from avdet.simulators.payments import zarinpal
from tests.factories import NOW, make_product, make_store
from tests.stories.journeys import Journey, Travel, bought, picture, press, seen, travel
from tests.stories.test_desk import enter
from tests.workflows.money import payment_simulator, simulator
from tests.workflows.payouts import iban

__all__ = ["payment_simulator", "simulator", "travel"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PLACED = NOW - timedelta(days=4)


@pytest.fixture
def store() -> Store:
    made = make_store("persianpetshop", names={"fa": "پرشین پت‌شاپ"}, returns={"address": {"fa": "تهران، خیابان شریعتی، پلاک ۲۰"}})
    account = {"merchant_id": zarinpal.MERCHANT_ID, "access_token": zarinpal.ACCESS_TOKEN, "terminal_id": zarinpal.TERMINAL_ID}
    keep_account(made, "zarinpal", account, now=NOW)
    return made


def by_gateway(simulator: Any, amount_minor: int) -> dict[str, Any]:
    """A payment that stands on the gateway's books."""
    said = {"gateway": "zarinpal", "amount_minor": amount_minor, "currency": "IRR", "created_at": PLACED.isoformat()}
    return {"method": "online", "gateway": "zarinpal", "reference": simulator.tell("/_payments", said)["reference"]}


def arrived(store: Store, sku: str, paid: dict[str, Any], *, hours: float, **known: Any) -> Order:
    """An order that reached its buyer in Tehran so many hours ago."""
    return bought(store, sku, at=PLACED, days=4 - hours / 24, paid=paid, name="مینا احمدی", **known)


def watched(journey: Journey, name: str, **time: float) -> None:
    """Time passes, and what looks after something from time to time does."""
    journey.later(**time)
    jobs.KINDS[name].work({}, journey.now)
    journey.work()


def refunded(journey: Journey, simulator: Any, order: Order) -> None:
    """The customer chooses to be paid back, and the gateway pays."""
    page = journey.phone
    press(page, "a[href$='/remedy/refund/']")
    press(page, "main form button.main")
    journey.work()
    assert Refund.objects.get().state == "sending"
    simulator.tell("/_settle", {"reference": order.payments.get().reference})
    watched(journey, "sweep_refunds", minutes=10)


def test_food_is_taken_back_at_twenty_hours_and_not_at_twenty_five(travel: Travel, store: Store, simulator: Any) -> None:
    """PPS-FOOD-4 in the place of PPS-GEN-1; brought to the shop by PPS-SEND-1, the carriage the store's by PPS-COST-1."""
    journey = travel(NOW)
    make_product(store, "CAT-1", names={"fa": "غذای خشک گربه"}, traits=["food"], price_minor=4_500_000)
    order = arrived(store, "CAT-1", by_gateway(simulator, 4_500_000), hours=20)
    late = arrived(store, "CAT-1", by_gateway(simulator, 4_500_000), hours=25, customer=order.customer)

    journey.begin(store, late)
    page = journey.phone
    journey.claim("defect", "غذا بوی بدی می‌دهد و کپک زده است")
    assert journey.answer() == [], "nothing is left to be asked"
    assert journey.file().outcome == "deny"
    expect(page.locator("article.slip")).to_contain_text("۲۴ ساعت پس از تحویل به شما")
    expect(page.locator("article.slip")).to_contain_text("PPS-FOOD-4")
    expect(page.locator("#may a[href$='/help/']")).to_have_count(1)
    assert OrderLine.objects.get(order=late).claimed_quantity == 0
    seen(journey, page, "food-late", sound=True)

    journey.on_phone(f"orders/{order.number}/")
    journey.claim("defect", "غذا بوی بدی می‌دهد و کپک زده است")
    assert journey.answer(visible_without_opening=False) == ["visible_without_opening"]
    journey.show(picture())
    case = journey.file()
    expect(page.locator("article.slip")).to_contain_text("یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۶:۳۰")
    expect(page.locator("#pack")).to_contain_text("PPS-SEND-1")
    seen(journey, page, "food")
    journey.on_phone(f"orders/{order.number}/send-back/")
    page.check("[name=way][value=in_person]")
    press(page, "main form button.main")
    code = page.url.rstrip("/").rpartition("/")[2]
    press(page, "#hand button.main")
    journey.later(hours=3)
    journey.receive(code)
    journey.examine(case, "confirmed", within_rules="yes")
    journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("۴٬۵۰۰٬۰۰۰ ریال")
    refunded(journey, simulator, order)
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("کار شما انجام شد")
    expect(page.locator("article.slip")).to_contain_text("PPS-COST-1")
    expect(journey.books(order)).to_contain_text("پول نزد زرین‌پال")
    journey.settled(case, order, late)


def test_a_gift_has_to_come_back_with_the_goods(travel: Travel, store: Store) -> None:
    """PPS-WDR-4: the gift was not in the parcel, so a colleague waits for it; PPS-WDR-6 and PPS-COST-3: the customer pays."""
    journey = travel(NOW, scheme="dark")
    tree = make_product(store, "TREE-1", names={"fa": "درخت گربه"}, price_minor=28_000_000)
    give(tree, make_product(store, "BALL-1", names={"fa": "توپ بازی"}, price_minor=900_000), 1)
    order = arrived(store, "TREE-1", {"method": "card_to_card", "reference": "778812"}, hours=50)

    journey.begin(store, order)
    page = journey.on_phone(f"orders/{order.number}/claim/?line=1")
    journey.claim("withdrawal", "پشیمان شده‌ام")
    assert "gift_included" in journey.answer(used=False)
    case = journey.file()
    expect(page.locator("#pack")).to_contain_text("هدیهٔ همراه را هم برگردانید PPS-WDR-4")
    expect(page.locator("article.slip")).to_contain_text("PPS-WDR-6")
    code = journey.send_back(order, "post", "۱۱۲۲۳۳")
    journey.later(days=3)
    journey.receive(code)
    journey.examine(case, "confirmed", within_rules="yes", **{"check-gift_back": "no"})
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("#story")).to_contain_text("هدیهٔ همراه کالا در بسته نبود")
    expect(page.locator("main a[href$='/remedy/']")).to_have_count(0)
    seen(journey, page, "gift-missing", sound=True)
    assert not Refund.objects.exists(), "nothing is paid before it is here"

    journey.later(days=2)
    journey.examine(case, "confirmed", within_rules="yes", **{"check-gift_back": "yes"})
    journey.on_phone(f"orders/{order.number}/money/")
    expect(page.locator("main")).to_contain_text("۲۸٬۰۰۰٬۰۰۰ ریال")
    seen(journey, page, "gift-destination", sound=True)
    page.fill("[name=number]", iban())
    page.check("[name=consent]")
    press(page, "form:has([name=number]) button")
    journey.work()
    desk = journey.at_desk("accountant", f"refunds/{Refund.objects.get().pk}/")
    press(desk, "form[action$='/by_hand/'] button")
    desk.fill("[name=reference]", "BNK-1405-9")
    press(desk, "form[action$='/confirm/'] button")
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("کار شما انجام شد")
    expect(journey.books(order)).to_contain_text("۲۸٬۰۰۰٬۰۰۰ ریال")
    journey.settled(case, order)


def test_damage_on_the_way_waits_for_the_carriers_word(travel: Travel, store: Store, simulator: Any) -> None:
    """PPS-TRN-1 grants it and PPS-TRN-2 waits for the carrier; who pays the carriage follows the experts, by PPS-COST-1."""
    journey = travel(NOW)
    make_product(store, "TANK-1", names={"fa": "آکواریوم شیشه‌ای"}, price_minor=60_000_000)
    order = arrived(store, "TANK-1", by_gateway(simulator, 60_000_000), hours=6)

    journey.begin(store, order)
    journey.claim("transit_damage", "شیشه شکسته است")
    assert journey.answer(box_marked=False) == ["box_kept", "box_marked"]
    journey.show(picture())
    journey.show(picture("report.jpg"), kind="carrier_report")
    case = journey.file()
    page = journey.phone
    expect(page.locator("#pack")).to_contain_text("گزارش رسمی شرکت حمل را ضمیمه کنید PPS-TRN-3")
    code = journey.send_back(order, "post", "۴۴۵۵۶۶")
    journey.later(days=2)
    journey.receive(code)
    bench = journey.examine(case, "confirmed", within_rules="yes")
    seen(journey, bench, "damage-signed")
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("منتظر پاسخ شرکت حمل")
    expect(page.locator("main a[href$='/remedy/']")).to_have_count(0)
    seen(journey, page, "damage-waits")

    carriers = journey.at_desk("expert", "carriers/")
    press(carriers, "main tbody a >> nth=0")
    carriers.fill("#submit-reference", "TPX-C-90")
    press(carriers, "form[action$='/submit/'] button")
    seen(journey, carriers, "carrier", sound=True)
    press(carriers, "form[action$='/confirm/'] button")
    journey.work()
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("article.slip")).to_contain_text("PPS-TRN-2")
    press(page, "main a[href$='/remedy/']")
    seen(journey, page, "damage-remedy", sound=True)
    refunded(journey, simulator, order)
    purse = journey.at_desk("accountant", "carriers/")
    press(purse, "main tbody a >> nth=0")
    purse.fill("#recover-amount", "60000000")
    purse.fill("#recover-reference", "BNK-5")
    press(purse, "form[action$='/recover/'] button")
    expect(journey.books(order)).to_contain_text("جبران از شرکت حمل")
    assert balance(store, RECOVERIES, "IRR") == -60_000_000
    journey.settled(case, order)


def test_faultless_goods_that_nobody_takes_are_kept_for_a_month(travel: Travel, store: Store) -> None:
    """PPS-INSP-1 sends them back; they come again, and PPS-INSP-2 keeps them, with word before the end and at it."""
    journey = travel(NOW)
    make_product(store, "FEED-1", names={"fa": "غذاخوری هوشمند"}, price_minor=18_000_000)
    order = arrived(store, "FEED-1", {"method": "card_to_card", "reference": "778813"}, hours=50)

    journey.begin(store, order)
    journey.claim("defect", "غذاخوری روشن نمی‌شود")
    journey.answer(misuse=False, box_marked=False)
    case = journey.file()
    code = journey.send_back(order, "tipax", "۷۷۸۸۹۹")
    journey.later(days=2)
    journey.receive(code)
    journey.examine(case, "not_confirmed", within_rules="yes")
    page = journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("کالا به شما برمی‌گردد")
    expect(page.locator("article.slip")).to_contain_text("PPS-INSP-1")
    expect(page.locator("article.slip")).to_contain_text("PPS-COST-3")
    desk = journey.at_desk("desk", f"cases/{case.number}/remedy/")
    desk.fill("#back-carrier", "تیپاکس")
    desk.fill("#back-tracking", "TPX-1")
    press(desk, "#move-hand_back button")
    journey.later(days=2)
    for move in ("come_again", "keep"):
        desk.click(f"#move-{move} summary")
        press(desk, f"#move-{move} button")
    expect(desk.locator("main")).to_contain_text("PPS-INSP-2")
    seen(journey, desk, "custody-desk", sound=True)
    journey.work()
    journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text("تا شنبه ۵ دی ۱۴۰۵ نزد ما امانت است")
    seen(journey, page, "custody", sound=True)

    told = Notice.objects.filter(kind__startswith="custody", channel="sms").order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["custody_began"]
    watched(journey, "watch_custody", days=24)
    assert list(told.all()) == ["custody_began", "custody_ending"]
    watched(journey, "watch_custody", days=7)
    assert list(told.all()) == ["custody_began", "custody_ending", "custody_over"]
    enter(page, journey.buyer, f"{journey.root}/cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("این درخواست بسته شد")
    expect(page.locator("#story")).to_contain_text("PPS-INSP-2")
    expect(journey.books(order)).to_contain_text("۱۸٬۰۰۰٬۰۰۰ ریال")
    journey.settled(case, order)
    assert case.goods == "kept"
