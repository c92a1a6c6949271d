"""An owner connects WooCommerce, which stands in a process of its own, sees its orders come in, and maps its products."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from avdet.records.catalogue.models import Product
from avdet.records.connections.models import ImportRun
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
from tests.browser import PHONE, OpenPage, assert_sound
from tests.factories import make_staff, make_store
from tests.stories.test_new_terms import enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store() -> Store:
    return make_store("ofiskutum")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AVDET_ALLOW_PRIVATE_SHOPS", "1")
    asked = [sys.executable, "-m", "avdet", "simulate", "shops", "--port", "0", "--orders", "30"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert found is not None
        yield found.group()
        process.send_signal(signal.SIGTERM)


def press(page: Any, value: str) -> None:
    page.locator(f"main button[value='{value}']").first.click()


def test_from_a_shops_keys_to_its_products_traits(shop: str, store: Store, open_page: OpenPage, deferred: Any) -> None:
    page = open_page("/ofiskutum/terms/", language="tr", script=False)
    enter(page, make_staff(store, "owner"), "/ofiskutum/studio/connections/woocommerce/")
    page.fill("[name=url]", shop)
    for name, key in (("consumer_key", "ck_avdet"), ("consumer_secret", "cs_avdet"), ("webhook_secret", "webhook-secret-of-avdet")):
        page.fill(f"[name={name}]", key)
    page.locator("main form button.main").first.click()
    deferred.run(timezone.now())
    page.goto("/ofiskutum/studio/connections/woocommerce/")
    assert "Anahtarlar çalışıyor" in page.locator("main").inner_text()
    press(page, "read")
    deferred.run(timezone.now())
    assert Order.objects.count() >= 30
    run = ImportRun.objects.get()
    page.goto(f"/ofiskutum/studio/imports/{run.pk}/")
    assert run.state == "done"
    page.goto("/ofiskutum/studio/traits/")
    page.fill("[name=pattern]", "LAMBASI")
    page.select_option("[name=field]", "name")
    page.select_option("[name=operator]", "contains")
    page.locator("#then-large").check()
    page.locator("#new form button").first.click()
    press(page, "keep")
    press(page, "apply")
    deferred.run(timezone.now())
    assert Product.objects.get(sku="LMB-21").traits == ["large"]
    page.goto("/ofiskutum/studio/traits/")
    page.locator("main button[name=plain]").first.click()
    assert Product.objects.filter(mapped=True, traits=[]).count() == 1


@pytest.mark.parametrize(("language", "width", "scheme"), [("fa", PHONE, "dark"), ("tr", 1280, "light")])
def test_the_pages_are_sound(language: str, width: int, scheme: str, store: Store, open_page: OpenPage) -> None:
    page = open_page("/ofiskutum/terms/", language=language, width=width, scheme=scheme)
    enter(page, make_staff(store, "owner"), "/ofiskutum/studio/connections/")
    for path in ("connections/", "connections/woocommerce/", "imports/", "traits/", "traits/?field=name&operator=contains&pattern=a"):
        page.goto(f"/ofiskutum/studio/{path}")
        assert_sound(page)
