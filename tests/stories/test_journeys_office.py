"""Ofiskutum's customers, from a phone in Turkish to the last line of the books."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from avdet.core.bookings import RECOVERIES
from avdet.records.cases.models import Case
from avdet.records.ledger.queries import balance
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_store
from tests.stories.journeys import Journey, Travel, bought, picture, press, seen, send, travel

__all__ = ["travel"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PLACED = NOW - timedelta(days=4)


@pytest.fixture
def store() -> Store:
    return make_store("ofiskutum", names={"tr": "Ofiskutum"}, returns={"address": {"tr": "İkitelli OSB 12. Sokak No: 4, İstanbul"}})


def arrived(store: Store, sku: str, name: str, price_minor: int, *, hours: float, traits: tuple[str, ...] = ()) -> Order:
    """An order that reached its buyer in Ankara so many hours ago."""
    make_product(store, sku, names={"tr": name}, traits=list(traits), price_minor=price_minor, vat_basis_points=2000)
    paid = {"method": "bank_transfer", "reference": f"EFT-{sku}"}
    home = {"province": "Ankara", "district": "Çankaya", "street": "Atatürk Bulvarı 1"}
    return bought(store, sku, at=PLACED, days=4 - hours / 24, paid=paid, name="Ayşe Yılmaz", **home)


def coded(journey: Journey, order: Order, code: str) -> str:
    """A parcel at the store's cost: it waits for the carrier's code, is handed over with it, and comes to the bench."""
    page = journey.on_phone(f"orders/{order.number}/send-back/")
    expect(page.locator("main")).to_contain_text("Kargo ücretini biz öderiz.")
    page.check("[name=way][value=carrier_code]")
    press(page, "main form button.main")
    expect(page.locator("main")).to_contain_text("Lütfen kodu bekleyiniz.")
    desk = journey.at_desk("desk", "bench/codes/")
    desk.fill("form:has([name=file]) [name=codes]", code)
    press(desk, "form:has([name=file]) button")
    expect(desk.locator("#would")).to_contain_text(order.number)
    press(desk, "#would [name=give]")
    journey.work()
    page.reload()
    expect(page.locator("#hand")).to_contain_text(code)
    seen(journey, page, "parcel", sound=journey.scheme == "dark")
    press(page, "#hand button.main")
    journey.later(days=2)
    return page.url.rstrip("/").rpartition("/")[2]


def sent_anew(journey: Journey, case: Case, clause: str) -> Order:
    """What makes it good goes out by itself, is packed, handed over at the desk, and arrives; the case is settled by that."""
    case.refresh_from_db()
    order = case.remedies.get().order
    assert order is not None
    page = journey.on_phone(f"cases/{case.number}/remedy/")
    expect(page.locator("main")).to_contain_text(order.number)
    seen(journey, page, "remedy")
    send(order, at=journey.now, arrives=journey.now + timedelta(days=1))
    journey.later(days=2)
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("h1")).to_contain_text("Sorun giderildi")
    expect(page.locator("article.slip")).to_contain_text(clause)
    return order


def test_damage_on_the_way_with_the_couriers_report(travel: Travel, store: Store) -> None:
    """OFI-6.2 and OFI-7.2: told on the day with the report, it is replaced; the carrier pays for what it broke."""
    journey = travel(NOW)
    order = arrived(store, "CHAIR-1", "Ofis koltuğu", 1_250_000, hours=3)

    journey.begin(store, order)
    journey.claim("transit_damage", "Koltuğun kolu kırık geldi")
    page = journey.phone
    expect(page.locator("h1")).to_have_text("Kargo görevlisi hasar tutanağı düzenledi mi?")
    press(page, "main a[href$='/claim/evidence/']")
    journey.show(picture("tutanak.jpg"), kind="carrier_report")
    press(page, "main button[name=onward]")
    assert journey.answer() == [], "the report answers it"
    case = journey.file()
    expect(page.locator("article.slip")).to_contain_text("Kargonun hasar tutanağını ekleyin")
    expect(page.locator("article.slip")).to_contain_text("22 Kasım 2026 Pazar")
    seen(journey, page, "damage", sound=True)
    code = journey.send_back(order, "carrier", "445566")
    journey.later(days=2)
    journey.receive(code)
    journey.examine(case, "confirmed", within_rules="yes")
    replacement = sent_anew(journey, case, "OFI-6.2")

    carriers = journey.at_desk("owner", "carriers/")
    press(carriers, "main tbody a >> nth=0")
    for name, typed in (("submit", {"reference": "T-8812"}), ("confirm", {}), ("recover", {"amount": "12500", "reference": "EFT-77"})):
        for field, text in typed.items():
            carriers.fill(f"#{name}-{field}", text)
        press(carriers, f"form[action$='/{name}/'] button")
    seen(journey, carriers, "recovered")
    assert balance(store, RECOVERIES, "TRY") == -1_250_000
    expect(journey.books(replacement)).to_contain_text("12.500,00")
    journey.settled(case, order, replacement)


def test_a_fault_at_installation_is_followed_through(travel: Travel, store: Store) -> None:
    """OFI-6.4: it waits for the service's report; the terms name no remedy, so a colleague does, and nothing is sent before."""
    journey = travel(NOW)
    order = arrived(store, "COPY-1", "Fotokopi makinesi", 4_800_000, hours=40, traits=("authorised_installation", "large"))

    journey.begin(store, order)
    journey.claim("installation_fault", "Servis kurarken kâğıt tepsisinin bozuk olduğunu gördü")
    assert journey.answer(service_report=False) == ["service_report"]
    case = journey.file()
    page = journey.phone
    expect(page.locator("#missing")).to_contain_text("Yetkili servisin raporunu ekleyin")
    journey.show(picture("rapor.jpg"), kind="service_report")
    press(page, "#missing button")
    expect(page.locator("h1")).to_contain_text("bir yetkilimiz takip ediyor")
    expect(page.locator("article.slip")).to_contain_text("OFI-6.4")
    expect(page.locator("a[href$='/send-back/']")).to_have_count(0)
    seen(journey, page, "installation", sound=True)

    desk = journey.at_desk("expert", f"cases/{case.number}/")
    seen(journey, desk, "case")
    desk.click("#move-override summary")
    desk.check("#move-override [name=remedies][value=replacement]")
    desk.select_option("#override-return_shipping", "store")
    desk.fill("#override-why", "Servis raporu: kâğıt tepsisi kırık, cihaz yenisiyle değişecek")
    press(desk, "#move-override form button")
    journey.work()
    journey.on_phone(f"cases/{case.number}/")
    expect(page.locator("article.slip")).to_contain_text("aynı ürünün yenisi")
    code = coded(journey, order, "YK-771-001")
    journey.receive(code)
    journey.examine(case, "confirmed", within_rules="yes")
    replacement = sent_anew(journey, case, "OFI-6.4")
    expect(journey.books(replacement)).to_contain_text("48.000,00")
    journey.settled(case, order, replacement)


def test_a_wrong_item_costs_its_customer_nothing_either_way(travel: Travel, store: Store) -> None:
    """OFI-10.2 and OFI-10.3: fetched with the carrier's return code, and the right one sent, both at the store's cost."""
    journey = travel(NOW, scheme="dark")
    order = arrived(store, "A4-1", "A4 fotokopi kâğıdı", 45_000, hours=30)

    journey.begin(store, order)
    journey.claim("wrong_item", "Yanlış ürün gönderilmiş, sipariş ettiğim bu değil")
    assert journey.answer() == [], "the terms need to know nothing else"
    journey.show(picture())
    case = journey.file()
    slip = journey.phone.locator("article.slip")
    assert slip.inner_text().count("mağaza öder") == 2, "both ways"
    expect(slip).to_contain_text("OFI-10.3")
    code = coded(journey, order, "YK-771-002")
    journey.receive(code)
    journey.examine(case, "confirmed", within_rules="yes")
    correction = sent_anew(journey, case, "OFI-10.2")
    expect(journey.books(correction)).to_contain_text("450,00")
    journey.settled(case, order, correction)
