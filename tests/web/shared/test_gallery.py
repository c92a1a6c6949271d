"""Every component in a real browser: three languages, three widths, light and dark."""

from pathlib import Path
from typing import Any

import pytest

from avdet.core.vocabulary import LANGUAGES
from tests.browser import DESK, PHONE, TABLET, OpenPage, assert_sound, findings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (TABLET, "dark"), (DESK, "light")])
@pytest.mark.parametrize("layout", ["", "?desk"])
def test_it_is_sound(open_page: OpenPage, language: str, width: int, scheme: str, layout: str) -> None:
    page = open_page(f"/gallery/{layout}", language=language, width=width, scheme=scheme)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "fa" else "ltr")
    assert_sound(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_narrowest_phone_and_no_script(open_page: OpenPage, language: str) -> None:
    page = open_page("/gallery/", language=language, width=320, script=False)
    assert page.locator("article.slip").count() == 2
    assert page.locator("[data-bulk]").first.is_visible(), "without a script the bar of bulk moves is always there"
    page.locator("#keyboard footer summary").click()
    assert page.locator("#keyboard .trace").is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_mark_opens_its_clause_in_the_reader_s_language_with_or_without_a_script(open_page: OpenPage, script: bool) -> None:
    page = open_page("/gallery/", language="fa", width=PHONE, script=script)
    panel = page.locator("#keyboard-FET-WDR-2")
    assert not panel.is_visible()
    page.locator("button[popovertarget='keyboard-FET-WDR-2']").first.click()
    assert panel.is_visible()
    assert "روز کاری" in panel.inner_text()
    if script:
        assert findings(page) == []
    panel.locator("button").click()
    assert not panel.is_visible()


def test_the_menu_of_a_desk_opens_on_a_phone_and_stands_open_on_a_desk(open_page: OpenPage) -> None:
    phone = open_page("/gallery/?desk", language="fa", width=PHONE)
    assert not phone.locator("#rooms").is_visible()
    phone.locator(".rooms-door").click()
    assert phone.locator("#rooms").is_visible()
    assert phone.evaluate("document.querySelector('#rooms').getBoundingClientRect().right") == PHONE, "it comes from where reading begins"
    phone.keyboard.press("Escape")
    assert not phone.locator("#rooms").is_visible()
    desk = open_page("/gallery/?desk")
    assert desk.locator("#rooms").is_visible()
    assert not desk.locator(".rooms-door").is_visible()


def test_text_and_charts_run_from_the_right_in_persian_and_codes_do_not(open_page: OpenPage) -> None:
    page = open_page("/gallery/", language="fa")
    assert page.evaluate("getComputedStyle(document.querySelector('.icon.points')).scale") == "-1 1"
    assert page.evaluate("getComputedStyle(document.querySelector('.length')).scale") == "-1 1"
    assert page.evaluate("getComputedStyle(document.querySelector('.code')).direction") == "ltr"
    first, last = (page.locator(f".stepper li:{each}-child .knot").bounding_box() for each in ("first", "last"))
    assert first
    assert last
    assert first["x"] > last["x"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_s_own_fonts_are_drawn(open_page: OpenPage, language: str) -> None:
    page = open_page("/gallery/", language=language)
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(each => each.status === 'loaded').map(each => each.family)")
    assert ("Vazirmatn" if language == "fa" else "Inter") in loaded


def test_nothing_moves_when_the_page_s_fonts_arrive(open_page: OpenPage) -> None:
    for language in LANGUAGES:
        page = open_page("about:blank", language=language, width=PHONE)
        page.add_init_script("""new PerformanceObserver(list => list.getEntries().forEach(each => {
          window.shifted = (window.shifted || 0) + each.value; })).observe({type: "layout-shift", buffered: true})""")
        page.goto("/gallery/")
        page.evaluate("document.fonts.ready")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifted || 0") < 0.02


def test_keys_move_along_a_table_and_find_the_search_box(open_page: OpenPage) -> None:
    page = open_page("/gallery/")
    focused = "document.activeElement.textContent.trim()"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == "F-1405-002"
    page.keyboard.press("k")
    assert page.evaluate(focused) == "F-1405-001"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("j/k")
    assert page.locator("input[type=search]").input_value() == "j/k", "a key that is typed is a letter"


def test_ticking_rows_brings_the_bar_of_bulk_moves(open_page: OpenPage) -> None:
    page = open_page("/gallery/", language="fa")
    bar = page.locator("[data-bulk]")
    assert not bar.is_visible()
    page.locator("tbody input[type=checkbox]").nth(0).check()
    page.locator("tbody input[type=checkbox]").nth(2).check()
    assert bar.locator("[data-ticked]").inner_text() == "۲"
    assert_sound(page)
    page.locator("tbody input[type=checkbox]").nth(0).uncheck()
    page.locator("tbody input[type=checkbox]").nth(2).uncheck()
    assert not bar.is_visible()


def test_an_iban_is_grouped_as_it_is_typed(open_page: OpenPage) -> None:
    page = open_page("/gallery/")
    box = page.locator("[data-iban]")
    box.fill("")
    box.press_sequentially("tr330006100519786457841326")
    assert box.input_value() == "TR33 0006 1005 1978 6457 8413 26"


def test_a_second_click_does_not_send_a_form_twice(open_page: OpenPage) -> None:
    page = open_page("/gallery/")
    sent = page.evaluate("""() => {
      let sent = 0;
      window.addEventListener("submit", event => { sent += !event.defaultPrevented; event.preventDefault(); });
      const button = document.querySelector("form.confirm button");
      button.click(); button.click(); button.click();
      return sent;
    }""")
    assert sent == 1


def test_the_language_is_a_plain_link_that_keeps_the_page(open_page: OpenPage) -> None:
    page = open_page("/gallery/?desk", script=False)
    page.locator(".doors summary").first.click()
    page.locator("a[hreflang=fa]").click()
    assert "desk" in page.url
    assert page.locator("html").get_attribute("lang") == "fa"
    page.goto("/gallery/")
    assert page.locator("html").get_attribute("lang") == "fa", "and it is remembered"


def test_light_and_dark_are_two_designs_and_paper_is_a_third(open_page: OpenPage, tmp_path: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light, dark = open_page("/gallery/"), open_page("/gallery/", scheme="dark")
    assert light.evaluate(background) != dark.evaluate(background)
    dark.emulate_media(media="print")
    assert dark.evaluate(background) == "rgb(255, 255, 255)"
    assert not dark.locator(".button").first.is_visible()
    assert dark.locator("#keyboard .outcome").is_visible()


def test_it_is_light_to_load(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url.rsplit("/", 1)[-1]: len(answer.body())}))
    page.goto("/gallery/")
    page.wait_for_load_state("networkidle")
    fonts = sum(size for name, size in sizes.items() if name.endswith(".woff2"))
    assert fonts < 130_000
    assert sum(sizes.values()) - fonts < 180_000, sizes


def test_a_fault_s_page_is_sound_too(open_page: OpenPage) -> None:
    for language in LANGUAGES:
        page: Any = open_page("/no/such/page/", language=language, width=PHONE)
        assert findings(page) == []
