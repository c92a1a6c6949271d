"""What the ports' messages work out by themselves."""

from avdet.ports.notices import Notice
from avdet.ports.payments import PaymentStatus
from avdet.ports.shops import ShopError


def test_never_less_than_nothing_is_left_to_pay_back():
    assert PaymentStatus("1", "refunded", 100, 130, "TRY", None).left_minor == 0
    assert PaymentStatus("1", "partly_refunded", 100, 30, "TRY", None).left_minor == 70


def test_only_persian_runs_from_right_to_left():
    assert [Notice("sms", "+1", "x", language, "k").direction for language in ("fa", "tr", "en")] == ["rtl", "ltr", "ltr"]


def test_a_shops_error_says_whether_for_good():
    assert str(ShopError("no", permanent=True, where="GET /", cure="mend it")) == "GET /: no → mend it"
