"""A real browser for the pages' tests: Debian's Chromium, driven by Playwright, in every language, width and colour scheme.

`open_page(path, language=…, width=…, scheme=…)` gives a page of the live server; `assert_sound(page)` holds it to what every page
owes its readers: no finding of axe, nothing that sticks out, nothing that the console complains of.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, TABLET, DESK = 360, 768, 1280
FAULTS: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
"""What a page's console complained of since it was opened."""


def loaded(click: Callable[..., None]) -> Callable[..., None]:
    """A click that is over when the page that it leads to has loaded: Playwright's own waits for the first bytes alone."""

    @wraps(click)
    def clicked(clicks: Page | Locator, *given: Any, **options: Any) -> None:
        click(clicks, *given, **options)
        (clicks if isinstance(clicks, Page) else clicks.page).wait_for_load_state()

    return clicked


for kind in (Page, Locator):
    kind.click = loaded(kind.click)


class OpenPage(Protocol):
    def __call__(self, path: str, *, language: str = "en", width: int = DESK, scheme: str = "light", script: bool = True) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Without one the test is skipped, in CI it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium here: run tools/debian-packages.sh")
    # Playwright's loop runs in this thread, where Django would otherwise refuse to look anything up.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Opens pages of the live server, each in a context of its own, closed after the test."""
    contexts = []

    def opened(path: str, *, language: str = "en", width: int = DESK, scheme: str = "light", script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script, reduced_motion="reduce",
            locale={"tr": "tr-TR", "fa": "fa-IR"}.get(language, "en-GB"), base_url=live_server.url)  # type: ignore[arg-type]  # fmt: skip
        context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def watch(page: Page) -> None:
    """Remember what a page's console complains of."""
    faults = FAULTS.setdefault(page, [])
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))


def findings(page: Page) -> list[str]:
    """What axe finds on a page: the rule, and where it is broken."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]]


WIDE = """() => {
  const room = document.documentElement.clientWidth, held = each => each.closest(".table, .tabs, .sr, .skip, [popover]");
  return document.documentElement.scrollWidth <= room ? [] : [...document.querySelectorAll("body *")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && !held(each) && (box.right > room + 1 || box.left < -1);
  }).map(each => each.tagName + "." + each.getAttribute("class")).slice(0, 8).concat([document.documentElement.scrollWidth + " > " + room]);
}"""


def assert_sound(page: Page) -> None:
    """Hold a page to what every page owes its readers."""
    faults = {"sticks out": page.evaluate(WIDE), "axe": findings(page), "console": FAULTS.get(page, [])}
    found = [f"{kind}: {each}" for kind, several in faults.items() for each in several]
    assert not found, "\n".join([page.url, *found])
