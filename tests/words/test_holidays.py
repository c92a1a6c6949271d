"""Every holiday that a shipped calendar names has a Turkish and a Persian name."""

import json
from pathlib import Path

import pytest

import avdet.policies
from avdet.words.holidays import NAMES, holiday

TABLES = Path(avdet.policies.__file__).parent / "calendars"


def names(country: str) -> list[str]:
    table = json.loads((TABLES / f"{country}.json").read_text(encoding="utf-8"))
    found = {*table["holidays"].values(), *table["half_days"].values()}
    assert len(found) > 10
    return sorted(found)


@pytest.mark.parametrize("country", ["ir", "tr"])
def test_no_english_word_is_left(country: str) -> None:
    for name in names(country):
        persian = holiday(name, "fa")
        assert not any("a" <= letter.lower() <= "z" for letter in persian), persian
        for part in name.split("; "):
            plain = part.replace(" (estimated)", "").replace(" (from 1pm)", "")
            assert plain in NAMES, f"{plain!r} has no name in Turkish and Persian"


def test_a_store_s_own_closing_day_keeps_its_name() -> None:
    assert holiday("Sayım günü", "tr") == "Sayım günü"
    assert holiday("weekend", "en") == "weekend"
