"""schema.org's return policy: read off the engine's answers, so that a changed rule changes it."""

import json

import pytest

from avdet.analysis.publish import terms_html
from avdet.analysis.publish.schema_org import merchant_return_policy
from avdet.policies import load
from avdet.policies.shelf import STORES
from tests.analysis.bookshop import bookshop
from tests.analysis.pages import Page

URL = "https://schema.org/"
KNOWN = {"@context", "@type", "name", "applicableCountry", "returnPolicyCountry", "returnPolicyCategory", "merchantReturnDays",
         "customerRemorseReturnFees", "itemDefectReturnFees", "returnMethod", "refundType", "itemCondition"}  # fmt: skip


def found(*changes: tuple[str, str]) -> dict[str, object]:
    policy = bookshop(*changes)
    return merchant_return_policy(policy, policy.newest)


def test_the_bookshop_as_a_whole() -> None:
    assert found() == {
        "@context": "https://schema.org",
        "@type": "MerchantReturnPolicy",
        "name": "The Bookshop",
        "applicableCountry": "TR",
        "returnPolicyCountry": "TR",
        "returnPolicyCategory": URL + "MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": 10,
        "customerRemorseReturnFees": URL + "ReturnFeesCustomerResponsibility",
        "itemDefectReturnFees": URL + "FreeReturn",
        "returnMethod": URL + "ReturnByMail",
        "refundType": [URL + "FullRefund", URL + "ExchangeRefund"],
    }


GRANT = "then: {outcome: approve, remedies: [refund], return_shipping: customer}\n    otherwise: {outcome: deny}\n  - id: BKS-WDR-3"
WITHIN = "within: {days: withdrawal_days, after: delivered, sets: report_by}\n    "


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        ("withdrawal_days: 10", "withdrawal_days: 14", "merchantReturnDays", 14),
        ("{days: withdrawal_days, after", "{working_days: withdrawal_days, after", "merchantReturnDays", 12),
        ("{days: withdrawal_days, after", "{hours: 48, after", "merchantReturnDays", 2),
        ("{days: withdrawal_days, after", "{months: 1, after", "merchantReturnDays", 28),
        (WITHIN + GRANT, GRANT.replace("    otherwise: {outcome: deny}\n", ""), "returnPolicyCategory",
         URL + "MerchantReturnUnlimitedWindow"),
        (WITHIN + GRANT, "then: {outcome: deny}\n  - id: BKS-WDR-3", "returnPolicyCategory", URL + "MerchantReturnNotPermitted"),
        (WITHIN + GRANT, "then: {outcome: review}\n  - id: BKS-WDR-3", "returnPolicyCategory", URL + "MerchantReturnUnspecified"),
        (GRANT, GRANT.replace("return_shipping: customer", "return_shipping: store"), "customerRemorseReturnFees",
         URL + "FreeReturn"),
        ("reason == withdrawal and sealed_media", "reason == withdrawal and not sealed", "itemCondition", URL + "NewCondition"),
    ],
)  # fmt: skip
def test_a_changed_rule_changes_what_search_engines_are_told(old: str, new: str, key: str, value: object) -> None:
    assert found((old, new))[key] == value


def test_countries_are_asked_of_the_checkout() -> None:
    only_two = ("  - id: BKS-HLP-1", """  - id: BKS-ORD-2
    at: checkout
    text: {tr: Bir, fa: یک, en: One}
    cases:
      - {when: "country in (TR, DE)", then: {outcome: approve}}
      - {then: {outcome: deny}}
  - id: BKS-HLP-1""")  # fmt: skip
    assert found(only_two)["applicableCountry"] == ["TR", "DE"]


@pytest.mark.parametrize("store", STORES)
def test_every_store_s_page_carries_it(store: str) -> None:
    policy = load(store)
    told = merchant_return_policy(policy, policy.newest)
    assert set(told) <= KNOWN
    assert json.loads(Page(terms_html(policy, policy.newest, "tr")).json) == told


def test_what_the_shipped_stores_tell() -> None:
    told = {store: merchant_return_policy(load(store), load(store).newest) for store in STORES}
    assert told["persianpetshop"]["merchantReturnDays"] == 7
    assert told["fetrashop"]["merchantReturnDays"] == 8, "7 working days are never fewer than 8 days where Friday is free"
    assert told["fetrashop"]["customerRemorseReturnFees"] == URL + "ReturnFeesCustomerResponsibility"
    assert told["offykala"]["returnPolicyCategory"] == URL + "MerchantReturnUnspecified", "a person decides"
    assert "merchantReturnDays" not in told["hepsiburada"]
