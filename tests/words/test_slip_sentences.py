"""What a slip says of itself: its sentence, and its foot."""

from __future__ import annotations

from datetime import date

import pytest

from avdet.core.vocabulary import LANGUAGES
from avdet.words.catalogue import outcome
from avdet.words.slip import foot


@pytest.mark.parametrize(("language", "version", "shown"), [("fa", "1", "۱"), ("en", "1", "1"), ("fa", "2026-a", "2026-a")])
def test_a_version_that_is_a_number_stands_in_the_readers_digits(language: str, version: str, shown: str) -> None:
    said = foot({"version": version, "calendar": f"ir {version}"}, "Store", date(2026, 3, 21), language)
    assert shown in said[1]
    assert shown in said[3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("result", ["approve", "deny", "evidence", "review", "ask"])
def test_what_nobody_has_asked_for_yet_is_not_called_decided(language: str, result: str) -> None:
    supposed = outcome(language, result, "supposed")
    assert supposed
    assert supposed != outcome(language, result, "claim")
