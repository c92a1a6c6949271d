"""What is done at the desk: refusals first, then each move with what it leads to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.access.models import SavedView
from avdet.records.access.views import save_view
from avdet.records.orders.models import Order
from avdet.records.outbox.models import Notice
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.record_payment import record_payment
from tests.factories import make_staff
from tests.web.desk.conftest import BEFORE, Place

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/desk"
MACHINE = Actor.system("test")


def do(client: Client, order: Order, name: str, **fields: Any) -> Any:
    """One move, from the page as it stands now."""
    now = Order.objects.get(pk=order.pk)
    return client.post(f"{HERE}/orders/{order.number}/do/{name}/", {"revision": now.revision, **fields})


def state(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).state)


def paid(order: Order) -> Order:
    record_payment(order, amount_minor=order.total_minor, method="card_to_card", reference="T-1", paid_at=BEFORE, now=BEFORE, actor=MACHINE)
    return order


@pytest.mark.parametrize("name", ["approve", "prepare", "hand_over", "plan", "happened", "cancel", "close", "pay", "invoice"])
def test_an_expert_moves_no_order(name: str, place: Place, client: Client, store: Store) -> None:
    order = place()
    client.force_login(make_staff(store, "expert"))
    assert do(client, order, name).status_code == 404
    assert state(order) == "placed"


def test_who_looked_at_an_older_state_changes_nothing(place: Place, desk: Client) -> None:
    order = paid(place())
    answer = do(desk, order, "prepare", revision="0")
    assert answer.status_code == 409
    assert state(order) == "confirmed"


@pytest.mark.parametrize("name", ["prepare", "hand_over", "close", "approve", "plan"])
def test_an_order_that_is_not_paid_goes_nowhere(name: str, place: Place, desk: Client) -> None:
    order = place()
    assert do(desk, order, name, **{"line-0": "1"}).status_code == 422
    assert state(order) == "placed"


@pytest.mark.parametrize("fields", [
    {"amount": "", "reference": "R"}, {"amount": "-5", "reference": "R"}, {"amount": "x", "reference": "R"},
    {"amount": "45000000", "reference": ""}, {"amount": "45000000", "reference": "R", "at": "2999-01-01T10:00"},
    {"amount": "45000000", "reference": "R", "at": "soon"}, {"amount": "45000000", "reference": "R", "method": "online"},
])  # fmt: skip
def test_a_payment_that_cannot_be_is_not_recorded(fields: dict[str, str], place: Place, desk: Client) -> None:
    order = place()
    assert do(desk, order, "pay", **{"method": "card_to_card", **fields}).status_code == 422
    assert not order.payments.exists()


def test_a_payment_by_card_confirms_the_order_whatever_its_digits(place: Place, desk: Client) -> None:
    order = place()
    answer = do(desk, order, "pay", method="card_to_card", amount="۴۵٬۰۰۰٬۰۰۰", reference="R-1", payer="Ali")
    assert answer.status_code == 302
    assert state(order) == "confirmed"


def test_from_the_queue_to_the_door(place: Place, desk: Client) -> None:
    order = paid(place())
    assert do(desk, order, "prepare").status_code == 302
    assert do(desk, order, "hand_over", carrier="tipax", tracking_number="TP1").status_code == 302
    assert state(order) == "shipped"
    assert order.deliveries.get().tracking_number == "TP1"
    assert do(desk, order, "happened", what="1:delivered").status_code == 302
    assert do(desk, order, "close").status_code == 302
    assert state(order) == "closed"


def test_the_terms_are_overridden_only_with_a_reason(place: Place, desk: Client) -> None:
    order = paid(place())
    for fields in ({"what": "9:delivered"}, {"what": "x"}, {"what": "1:flown"}):
        assert do(desk, order, "happened", **fields).status_code == 422
    answer = do(desk, order, "cancel", reason="shop")
    assert answer.status_code == 302
    assert state(order) == "cancelled"
    assert Refund.objects.get().amount_minor == order.total_minor


def test_several_orders_at_once_each_get_a_result(place: Place, desk: Client, store: Store) -> None:
    ready, waiting = paid(place()), place()
    numbers = [ready.number, waiting.number]
    page = desk.post(f"{HERE}/bulk/", {"do": "prepare", "number": numbers})
    assert page.status_code == 200
    assert [(each.number, each.done) for each in page.context["results"]] == [(waiting.number, False), (ready.number, True)]
    before = Notice.objects.count()
    assert desk.post(f"{HERE}/bulk/", {"do": "tell", "number": [ready.number]}).context["count"] == 1
    assert Notice.objects.count() > before
    sheet = desk.post(f"{HERE}/bulk/", {"do": "packing", "number": [ready.number]}).content.decode()
    rows = [row for row in sheet.split("<tr>") if "tick" in row and "<td" in row]
    assert len(rows) == ready.lines.count(), "the breakdown that OFI-10.1 has an order checked against"
    assert all(line.sku in row and line.name in row for line, row in zip(ready.lines.order_by("pk"), rows, strict=True))
    assert desk.post(f"{HERE}/bulk/", {"do": "fly", "number": numbers}).status_code == 404


def test_a_name_that_would_be_a_formula_is_exported_as_text(place: Place, desk: Client) -> None:
    place("=HYPERLINK(1)")
    text = b"".join(desk.get(f"{HERE}/export/")).decode()
    assert "'=HYPERLINK(1)" in text
    assert "+989121234567" not in text


def test_a_view_is_ones_own_and_opens_the_list(place: Place, desk: Client, store: Store) -> None:
    other = make_staff(store, "desk")
    theirs = save_view(store, other, "orders", "Theirs", "state=placed")
    assert desk.post(f"{HERE}/views/drop/", {"view": theirs.pk}).status_code == 302
    assert SavedView.objects.filter(pk=theirs.pk).exists()
    desk.post(f"{HERE}/views/keep/", {"name": "", "query": "state=placed"})
    assert SavedView.objects.count() == 1
    desk.post(f"{HERE}/views/keep/", {"name": "Mine", "query": "state=placed&due=overdue", "opens_first": "on"})
    assert desk.get(f"{HERE}/orders/")["Location"].endswith("?state=placed&due=overdue")
    assert desk.post(f"{HERE}/views/drop/", {"view": SavedView.objects.get(name="Mine").pk}).status_code == 302
    assert desk.get(f"{HERE}/orders/").status_code == 200


@pytest.mark.parametrize("typed", ["علي رضا", "رضايي", "۰۹۱۲۱۲۳۴۵۶۷", "4567", "ALI@example.test"])
def test_an_order_is_found_however_it_is_typed(typed: str, place: Place, desk: Client) -> None:
    order = place()
    found = desk.get(f"{HERE}/orders/", {"q": typed}).context["rows"]
    assert [row[0].number for row in found] == [order.number]


def test_a_refund_is_paid_by_hand_under_the_banks_reference(place: Place, client: Client, store: Store) -> None:
    order = paid(place())
    refund = grant_refund(order, amount_minor=1_000, reason="cancellation", because=[], key="k", now=BEFORE, actor=MACHINE)[0]
    client.force_login(make_staff(store, "accountant"))

    def act(name: str, **fields: str) -> int:
        now = Refund.objects.get(pk=refund.pk)
        return client.post(f"{HERE}/refunds/{refund.pk}/do/{name}/", {"revision": now.revision, **fields}).status_code

    assert act("confirm", reference="B-1") == 409
    assert act("fly") == 404
    assert act("void", why="") == 422
    assert act("by_hand") == 302
    assert act("confirm", reference=" ") == 422
    assert act("confirm", reference="B-1") == 302
    assert Refund.objects.get(pk=refund.pk).state == "confirmed"


def test_a_message_is_sent_again_and_a_code_never(place: Place, desk: Client, store: Store) -> None:
    order = place()
    notice = Notice.objects.filter(order_number=order.number).first()
    assert notice is not None
    before = Notice.objects.count()
    assert desk.post(f"{HERE}/orders/{order.number}/notices/{notice.pk}/").status_code == 302
    assert Notice.objects.count() == before + 1
    Notice.objects.filter(pk=notice.pk).update(state="dead")
    assert desk.post(f"{HERE}/notices/again/", {"id": [notice.pk]}).status_code == 302
    assert Notice.objects.get(pk=notice.pk).state == "queued"
    Notice.objects.filter(pk=notice.pk).update(kind="guest_code")
    assert desk.post(f"{HERE}/orders/{order.number}/notices/{notice.pk}/").status_code == 422
