"""*What may I do now, and until when?* The engine's answers for real orders, each with its clauses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from avdet.records.deliveries.models import Delivery, DeliveryEvent, DeliveryLine
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of, order_by_number
from avdet.records.stores.models import Store
from avdet.words.slip import Slip
from avdet.workflows.policy.ask_policy import ask, file_of, slip_of, stage
from avdet.workflows.policy.options_now import Option, options_now
from tests.factories import NOW, make_customer, make_order, make_product, make_store

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEHRAN = ZoneInfo("Asia/Tehran")
TEST = ["seven_day_test", "serial_number"]


def told(slug: str, state: str, *, at: datetime = NOW, traits: tuple[str, ...] = (), **fields: Any) -> dict[str, Option]:
    store = make_store(slug)
    made = make_order(store, products=[make_product(store, "A", traits=list(traits))], state=state, **fields)
    order = order_by_number(store, made.number)
    assert order is not None
    found = options_now(order, at, "en")
    assert found is not None
    return {option.kind: option for option in found.options}


def days(option: Option) -> tuple[str | None, str | None]:
    """(until, closed at), as dates in Tehran"""
    until, closed = ((at.astimezone(TEHRAN).date().isoformat() if at else None) for at in (option.until, option.closed_at))
    return until, closed


SENT = {"placed_at": NOW - 3 * DAY, "paid_at": NOW - 3 * DAY, "handed_over_at": NOW - 2 * DAY}
ARRIVED = {**SENT, "delivered_at": NOW - DAY}
LONG_AGO = {"placed_at": NOW - 60 * DAY, "handed_over_at": NOW - 59 * DAY, "delivered_at": NOW - 58 * DAY}


def test_a_cancelled_order_offers_nothing():
    assert told("fetrashop", "cancelled") == {}


def test_without_terms_nothing_is_said():
    store = make_store("elsewhere", country="TR", currency="TRY", time_zone="Europe/Istanbul", languages=["tr"])
    assert options_now(make_order(store), NOW) is None


def test_nobody_reports_a_fault_of_what_has_not_arrived():
    assert set(told("fetrashop", "confirmed")) == {"cancel", "change_address"}
    assert set(told("persianpetshop", "shipped", **SENT)) == {"cancel", "change_address", "withdrawal", "not_received"}


def test_what_has_arrived_is_not_cancelled_and_not_missing():
    assert not {"cancel", "change_address", "not_received", "installation_fault"} & set(told("fetrashop", "delivered", **ARRIVED))
    assert "installation_fault" in told("ofiskutum", "delivered", traits=("authorised_installation",), **ARRIVED)


@pytest.mark.parametrize(
    ("slug", "kind", "traits", "outcome", "until", "clause"),
    [
        ("fetrashop", "withdrawal", TEST, "ask", "2026-11-28", "FET-WDR-1"),
        ("fetrashop", "defect", TEST, "ask", "2026-11-28", "FET-TEST-1"),
        ("fetrashop", "defect", (), "review", None, ""),
        ("fetrashop", "withdrawal", ["made_to_order"], "deny", None, "FET-WDR-3"),
        ("fetrashop", "transit_damage", TEST, "deny", None, "FET-DMG-1"),
        ("persianpetshop", "withdrawal", (), "ask", "2026-11-28", "PPS-WDR-4"),
        ("persianpetshop", "withdrawal", ["hygiene"], "deny", None, "PPS-WDR-5"),
        ("persianpetshop", "transit_damage", (), "ask", "2026-11-22", "PPS-TRN-1"),
        ("offykala", "defect", TEST, "ask", "2026-11-28", "OFK-TEST-2"),
        ("offykala", "withdrawal", ["large"], "deny", None, "OFK-WDR-3"),
        ("ofiskutum", "wrong_item", (), "approve", None, "OFI-10.2"),
    ],
)
def test_a_day_after_delivery(slug, kind, traits, outcome, until, clause):
    option = told(slug, "delivered", traits=tuple(traits), **ARRIVED)[kind]
    assert (option.outcome, days(option)[0]) == (outcome, until)
    assert clause in {why.clause for why in option.why}
    assert all(why.text for why in option.why)
    assert option.is_open == (outcome != "deny")


@pytest.mark.parametrize(
    ("slug", "kind", "closed", "clause"),
    [
        ("fetrashop", "withdrawal", "2026-10-03", "FET-WDR-2"),
        ("fetrashop", "mismatch", "2026-10-06", "FET-MIS-1"),
        ("persianpetshop", "withdrawal", "2026-10-02", "PPS-GEN-3"),
        ("offykala", "defect", "2026-10-02", "OFK-TEST-1"),
    ],
)
def test_what_is_closed_says_since_when_and_why(slug, kind, closed, clause):
    option = told(slug, "delivered", traits=("seven_day_test", "serial_number"), **LONG_AGO)[kind]
    assert not option.is_open
    assert days(option) == (closed, closed)
    assert clause in option.until_clauses


def test_over_new_years_holidays_only_working_days_are_counted_and_shown():
    handed = datetime(2026, 3, 18, 10, 0, tzinfo=TEHRAN)
    option = told(
        "fetrashop", "shipped", at=handed + 2 * DAY, placed_at=handed - DAY, paid_at=handed - DAY, handed_over_at=handed,
    )["withdrawal"]  # fmt: skip
    assert option.strip is not None
    assert sum(cell.count > 0 for cell in option.strip.cells) == 7
    assert len(option.strip.cells) > 9
    assert option.until is not None
    assert option.strip.closings


def test_before_shipping_food_may_be_cancelled_by_its_own_clause():
    assert {why.clause for why in told("persianpetshop", "confirmed", traits=("food",))["cancel"].why} == {"PPS-FOOD-2"}


def test_before_shipping_anything_else_may_be_cancelled():
    assert {why.clause for why in told("persianpetshop", "confirmed")["cancel"].why} == {"PPS-WDR-3"}


def test_an_invoice_closes_the_change_of_address():
    assert told("ofiskutum", "confirmed", paid_at=NOW - DAY)["change_address"].is_open
    option = told_invoiced()
    assert (option.is_open, {why.clause for why in option.why}) == (False, {"OFI-9.2"})


def told_invoiced() -> Option:
    store = Store.objects.get(slug="ofiskutum")
    order = order_by_number(store, make_order(store, state="confirmed", paid_at=NOW - 2 * DAY, invoiced_at=NOW - DAY).number)
    assert order is not None
    found = options_now(order, NOW)
    assert found is not None
    return next(option for option in found.options if option.kind == "change_address")


# ---- lines and their parcels -----------------------------------------------------------------------------------------


def in_parcels() -> Order:
    """An order of two lines: the first was delivered yesterday, the second is on its way."""
    store = make_store("fetrashop")
    customer = make_customer(store, birth_year=2015)
    made = make_order(store, customer, products=[make_product(store, "A"), make_product(store, "A2")], state="shipped", placed_at=NOW - 5 * DAY,
                      handed_over_at=NOW - 4 * DAY)  # fmt: skip
    first, second = lines_of(made)
    for number, (line, state, delivered) in enumerate([(first, "delivered", NOW - DAY), (second, "attempted", None)], 1):
        parcel = Delivery.objects.create(
            order=made, number=number, state=state, handed_over_at=NOW - (6 - 2 * number) * DAY, delivered_at=delivered, created_at=NOW
        )
        DeliveryLine.objects.create(delivery=parcel, order_line=line, quantity=1)
    DeliveryEvent.objects.create(delivery=parcel, kind="attempted", at=NOW - DAY, recorded_at=NOW, source="carrier", reference="1")
    order = order_by_number(store, made.number)
    assert order is not None
    return order


def test_each_line_is_asked_about_by_its_own_parcel():
    order = in_parcels()
    file = file_of(order, NOW)
    assert file is not None
    first, second = lines_of(order)
    assert (stage(file, first), stage(file, second)) == ("delivered", "on_the_way")
    found = options_now(order, NOW)
    assert found is not None
    kinds = {(option.kind, option.lines) for option in found.options}
    assert ("mismatch", (first.pk,)) in kinds
    assert ("not_received", (second.pk,)) in kinds
    assert ("failed_delivery", ()) in kinds
    assert ("mismatch", (second.pk,)) not in kinds
    until = {option.lines: option.until for option in found.options if option.kind == "withdrawal"}
    assert until[(first.pk,)] != until[(second.pk,)]


def test_lines_that_fare_alike_stand_together():
    store = make_store("fetrashop")
    made = make_order(store, products=[make_product(store), make_product(store)], state="delivered", **ARRIVED)
    order = order_by_number(store, made.number)
    assert order is not None
    found = options_now(order, NOW)
    assert found is not None
    assert [len(option.lines) for option in found.options] == [2] * len(found.options)


def test_lines_of_one_product_are_told_apart():
    store = make_store("fetrashop")
    product = make_product(store)
    made = make_order(store, products=[product, product], state="delivered", **ARRIVED)
    order = order_by_number(store, made.number)
    assert order is not None
    file = file_of(order, NOW)
    assert file is not None
    assert ask(file, "claim", line=file.lines[1], reason="mismatch").outcome == "ask"


def test_clocks_that_disagree_do_not_stop_the_answer():
    options = told("fetrashop", "delivered", placed_at=NOW - DAY, paid_at=NOW - 2 * DAY, handed_over_at=NOW - 3 * DAY, delivered_at=NOW + DAY)
    assert options["withdrawal"].outcome == "ask"


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_the_slip_is_drawn_from_the_same_answer(language):
    order = in_parcels()
    file = file_of(order, NOW)
    assert file is not None
    answer = ask(file, "claim", line=file.lines[0], reason="withdrawal", language=language)
    slip = slip_of(file, answer, point="claim", reason="withdrawal", language=language)
    assert isinstance(slip, Slip)
    assert slip.result == "ask"
    assert slip.foot


@pytest.mark.parametrize("lines", [1, 12])
def test_statements_do_not_grow_with_the_order(lines, django_assert_max_num_queries):
    store = make_store("fetrashop")
    number = make_order(store, products=[make_product(store) for _ in range(lines)], state="delivered", **ARRIVED).number
    with django_assert_max_num_queries(4):
        order = order_by_number(store, number)
        assert order is not None
        assert options_now(order, NOW)
