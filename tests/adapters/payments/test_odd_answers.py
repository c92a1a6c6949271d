"""Whatever a gateway answers, a client gives a value: it never raises, and never takes nonsense for success."""

import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avdet.adapters.payments.iyzico import Iyzico
from avdet.adapters.payments.zarinpal import Zarinpal
from avdet.ports.payments import Done, NotFound, PaymentStatus, Pending, Refused, Unknown

NAMES = ["status", "payments", "paymentId", "itemTransactions", "refunds", "cancels", "systemTime", "data", "errors", "code", "Session",
         "resource", "id", "refund", "timeline", "amount", "reference_id", "authority", "errorCode", "paidPrice", "signature"]  # fmt: skip
LEAVES = st.one_of(st.sampled_from(["success", "7", 7, 100, "REVERSED", 10**30, -1, "NaN", "x"]), st.none(), st.booleans())
ANSWERS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4), max_leaves=12
)
CALLS = {
    "look_up": lambda gateway: gateway.look_up("7"),
    "attempt": lambda gateway: gateway.attempt("7", key="k"),
    "reverse": lambda gateway: gateway.reverse("7", key="k"),
    "refund": lambda gateway: gateway.refund("7", 50_000, "IRR", key="k"),
}


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=120, deadline=None)
@given(answer=ANSWERS, status=st.sampled_from([200, 400, 401, 404, 500, 503]))
def test_an_odd_answer_is_a_value(call, answer, status):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=json.dumps(answer).encode()))
    with httpx.Client(transport=transport) as http:
        for gateway in (Iyzico("k", "s", http), Zarinpal("m", http, "token", "1")):
            said = CALLS[call](gateway)
            assert isinstance(said, Done | NotFound | PaymentStatus | Pending | Refused | Unknown)
            assert not (status >= 500 and isinstance(said, Done))


def test_what_is_no_json_is_unknown_and_strange_keys_are_refused():
    for status, kind in ((200, Unknown), (401, Refused), (502, Unknown)):
        transport = httpx.MockTransport(lambda _, status=status: httpx.Response(status, text="<html>"))
        with httpx.Client(transport=transport) as http:
            assert isinstance(Iyzico("k", "s", http).reverse("7", key="k"), kind)
