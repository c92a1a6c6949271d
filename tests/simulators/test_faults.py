"""Faults on demand, the list of calls, and what a simulator keeps."""

import json

import httpx
import pytest

from avdet.core.errors import AvdetError
from avdet.simulators.payments import Payments
from avdet.simulators.shops import Shops
from tests.simulators.stands import standing


@pytest.mark.parametrize("wanted", [{"earthquake": 1}, {"http_500": "often"}, ["http_500"], {"http_500": None}])
def test_a_fault_that_is_none_is_refused(payment_simulator, wanted):
    answer = httpx.post(f"{payment_simulator.url}/_faults", json=wanted)
    assert answer.status_code == 422
    assert payment_simulator.ask("/_faults") == {}


def test_faults_are_used_up_one_by_one_and_can_be_cleared(payment_simulator):
    payment_simulator.faults(http_500=2, refuse="-51")
    assert payment_simulator.ask("/_faults") == {"http_500": 2, "refuse": 1}
    answers = [httpx.post(f"{payment_simulator.url}/pg/v4/payment/verify.json", json={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert answers[2].json()["errors"]["code"] == -51
    payment_simulator.faults(http_500=5)
    httpx.delete(f"{payment_simulator.url}/_faults")
    assert payment_simulator.ask("/_faults") == {}


def test_only_calls_of_the_protocol_are_listed(payment_simulator):
    payment_simulator.tell("/_payments", {"amount_minor": 5})
    payment_simulator.tell("/payment/detail", {"paymentId": "1"})
    assert [(call["method"], call["target"]) for call in payment_simulator.ask("/_calls")] == [("POST", "/payment/detail")]
    httpx.delete(f"{payment_simulator.url}/_calls")
    assert payment_simulator.ask("/_calls") == []


@pytest.mark.parametrize("path", ["/nowhere", "/_nowhere", "/pg/v4/payment/else.json", "/pg/StartPay/A1"])
def test_what_is_not_there_is_not_found(payment_simulator, path):
    answer = httpx.get(f"{payment_simulator.url}{path}")
    assert answer.status_code == 404 or answer.json()["errors"]["code"] == -11


def test_a_callback_needs_a_payment_and_an_address(payment_simulator):
    for said in ({"reference": "1", "url": "http://127.0.0.1:1"}, {"reference": "1"}, {}):
        assert httpx.post(f"{payment_simulator.url}/_callback", json=said).status_code == 404
    reference = payment_simulator.tell("/_payments", {"amount_minor": 5})["reference"]
    [told] = payment_simulator.tell("/_callback", {"reference": reference, "url": "http://127.0.0.1:1/"})
    assert told == {"url": "http://127.0.0.1:1/", "status": 0, "error": "ConnectError"}


def test_books_outlive_the_process_where_they_have_a_file(tmp_path):
    state = tmp_path / "books.json"
    with standing(Payments(state=state)) as first:
        first.tell("/_payments", [{"amount_minor": 5, "reference": "77"}, {"amount_minor": 6}])
    with standing(Payments(state=state)) as second:
        assert [each["amount_minor"] for each in second.ask("/_payments")] == [5, 6]


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_books_that_are_none_are_refused(tmp_path, content):
    state = tmp_path / "books.json"
    state.write_text(content)
    with pytest.raises(AvdetError, match="no books"):
        Payments(state=state)


def test_generated_orders_are_the_same_at_every_start():
    first, second = (Shops(count=40).books["woocommerce"]["orders"] for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert {order["status"] for order in first} >= {"processing", "completed", "cancelled", "on-hold", "pending"}


def test_every_page_for_people_shows_what_is_there(payment_simulator, shop_simulator):
    payment_simulator.tell("/_payments", {"amount_minor": 12_345, "reference": "<b>7</b>"})
    page = httpx.get(f"{payment_simulator.url}/")
    assert "12345" in page.text
    assert "<b>7" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "1250" in httpx.get(f"{shop_simulator.url}/").text
