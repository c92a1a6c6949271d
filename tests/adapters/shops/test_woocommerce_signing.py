"""WooCommerce's credentials, against literals."""

from avdet.adapters.shops.woocommerce.signing import basic, signature, signed_url, webhook_signature

# The request of RFC 5849, 1.2; its base string is printed there in 3.4.1.1, and was signed with openssl for HMAC-SHA256.
RFC = {
    "file": "vacation.jpg",
    "size": "original",
    "oauth_consumer_key": "dpf43f3p2l4k3l03",
    "oauth_token": "nnch734d00sl2jdk",
    "oauth_signature_method": "HMAC-SHA256",
    "oauth_timestamp": "137131202",
    "oauth_nonce": "chapoH",
}


def test_a_query_is_signed_by_rfc_5849():
    said = signature("GET", "http://PHOTOS.example.net:80/photos", RFC, secret="kd94hf93k423kf44", token_secret="pfkkdhi9sl3r4s00")
    assert said == PHOTOS


def test_awkward_characters_are_encoded_twice():
    query = {"search": "çay & 100% ~ bal", "a b": "c/d=e+f"}
    assert signature("get", "http://shop.example:8080/wp-json/wc/v3/orders", query, secret="cs") == AWKWARD


def test_the_signed_address_carries_every_parameter():
    url = signed_url("http://s.example/wp-json/wc/v3/orders", {"page": "2"}, key="ck", secret="cs", nonce="n", timestamp=7)
    assert url.startswith("http://s.example/wp-json/wc/v3/orders?page=2&oauth_consumer_key=ck&oauth_timestamp=7&oauth_nonce=n&")
    assert url.endswith("&oauth_signature=" + SIGNED)


def test_over_tls_the_keys_go_as_basic():
    assert basic("ck_1", "cs_2") == "Basic Y2tfMTpjc18y"


def test_a_webhook_is_signed_over_its_raw_body():
    assert webhook_signature(b'{"id":1}', "secret") == WEBHOOK


PHOTOS = "HtMwoX2zenlFjgGg/SNEoKEQmL7CzxYFEKzs7er044Y="
AWKWARD = "DrBYBWDvLcjNc6x/DgxAl8szSMTSoqlI1/uRm+l+rwE="
SIGNED = "O2e2qAptbEx%2BPQ8R0XPY2h9mw4CJSVLsRBrO%2B%2Fx%2BEKo%3D"
WEBHOOK = "A971iWIMgT8Zj9A9eWfikrFj7wQ16/Qwcc4OlRl2PLc="
