"""The Iyzico client against the simulator, over real HTTP. Refusals and lost answers come first."""

import httpx
import pytest

from avdet.adapters.payments.iyzico import Iyzico, read_webhook
from avdet.adapters.payments.iyzico.books import status_of
from avdet.core.errors import AvdetError
from avdet.ports.payments import Done, NotFound, PaymentStatus, Refused, Unknown
from avdet.simulators.payments.iyzico import API_KEY, SECRET_KEY


@pytest.fixture
def iyzico(payment_simulator, http):
    return Iyzico(API_KEY, SECRET_KEY, http, base_url=payment_simulator.url)


@pytest.fixture
def payment(payment_simulator):
    said = {"gateway": "iyzico", "amount_minor": 10_000, "conversation": "order-7", "items": [7_000, 3_000]}
    return payment_simulator.tell("/_payments", said)["reference"]


def test_wrong_keys_are_refused_for_good(iyzico, payment, http, payment_simulator):
    stranger = Iyzico("nobody", SECRET_KEY, http, base_url=payment_simulator.url)
    forger = Iyzico(API_KEY, "guessed", http, base_url=payment_simulator.url)
    assert stranger.reverse(payment, key="k").code == "1001"
    assert forger.reverse(payment, key="k") == Refused("1000", "Geçersiz imza", permanent=True)


def test_a_gateway_that_cannot_be_reached_has_done_nothing(http):
    deaf = Iyzico(API_KEY, SECRET_KEY, http, base_url="http://127.0.0.1:1")
    assert deaf.reverse("1", key="k") == Refused("unreachable", "the gateway could not be reached", permanent=False)


def test_more_than_was_paid_is_refused(iyzico, payment):
    answer = iyzico.refund(payment, 10_001, "TRY", key="k")
    assert isinstance(answer, Refused)
    assert answer.permanent


def test_a_refusal_on_demand_carries_its_code(iyzico, payment, payment_simulator):
    payment_simulator.faults(refuse="10051")
    assert iyzico.refund(payment, 100, "TRY", key="k").code == "10051"
    assert isinstance(iyzico.refund(payment, 100, "TRY", key="k"), Done)


@pytest.mark.parametrize(("fault", "permanent"), [("rate_limit", False)])
def test_a_busy_gateway_may_be_asked_again(iyzico, payment, payment_simulator, fault, permanent):
    payment_simulator.faults(**{fault: 1})
    assert iyzico.reverse(payment, key="k") == Refused("busy", "the gateway asks to wait", permanent=permanent)


def test_an_error_of_the_server_leaves_everything_open(iyzico, payment, payment_simulator):
    payment_simulator.faults(http_500=1)
    assert isinstance(iyzico.refund(payment, 100, "TRY", key="k"), Unknown)
    assert iyzico.attempt(payment, key="k") == NotFound()


def test_an_answer_lost_after_success_is_found_again_by_its_key(iyzico, payment, payment_simulator):
    payment_simulator.faults(timeout_after_success=1)
    assert isinstance(iyzico.refund(payment, 2_500, "TRY", key="r-1"), Unknown)
    assert isinstance(iyzico.attempt(payment, key="r-1"), Done)
    assert isinstance(iyzico.attempt(payment, key="r-2"), NotFound)
    assert iyzico.look_up(payment).returned_minor == 2_500


def test_an_answer_that_comes_too_late_is_unknown(payment, payment_simulator):
    payment_simulator.faults(slow_ms=400)
    with httpx.Client(timeout=0.1) as hasty:
        answer = Iyzico(API_KEY, SECRET_KEY, hasty, base_url=payment_simulator.url).reverse(payment, key="r-1")
    assert answer == Unknown("the answer was lost: ReadTimeout")


def test_an_answer_with_a_wrong_signature_is_not_believed(iyzico, payment, payment_simulator):
    payment_simulator.faults(wrong_signature=1)
    assert iyzico.refund(payment, 100, "TRY", key="k") == Unknown("the answer's signature is wrong")
    assert isinstance(iyzico.attempt(payment, key="k"), Done)


def test_the_same_key_twice_moves_money_once(iyzico, payment):
    first, second = (iyzico.refund(payment, 2_500, "TRY", key="r-1") for _ in range(2))
    assert first.reference == second.reference
    assert iyzico.look_up(payment).returned_minor == 2_500


