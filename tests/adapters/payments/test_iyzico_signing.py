"""Signatures, against literals: Iyzico's documented header, and sums worked out with another tool (openssl dgst -hmac)."""

from avdet.adapters.payments.iyzico.signing import answer_signature, authorization, header, webhook_signature

DOCUMENTED = (
    "IYZWSv2 YXBpS2V5OnNhbmRib3gtbDlNZDFHajNJWWNtdTROZGFXeGFTVW9Db1g3REM1UkEmcmFuZG9tS2V5OjEyMzQ1Njc4OSZzaWduYXR1cmU6MDc5ZGY0"
    "YjI0MjZmYzdmNDIwOGQ4ZjIyZmJjMDM0OTc5NDAxOWY4Y2UyYjA3MTFkZTc4MDhiNDg3NGY0ZTc5Ng=="
)


def test_the_header_is_spelt_as_in_iyzicos_documentation():
    signature = "079df4b2426fc7f4208d8f22fbc0349794019f8ce2b0711de7808b4874f4e796"
    assert header("sandbox-l9Md1Gj3IYcmu4NdaWxaSUoCoX7DC5RA", "123456789", signature) == DOCUMENTED


def test_a_request_is_signed_over_random_key_path_and_body():
    said = authorization("key", "secret", random_key="123", path="/payment/refund", body=b'{"price":"1.50"}')
    assert said == header("key", "123", REQUEST)


def test_an_answer_is_signed_over_its_values_without_ending_zeros():
    assert answer_signature("secret", ["22416032", 10.50, "TRY", "conversation-1"]) == ANSWER
    assert answer_signature("secret", ["22416032", 10.5, "TRY", "conversation-1"]) == ANSWER


def test_a_direct_webhook_is_signed_over_its_payment():
    said = {"iyziEventType": "API_AUTH", "paymentId": 22416032, "paymentConversationId": "c-1", "status": "SUCCESS"}
    assert webhook_signature("secret", said) == DIRECT


def test_a_hosted_pages_webhook_is_signed_over_its_token_too():
    said = {"iyziEventType": "CHECKOUT_FORM_AUTH", "iyziPaymentId": 22416032, "token": "t-1", "paymentConversationId": "c-1"}
    assert webhook_signature("secret", {**said, "status": "SUCCESS"}) == HOSTED


REQUEST = "70fac6a789eeaefaaf0d687a50d057c22c17d35376f6b5c8337c234750f17887"
ANSWER = "6668e4c44e0ad7ac42a8d456ac7f50d35a16e307baeb41d6a71185ea6642896a"
DIRECT = "ad13b6f1dbe72ab48439435607d7d044515cdb1aaf9c6ffe2f3c368932d21859"
HOSTED = "e2f34803aba978120c62e92e79fb8b65a14b713391d2d1e91795644183be20a3"
