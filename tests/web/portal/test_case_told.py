"""What a customer reads first of a request: how it stands, by what was decided, where the goods are and who is waited for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from avdet.records.cases.models import Case
from avdet.web.portal.case_told import ICONS, TONES, standing
from avdet.words.phrases import catalogue
from avdet.workflows.cases.take_decision import turn_of
from avdet.workflows.goods.announce_parcel import to_send

GRANTED = {"outcome": "approve", "decision": {"remedies": ["replacement"]}}
DENIED = {"outcome": "deny", "decision": {"remedies": ["send_back"]}}
END = datetime(2026, 12, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "stands"),
    [
        ({"state": "approved", **GRANTED}, "send"),
        ({"state": "approved", "reason": "missing_parts", **GRANTED}, "verify"),
        ({"state": "approved", "reason": "installation_fault", "outcome": "approve"}, "followed"),
        ({"state": "approved", "reason": "installation_fault", **GRANTED}, "send"),
        ({"state": "approved", "goods": "on_the_way", **GRANTED}, "on_the_way"),
        ({"state": "approved", "goods": "inspected", **GRANTED}, "arrived"),
        ({"state": "approved", "goods": "inspected", "waits_for": "carrier", **GRANTED}, "carrier"),
        ({"state": "choosing", "goods": "inspected", "waits_for": "customer", **GRANTED}, "choosing"),
        ({"state": "choosing", "goods": "inspected", "waits_for": "store", **GRANTED}, "asked"),
        ({"state": "settling", "goods": "inspected", **GRANTED}, "settling"),
        ({"state": "settling", "goods": "inspected", "waits_for": "customer", **GRANTED}, "pay"),
        ({"state": "settling", "goods": "inspected", **DENIED}, "going_back"),
        ({"state": "settling", "goods": "in_custody", "waits_for": "customer", **DENIED}, "custody"),
        ({"state": "settling", "goods": "in_custody", "waits_for": "store", **DENIED}, "called"),
        ({"state": "settled", "goods": "given_back", **DENIED}, "over"),
        ({"state": "settled", "goods": "kept", **GRANTED}, "settled"),
    ],
)
def test_how_a_case_stands(case: dict[str, object], stands: str) -> None:
    assert standing(Case(**{"reason": "defect", "goods": "with_customer", **case})).key == stands


def test_the_last_day_is_shown_to_whoever_it_binds() -> None:
    kept = {"state": "settling", "goods": "in_custody", "due_at": END, **DENIED}
    assert standing(Case(waits_for="store", **kept)).due_at is None
    assert standing(Case(waits_for="customer", **kept)).due_at == END


def test_nothing_is_sent_before_somebody_has_said_what_for() -> None:
    found = Case(pk=1, quantity=1, state="approved", reason="installation_fault", goods="with_customer", outcome="approve")
    assert (turn_of(found), to_send([found], [])) == ("store", {})
    found.decision = {"remedies": ["replacement"]}
    assert (turn_of(found), to_send([found], [])) == ("customer", {1: 1})


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_each_way_to_stand_has_its_tone_icon_and_words(language: str) -> None:
    words = catalogue(language)
    assert TONES.keys() == ICONS.keys()
    assert not [f"{group}.{key}" for group in ("state", "now", "next") for key in TONES if f"portal.case.{group}.{key}" not in words]