def test_a_refund_that_fails_later_shows_on_the_books(iyzico, payment, payment_simulator):
    payment_simulator.faults(late_failure=1)
    assert isinstance(iyzico.refund(payment, 2_500, "TRY", key="r-1"), Done)
    assert iyzico.attempt(payment, key="r-1") == Refused("failed", "the bank gave the money back to the merchant", permanent=True)
    assert iyzico.look_up(payment).left_minor == 10_000


def test_an_unknown_payment_is_not_found(iyzico):
    assert iyzico.look_up("1") == NotFound()
    assert isinstance(iyzico.reverse("1", key="k"), Refused)


def test_yesterdays_payment_cannot_be_cancelled(iyzico, payment_simulator):
    old = payment_simulator.tell("/_payments", {"amount_minor": 500, "created_at": "2026-01-02T10:00:00+03:00"})["reference"]
    assert isinstance(iyzico.reverse(old, key="k"), Refused)
    assert isinstance(iyzico.refund(old, 500, "TRY", key="k2"), Done)
    assert iyzico.look_up(old).state == "refunded"


def test_a_payment_is_looked_up(iyzico, payment):
    status = iyzico.look_up(payment)
    assert isinstance(status, PaymentStatus)
    assert (status.state, status.paid_minor, status.currency, status.movements) == ("paid", 10_000, "TRY", ())
    assert status.paid_at.utcoffset() is not None


def test_a_payment_is_reversed_whole(iyzico, payment):
    assert isinstance(iyzico.reverse(payment, key="v-1"), Done)
    status = iyzico.look_up(payment)
    assert (status.state, status.left_minor) == ("reversed", 0)
    assert [(each.kind, each.key, each.amount_minor) for each in status.movements] == [("reverse", "v-1", 10_000)]


def test_what_was_not_begun_here_is_told_apart_by_its_reference():
    rows = [{"hostReference": name, "refundPrice": "10.00", "refundStatus": 1} for name in ("A", "A", "B", "")]
    found = status_of({"paymentId": 7, "paymentStatus": 1, "itemTransactions": [{"refunds": rows}]})
    assert [(each.reference, each.amount_minor) for each in found.movements] == [("A", 2_000), ("B", 1_000), ("", 1_000)]


def test_a_refund_over_several_items_is_one_movement(iyzico, payment):
    iyzico.refund(payment, 8_000, "TRY", key="r-1")
    status = iyzico.look_up(payment)
    assert [(each.key, each.amount_minor) for each in status.movements] == [("r-1", 8_000)]
    assert status.state == "partly_refunded"


def test_one_item_is_refunded_by_its_own_number(iyzico, payment, payment_simulator):
    item = payment_simulator.ask("/_payments")[0]["items"][1]["id"]
    assert isinstance(iyzico.refund(f"{payment}:{item}", 3_000, "TRY", key="r-1"), Done)
    assert isinstance(iyzico.refund(f"{payment}:{item}", 1, "TRY", key="r-2"), Refused)
    assert isinstance(iyzico.attempt(f"{payment}:{item}", key="r-1"), Done)


def test_a_forged_webhook_is_refused(received, payment, payment_simulator):
    payment_simulator.faults(wrong_signature=1)
    payment_simulator.tell("/_callback", {"reference": payment, "url": received.url})
    headers, body = received.messages[0]
    with pytest.raises(AvdetError, match="signature is wrong"):
        read_webhook(headers, body, secret_key=SECRET_KEY)
    with pytest.raises(AvdetError, match="no JSON object"):
        read_webhook(headers, b"[]", secret_key=SECRET_KEY)


def test_a_webhook_sent_twice_is_one_delivery(received, payment, payment_simulator):
    payment_simulator.faults(duplicate_callback=1)
    payment_simulator.tell("/_callback", {"reference": payment, "url": received.url})
    first, second = (read_webhook(headers, body, secret_key=SECRET_KEY) for headers, body in received.messages)
    assert first == second
    assert (first.reference, first.event, first.succeeded) == (payment, "API_AUTH", True)


def test_a_late_failure_is_told_by_webhook(iyzico, received, payment, payment_simulator):
    payment_simulator.faults(late_failure=1)
    iyzico.refund(payment, 100, "TRY", key="r-1")
    payment_simulator.tell("/_settings", {"callback_url": received.url})
    payment_simulator.tell("/_callback", {})
    headers, body = received.messages[0]
    news = read_webhook(headers, body, secret_key=SECRET_KEY)
    assert (news.event, news.succeeded) == ("REFUND_RETRY_FAILURE", False)
