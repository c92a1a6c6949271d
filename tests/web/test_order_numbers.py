"""Shops call their orders as they please: whatever one is called, its pages are found, by link and by guest's code."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from avdet.records.outbox.models import Notice
from avdet.workflows.notices.write_notice import order_url
from tests.factories import make_order
from tests.web.objects import World

pytestmark = pytest.mark.django_db
NUMBERS = ("2026/001", "#1001", "A?b=1&c", "50%", "%2F", "~2F", "..", "سفارش ۱۲", "A B+C;d", "-.-/../x", "\u202egnp")


@pytest.fixture
def _django_db_helper() -> None:
    """The world has a transaction of its own."""


@pytest.mark.parametrize("number", NUMBERS)
def test_an_order_is_found_whatever_its_number(number: str, world: World) -> None:
    order = make_order(world.store, world.customer, number=number)
    shop = world.store.slug
    assert world.client(world.alice).get(urlsplit(order_url(world.store, number)).path).context["order"].pk == order.pk
    for face, who in (("portal", world.client(world.alice)), ("desk", world.owner)):
        url = reverse(f"{face}:order", kwargs={"store": shop, "number": number})
        assert escape(url) in who.get(reverse(f"{face}:orders", kwargs={"store": shop})).content.decode()
        page = who.get(url)
        assert (page.status_code, page.context["order"].pk) == (200, order.pk)


@pytest.mark.parametrize("number", ["2026/001", "#1001", "A?b=1&c", "50%", ".."])
def test_a_guests_code_leads_to_it(number: str, world: World) -> None:
    make_order(world.store, world.customer, number=number)
    guest, shop = world.client(), world.store.slug
    guest.post(f"/{shop}/find/", {"order_number": number, "login": world.customer.email})
    code = Notice.objects.filter(kind="guest_code").latest("pk").values["code"]
    answer = guest.post(f"/{shop}/find/code/", {"code": code})
    assert answer["Location"] == reverse("portal:order", kwargs={"store": shop, "number": number})
    assert guest.get(answer["Location"]).status_code == 200
