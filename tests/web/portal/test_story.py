"""What is said of an order: never a promise that has gone by, and never money that was not paid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from avdet.core.lifecycles import DELIVERY, ORDER
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import Order
from avdet.records.refunds.shown import GivenBack, MoneyShown
from avdet.web.portal.story import STEPS, headline, steps, what_next
from avdet.words.phrases import phrase
from tests.factories import NOW

DAY = timedelta(days=1)


def test_a_day_that_has_gone_by_is_promised_no_more() -> None:
    assert headline(Order(state="preparing", process_by=NOW - DAY), NOW).at is None
    assert headline(Order(state="preparing", process_by=NOW + DAY), NOW).at == NOW + DAY
    late = Delivery(state="handed_over", expected_to=(NOW - DAY).date())
    assert headline(Order(state="shipped", handed_over_at=NOW - DAY), NOW, [late]).day is None
    soon = Delivery(state="handed_over", expected_to=(NOW + DAY).date())
    assert headline(Order(state="shipped"), NOW, [late, soon]).day == (NOW + DAY).date()


def test_the_day_is_the_one_on_the_stores_clock() -> None:
    late = Delivery(state="handed_over", expected_to=date(2026, 11, 21))
    with timezone.override("Europe/Istanbul"):
        just_over = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)  # half past midnight in Istanbul
        assert headline(Order(state="shipped"), just_over, [late]).day is None
        assert headline(Order(state="shipped"), just_over - timedelta(hours=1), [late]).day == date(2026, 11, 21)


def test_what_arrived_is_expected_no_more_and_a_failed_visit_is_said() -> None:
    there = Delivery(state="delivered", expected_to=(NOW + DAY).date(), delivered_at=NOW)
    assert headline(Order(state="shipped"), NOW, [there]).day is None
    assert headline(Order(state="shipped"), NOW, [Delivery(state="attempted")]).state == "attempted"


@pytest.mark.parametrize("state", ORDER.states)
def test_every_state_has_a_tone_and_a_place_on_the_way(state: str) -> None:
    assert headline(Order(state=state), NOW).icon
    way = steps(Order(state=state))
    assert [each["key"] for each in way] == ([] if state in ("cancelled", "returned") else list(STEPS))
    assert sum(each["state"] == "current" for each in way) <= 1


@pytest.mark.parametrize(("states", "said"), [
    ([], "cancelled_unpaid"), (["void"], "cancelled_unpaid"), (["granted"], "cancelled"), (["confirmed", "unknown"], "cancelled"),
    (["confirmed", "void"], "cancelled_paid_back"),
])  # fmt: skip
def test_a_cancelled_order_says_how_its_money_stands(states: list[str], said: str) -> None:
    money = MoneyShown([], [GivenBack(state, 5, NOW, None) for state in states], 0)
    assert what_next("cancelled", money) == said
    assert what_next("shipped", money) == "shipped"


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_whatever_a_delivery_may_be_has_words(language: str) -> None:
    for state in set(DELIVERY.states) - {"cancelled"}:
        assert phrase(language, f"portal.delivery.{state}") != f"portal.delivery.{state}"
