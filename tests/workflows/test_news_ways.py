"""News of an order goes the ways that its customer has chosen, and never nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from avdet.records.orders.models import Order
from avdet.records.outbox.models import Notice
from avdet.records.people.models import Customer
from avdet.workflows.notices.tell_order import reached, tell_order
from tests.factories import NOW, make_customer, make_order, make_store

pytestmark = pytest.mark.django_db
BOTH = {"email": "alice@example.test", "phone": "+989121112233"}


def ordered(news: str = "both", **contact: str) -> Order:
    store = make_store()
    return make_order(store, make_customer(store, order_news=news), contact=contact)


@pytest.mark.parametrize(
    ("news", "contact"),
    [("email", {"phone": BOTH["phone"]}), ("sms", {"email": BOTH["email"]}), ("sms", {"phone": "", "email": BOTH["email"]})],
)
def test_where_the_chosen_way_is_not_known_the_other_is_taken(news: str, contact: dict[str, str]) -> None:
    assert reached(ordered(news, **contact)) == {place: to for place, to in contact.items() if to}


@pytest.mark.parametrize("news", Customer.News.values)
def test_who_gave_nothing_is_reached_nowhere(news: str) -> None:
    assert reached(ordered(news)) == {}


@pytest.mark.parametrize(("news", "channels"), [("both", ["email", "sms"]), ("email", ["email"]), ("sms", ["sms"])])
def test_news_goes_the_chosen_ways(news: str, channels: list[str], django_assert_max_num_queries: Any) -> None:
    order = ordered(news, **BOTH)
    with django_assert_max_num_queries(4):
        tell_order(order, "order_confirmed", now=NOW)
    assert sorted(Notice.objects.values_list("channel", flat=True)) == channels


def test_a_guest_is_told_by_every_way_there_is() -> None:
    order = make_order(make_store(), contact=BOTH)
    assert reached(order) == BOTH
