"""The published pages in a real browser: nothing sticks out on a phone or a desk, Persian runs from the right, and they print."""

from pathlib import Path
from typing import Any

import pytest

from avdet.analysis.publish import differences_html, terms_html
from avdet.core.vocabulary import LANGUAGES
from avdet.policies import load
from tests.analysis.bookshop import bookshop
from tests.stories.browser import measure, picture, printed

WIDTHS = {"phone": 360, "desk": 1280}
STORES = [("fetrashop", language) for language in LANGUAGES] + [("ofiskutum", "tr"), ("persianpetshop", "fa"), ("offykala", "fa")]
KEYS = [f"{store}-{language}-{window}" for store, language in [*STORES, *(("differences", each) for each in LANGUAGES)]
        for window in WIDTHS]  # fmt: skip


def page(store: str, language: str) -> str:
    if store == "differences":
        return differences_html(*bookshop().editions, language)
    policy = load(store)
    return terms_html(policy, policy.newest, language)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    parts = {key: key.split("-") for key in KEYS}
    pages = {key: (page(store, language), WIDTHS[window]) for key, (store, language, window) in parts.items()}
    return measure(pages, tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize("key", KEYS)
def test_nothing_sticks_out(key: str, measured: dict[str, Any]) -> None:
    _, language, window = key.split("-")
    found = measured[key]
    assert found["wide"] == []
    assert found["width"] <= WIDTHS[window]
    assert found["small"] == 0
    assert found["direction"] == ("rtl" if language == "fa" else "ltr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_contents_and_marks_stand_where_reading_begins(language: str, measured: dict[str, Any]) -> None:
    desk, phone = measured[f"fetrashop-{language}-desk"], measured[f"fetrashop-{language}-phone"]
    assert desk["beside"] is True
    assert phone["beside"] is False
    assert desk["navFirst"] is (language != "fa")
    assert desk["markLeft"] is (language != "fa")


def test_a_page_that_is_too_wide_is_caught(tmp_path: Path) -> None:
    broken = page("fetrashop", "en").replace("max-width: 68rem;", "min-width: 30rem;")
    found = measure({"broken": (broken, 360)}, tmp_path)["broken"]
    assert found["width"] > 360
    assert found["wide"] != []


def test_light_and_dark_are_both_drawn(tmp_path: Path) -> None:
    light = picture(page("fetrashop", "fa"), "light", tmp_path)
    dark = picture(page("fetrashop", "fa"), "dark", tmp_path, dark=True)
    assert light.read_bytes() != dark.read_bytes()
    assert min(light.stat().st_size, dark.stat().st_size) > 20_000


def test_it_prints(tmp_path: Path) -> None:
    pdf = printed(page("fetrashop", "fa"), "terms", tmp_path).read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= 3
