"""Before buying: a customer reads, on a phone, what holds if the product comes back, and opens the clause that says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from avdet.records.catalogue.models import Incoming, Product
from avdet.records.catalogue.pictures import add_drawing
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import make_product, make_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
NAMES = {"fa": "گوشی آوین نوا ۱۲ ظرفیت ۲۵۶ گیگابایت با نمایشگری که نامش از پهنای هر صفحه‌ای بلندتر است", "en": "Avin Nova 12 phone, 256 GB", "tr": "Avin Nova 12 telefon, 256 GB"}
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' width='480' height='480'><rect width='480' height='480' fill='#cde'/></svg>"


@pytest.fixture
def product(settings: Any, tmp_path: Any) -> Product:
    settings.MEDIA_ROOT = tmp_path
    store = make_store("fetrashop")
    made = make_product(
        store, "FT-1001", names=NAMES, on_hand=3, traits=["seven_day_test"], category="گوشی موبایل",
        specification=[{"group": "صفحه‌نمایش", "label": "اندازه", "value": "۶٫۷ اینچ AMOLED"}, {"group": "", "label": "رنگ", "value": "آبی"}],
    )  # fmt: skip
    add_drawing(made, DRAWING, {"fa": "از روبه‌رو"})
    Incoming.objects.create(product=made, quantity=5, expected_on=date(2026, 12, 8))
    make_product(store, "EMPTY", on_hand=0, names={"fa": "ناموجود"})
    return made


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("fa", PHONE, "light"), ("tr", PHONE, "dark"), ("en", DESK, "light"), ("fa", DESK, "dark")]
)
def test_the_pages_are_sound_in_every_language(open_page: OpenPage, product: Product, language: str, width: int, scheme: str) -> None:
    for path in ("products/", "products/FT-1001/", "products/FT-1001/returns/"):
        assert_sound(open_page(f"/fetrashop/{path}", language=language, width=width, scheme=scheme))


@pytest.mark.parametrize(("language", "reason", "says", "clause"), [
    ("fa", "از خرید منصرف شدم", "۷ روز کاری پس از تحویل به شرکت حمل", "پلمب"),
    ("tr", "Vazgeçtim", "bildirim süreniz kargoya verilmesinden sonra 7 iş günü", "7 iş günü"),
])  # fmt: skip
@pytest.mark.parametrize("script", [True, False])
def test_a_customer_opens_the_clause_behind_a_line(open_page: OpenPage, product: Product, language: str, reason: str, says: str, clause: str, script: bool) -> None:
    page = open_page("/fetrashop/products/", language=language, width=PHONE, script=script)
    page.get_by_role("link", name=NAMES[language]).click()
    slip = page.locator("#returns-outcome").locator("xpath=ancestor::article")
    ground = slip.locator("dl > div", has_text=reason).first
    assert says in ground.inner_text()
    ground.get_by_role("button").first.click()
    opened = page.locator("[popover]:popover-open")
    assert "FET-WDR-1" in opened.inner_text()
    assert clause in opened.inner_text()
    opened.get_by_role("link").first.click()
    page.wait_for_url("**/fetrashop/terms/1/#FET-WDR-1")
