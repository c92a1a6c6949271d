"""Small policies for the tests of the core."""

from collections.abc import Mapping
from typing import Any

import msgspec

from avdet.core.policy import Policy
from avdet.policies.shelf import read_bytes

HEADER = """\
avdet: 1
store: shop
name: {en: Shop}
languages: [en]
currency: IRR
calendar: {country: IR, zone: Asia/Tehran, weekend: [friday]}
versions: [{version: "1", in_force_from: 2020-01-01}]
parameters: {test_days: 7}
clauses:
"""


def policy(clauses: str, header: str = HEADER) -> Policy:
    """A policy of these clauses; line 10 is the first of them."""
    return read_bytes((header + clauses).encode(), "shop.yaml")


def clause(name: str, **keys: Any) -> Mapping[str, Any]:
    return {"id": name, "text": {"en": name}, **keys}


def from_clauses(*clauses: Mapping[str, Any], **header: Any) -> Policy:
    document = {
        "avdet": 1, "store": "shop", "name": {"en": "Shop"}, "languages": ["en"], "currency": "IRR",
        "calendar": {"country": "IR", "zone": "Asia/Tehran", "weekend": ["friday"]},
        "versions": [{"version": "1", "in_force_from": "2020-01-01"}], "clauses": list(clauses), **header,
    }  # fmt: skip
    return read_bytes(msgspec.json.encode(document), "shop.yaml")
