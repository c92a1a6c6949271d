"""schema.org's `MerchantReturnPolicy` for search engines, read off the engine's answers to probe claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from avdet.analysis.publish.examples_of import first_working_day
from avdet.analysis.publish.probe_claims import Given, Probe, ask_probe, timeline
from avdet.contract.shape import Deadline
from avdet.core.calendar import Calendar
from avdet.core.errors import CalendarError
from avdet.core.facts import COUNTRIES
from avdet.core.policy import Edition, Policy
from avdet.policies import calendar_of

_URL: Final = "https://schema.org/"
_LONG_AFTER: Final = 1_500
"""Days after delivery: a claim that is still granted then has no window."""

_FEES: Final = {"customer": "ReturnFeesCustomerResponsibility", "store": "FreeReturn"}
_REFUND_TYPES: Final = {"refund": "FullRefund", "replacement": "ExchangeRefund", "other_product": "ExchangeRefund"}


def merchant_return_policy(policy: Policy, edition: Edition) -> dict[str, Any]:
    """JSON-LD of what an ordinary customer who changes their mind, or finds a fault, is granted.

    `merchantReturnDays` are whole days that hold in every case: for a period of working days, the fewest calendar days
    that it can come to. Where the policy leaves the answer to a person, the category is unspecified.
    """
    probes = _Probes(policy, edition)
    found: dict[str, Any] = {"@context": "https://schema.org", "@type": "MerchantReturnPolicy"}
    found["name"] = policy.names.get("en") or policy.store
    countries = probes.countries()
    found["applicableCountry"] = countries[0] if len(countries) == 1 else countries
    if policy.calendar.country != "none":
        found["returnPolicyCountry"] = policy.calendar.country
    found |= probes.window()
    found |= {key: _URL + _FEES[payer] for key, payer in probes.fees()}
    found |= probes.manner()
    return {key: value for key, value in found.items() if value not in ("", [])}


class _Probes:
    """The answers that the properties are read off, each asked once."""

    def __init__(self, policy: Policy, edition: Edition) -> None:
        self.policy, self.edition = policy, edition
        self.calendar = calendar_of(policy)
        self.start = first_working_day(edition, self.calendar)

    def claim(self, given: Given, *, days: int = 0) -> Probe | None:
        """A claim made `days` after delivery, and inspected if it then still needs that."""
        dates = timeline(self.calendar, "delivered", self.start)
        for event in ("reported", "goods_received", "found"):
            dates[event] += timedelta(days=days)
        return ask_probe(self.edition, "claim", given, dates, self.policy.languages[0])

    @cached_property
    def withdrawal(self) -> Probe | None:
        return self._granted({"reason": "withdrawal"})

    @cached_property
    def defect(self) -> Probe | None:
        return self._granted({"reason": "defect"})

    def _granted(self, given: Given) -> Probe | None:
        return next((probe for probe in self._tries(given) if probe.answer.outcome == "approve"), None)

    def _tries(self, given: Given) -> Iterator[Probe]:
        for sold_with_test in (False, True) if given["reason"] == "defect" else (False,):
            probe = self.claim({**given, "seven_day_test": sold_with_test})
            if probe is not None:
                yield probe

    def window(self) -> dict[str, Any]:
        """Category and days of the right to change one's mind."""
        asked = self.claim({"reason": "withdrawal"})
        if self.withdrawal is None or asked is None:
            denied = asked is not None and asked.answer.outcome == "deny"
            return {"returnPolicyCategory": _URL + ("MerchantReturnNotPermitted" if denied else "MerchantReturnUnspecified")}
        due = self.withdrawal.answer.deadlines.get("report_by") or self.withdrawal.answer.deadlines.get("send_by")
        late = self.claim({"reason": "withdrawal"}, days=_LONG_AFTER)
        if due is None:
            open_ended = late is not None and late.answer.outcome == "approve"
            kind = "MerchantReturnUnlimitedWindow" if open_ended else "MerchantReturnUnspecified"
            return {"returnPolicyCategory": _URL + kind}
        return {"returnPolicyCategory": _URL + "MerchantReturnFiniteReturnWindow",
                "merchantReturnDays": fewest_days(self.calendar, due, self.start)}  # fmt: skip

    def fees(self) -> Iterator[tuple[str, str]]:
        for key, probe in (("customerRemorseReturnFees", self.withdrawal), ("itemDefectReturnFees", self.defect)):
            for each in self._with_inspection(probe):
                if isinstance(each.answer.return_shipping, str):
                    yield key, each.answer.return_shipping
                    break

    def _with_inspection(self, probe: Probe | None) -> Iterator[Probe]:
        """A granted claim, and what follows once the goods have been examined and found as the customer said."""
        if probe is None:
            return
        yield probe
        dates = timeline(self.calendar, "delivered", self.start)
        examined = ask_probe(self.edition, "inspection", {"reason": probe.reason}, dates, self.policy.languages[0])
        if examined is not None and examined.answer.outcome == "approve":
            yield examined

    def manner(self) -> dict[str, Any]:
        """How the goods come back, what for, and in which condition."""
        granted = [probe for probe in (self.withdrawal, self.defect) if probe is not None]
        if not granted:
            return {}
        answers = [each.answer for probe in granted for each in self._with_inspection(probe)]
        refunds = [_REFUND_TYPES[remedy] for answer in answers for remedy in answer.remedies if remedy in _REFUND_TYPES]
        methods = ["ReturnByMail"]
        near = self.claim({"reason": granted[0].reason, "place": "tehran"})
        if near is not None and "bring_in_person" in near.answer.requires:
            methods.append("ReturnInStore")
        found: dict[str, Any] = {"returnMethod": _urls(methods), "refundType": _urls(list(dict.fromkeys(refunds)))}
        opened = self.claim({"reason": "withdrawal", "sealed": False})
        if self.withdrawal is not None and opened is not None and opened.answer.outcome == "deny":
            found["itemCondition"] = _URL + "NewCondition"
        return found

    def countries(self) -> list[str]:
        """Where an order may go, if the policy speaks of it; else the store's own country."""
        own = [self.policy.calendar.country] if self.policy.calendar.country != "none" else []
        if "checkout" not in self.edition.points():
            return own
        dates = timeline(self.calendar, "placed", self.start)
        named = [country for country in COUNTRIES if len(country) == 2]
        probes = {country: ask_probe(self.edition, "checkout", {"country": country}, dates, "en") for country in named}
        open_to = [country for country, probe in probes.items() if probe is not None and probe.answer.outcome == "approve"]
        return open_to if open_to and len(open_to) < len(named) else own


def fewest_days(calendar: Calendar, due: Deadline, start: date) -> int:
    """The fewest whole days after its event that a period can end in, over a year of starts."""
    if due.unit == "hours":
        return due.count // 24
    found = []
    for ahead in range(366):
        day = start + timedelta(days=ahead)
        try:
            found.append((calendar.last_day(day, due.unit, due.count) - day).days)
        except CalendarError:
            break
    return min(found)


def _urls(names: list[str]) -> str | list[str]:
    urls = [_URL + name for name in names]
    return urls[0] if len(urls) == 1 else urls
