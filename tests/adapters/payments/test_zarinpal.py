"""The Zarinpal client against the simulator, over real HTTP."""

from dataclasses import replace

import httpx
import pytest

from avdet.adapters.payments.zarinpal import Zarinpal, read_callback
from avdet.core.errors import AvdetError
from avdet.ports.payments import Done, NotFound, Pending, Refused, Unknown
from avdet.simulators.payments.zarinpal import ACCESS_TOKEN, MERCHANT_ID, TERMINAL_ID


@pytest.fixture
def zarinpal(payment_simulator, http):
    graph = f"{payment_simulator.url}/api/v4/graphql/"
    return Zarinpal(MERCHANT_ID, http, ACCESS_TOKEN, TERMINAL_ID, base_url=payment_simulator.url, graph_url=graph)


@pytest.fixture
def payment(payment_simulator):
    return payment_simulator.tell("/_payments", {"gateway": "zarinpal", "amount_minor": 1_500_000})


def test_strangers_are_refused(zarinpal, payment):
    assert replace(zarinpal, merchant_id="x").reverse(payment["authority"], key="k").code == "-11"
    assert replace(zarinpal, access_token="x").refund(payment["reference"], 50_000, "IRR", key="k").what == "Unauthenticated."
    assert replace(zarinpal, access_token="").look_up(payment["reference"]).code == "no_session"
    assert zarinpal.look_up("99") == NotFound()
    assert isinstance(zarinpal.refund("99", 50_000, "IRR", key="k"), Refused)


@pytest.mark.parametrize(("amount", "currency"), [(19_999, "IRR"), (50_000, "TRY"), (1_500_001, "IRR")])
def test_what_zarinpal_does_not_refund_is_refused(zarinpal, payment, amount, currency):
    answer = zarinpal.refund(payment["reference"], amount, currency, key="k")
    assert isinstance(answer, Refused)
    assert answer.permanent


def test_half_an_hour_later_it_is_refunded_not_reversed(zarinpal, payment_simulator):
    said = {"gateway": "zarinpal", "amount_minor": 90_000, "created_at": "2026-01-02T10:00:00+03:30"}
    old = payment_simulator.tell("/_payments", said)
    assert zarinpal.reverse(old["reference"], key="k").code == "-63"
    assert isinstance(zarinpal.refund(old["reference"], 90_000, "IRR", key="k2"), Pending)


def test_a_refund_is_pending_until_the_banks_transfer(zarinpal, payment, payment_simulator):
    reference = payment["reference"]
    assert zarinpal.attempt(reference, key="r-1") == NotFound()
    pending = zarinpal.refund(reference, 500_000, "IRR", key="r-1")
    assert isinstance(pending, Pending)
    assert zarinpal.attempt(reference, key="r-1") == pending
    payment_simulator.tell("/_settle", {"reference": reference})
    done = zarinpal.attempt(reference, key="r-1")
    assert isinstance(done, Done)
    assert done.reference == pending.reference
    status = zarinpal.look_up(reference)
    assert (status.state, status.paid_minor, status.left_minor) == ("partly_refunded", 1_500_000, 1_000_000)


def test_a_second_refund_of_one_payment_is_refused(zarinpal, payment):
    zarinpal.refund(payment["reference"], 500_000, "IRR", key="r-1")
    assert zarinpal.refund(payment["reference"], 500_000, "IRR", key="r-2").what == "This session has already been refunded."


def test_a_lost_answer_is_found_again(zarinpal, payment, payment_simulator):
    payment_simulator.faults(timeout_after_success=1)
    assert isinstance(zarinpal.refund(payment["reference"], 500_000, "IRR", key="r-1"), Unknown)
    assert isinstance(zarinpal.attempt(payment["reference"], key="r-1"), Pending)


def test_a_lost_reversal_is_found_again_by_the_authority(zarinpal, payment, payment_simulator):
    payment_simulator.faults(timeout_after_success=1)
    assert isinstance(zarinpal.reverse(payment["authority"], key="v-1"), Unknown)
    assert isinstance(zarinpal.attempt(payment["authority"], key="v-1"), Done)
    assert isinstance(zarinpal.attempt(payment["reference"], key="v-1"), Done)
    assert zarinpal.look_up(payment["reference"]).state == "reversed"


def test_an_inquiry_that_fails_leaves_it_open(zarinpal, payment, payment_simulator):
    payment_simulator.faults(http_500=1)
    assert isinstance(zarinpal.attempt(payment["authority"], key="v-1"), Unknown)


def test_a_transfer_that_comes_back_is_no_refund(zarinpal, payment, payment_simulator):
    payment_simulator.faults(late_failure=1)
    assert isinstance(zarinpal.refund(payment["reference"], 500_000, "IRR", key="r-1"), Pending)
    assert zarinpal.attempt(payment["reference"], key="r-1") == Refused("failed", "the transfer came back", permanent=True)
    assert zarinpal.look_up(payment["reference"]).left_minor == 1_500_000


def test_a_payment_is_reversed_twice_with_one_effect(zarinpal, payment, payment_simulator):
    assert isinstance(zarinpal.reverse(payment["reference"], key="v-1"), Done)
    assert isinstance(zarinpal.reverse(payment["reference"], key="v-1"), Done)
    assert len(payment_simulator.ask("/_payments")[0]["movements"]) == 1


def test_the_payment_page_sends_the_payer_back(payment_simulator):
    said = {"merchant_id": MERCHANT_ID, "amount": 50_000, "callback_url": "http://shop.example/back?order=7"}
    authority = payment_simulator.tell("/pg/v4/payment/request.json", said)["data"]["authority"]
    assert "50000" in httpx.get(f"{payment_simulator.url}/pg/StartPay/{authority}").text
    back = httpx.get(f"{payment_simulator.url}/pg/StartPay/{authority}?pay=1").headers["Location"]
    assert back == f"http://shop.example/back?order=7&Authority={authority}&Status=OK"
    told = payment_simulator.tell(
        "/pg/v4/payment/verify.json", {"merchant_id": MERCHANT_ID, "amount": 50_000, "authority": authority}
    )
    assert told["data"]["code"] == 100
    news = read_callback(dict(httpx.URL(back).params))
    assert (news.reference, news.succeeded) == (authority, True)


@pytest.mark.parametrize("query", [{}, {"Authority": "A1"}, {"Authority": "A1", "Status": "PERHAPS"}, {"Status": "OK"}])
def test_a_callback_that_names_no_payment_is_refused(query):
    with pytest.raises(AvdetError):
        read_callback(query)
