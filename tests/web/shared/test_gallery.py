"""Every component in a real browser: three languages, three widths, light and dark."""

from pathlib import Path
from typing import Any

import pytest

from avdet.core.vocabulary import LANGUAGES
from tests.browser import DESK, PHONE, TABLET, OpenPage, assert_sound, findings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (TABLET, "light"), (DESK, "dark"), (DESK, "light")])
@pytest.mark.parametrize("layout", ["", "?desk"])
def test_it_is_sound(open_page: OpenPage, language: str, width: int, scheme: str, layout: str) -> None:
    page = open_page(f"/gallery/{layout}", language=language, width=width, scheme=scheme)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "fa" else "ltr")
    assert_sound(page)
