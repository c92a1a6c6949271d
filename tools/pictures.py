"""Takes the README's pictures: starts the demonstration, signs in through its pages, and writes `docs/assets/*.png`.

`python tools/pictures.py`, or with the address of a demonstration that runs already: `python tools/pictures.py http://127.0.0.1:8000`.
It needs a Chromium (tools/debian-packages.sh) and the development packages (`make check` installs them).
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ASSETS: Final = Path(__file__).resolve().parent.parent / "docs/assets"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--hide-scrollbars")  # fmt: skip
PASSWORD: Final = "avdet-demo-2026"
STARTS_WITHIN_SECONDS: Final = 240
MOST_BYTES: Final = 150_000
COLOURS: Final = (160, 96, 64, 32)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who looks at which page, in which language, at what size in CSS pixels."""

    name: str
    path: str
    language: str
    size: tuple[int, int]
    signed_in: str = ""


SHOTS: Final = (
    Shot("customer", "/fetrashop/orders/", "fa", (390, 844), "roya.motamed@moshtari.example"),
    Shot("desk", "/ofiskutum/desk/orders/", "tr", (1440, 900), "owner@ofiskutum.example"),
    Shot("claim", "/fetrashop/cases/", "fa", (390, 844), "mehdi.shakeri@moshtari.example"),
    Shot("product", "/fetrashop/products/FT-1301/", "en", (1280, 800)),
)


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration of its own, and where it is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "avdet", "demo", "--port", port]
        demo = subprocess.Popen(command, env={**os.environ, "AVDET_HOME": home, "DATABASE_URL": ""}, stdout=subprocess.DEVNULL)
        try:
            _wait_for(url, demo)
            yield url
        finally:
            demo.terminate()
            demo.wait(30)


def _wait_for(url: str, demo: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends and demo.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/health/ready", timeout=10):
            return
        time.sleep(0.3)
    sys.exit("pictures: the demonstration did not start")


def sign_in(page: Page, email: str) -> None:
    """As anybody does."""
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")


def take(browser: Browser, url: str, shot: Shot) -> bytes:
    """The picture as the browser takes it, two pixels to each CSS pixel on a phone."""
    width, height = shot.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce",
        device_scale_factor=2 if width < 500 else 1.25,
    )  # fmt: skip
    context.add_cookies([{"name": "language", "value": shot.language, "url": url}])
    page = context.new_page()
    if shot.signed_in:
        sign_in(page, shot.signed_in)
    page.goto(shot.path)
    SCENES[shot.name](page)
    page.evaluate("document.fonts.ready")
    picture = page.screenshot()
    context.close()
    return picture


def small(picture: bytes) -> bytes:
    """The same in as many colours as fit into `MOST_BYTES`."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        target = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() <= MOST_BYTES:
            return target.getvalue()
    sys.exit(f"pictures: larger than {MOST_BYTES} bytes in {COLOURS[-1]} colours")


def _order(page: Page) -> None:
    """The newest order that has a last day, from where it says what can be done now."""
    for address in page.eval_on_selector_all("main a[href*='/orders/']", "found => found.map(each => each.href)"):
        page.goto(address)
        if page.locator("main figure.strip").count():
            page.evaluate("scrollTo(0, document.querySelector('#choices').getBoundingClientRect().top - 12)")
            return
    sys.exit(f"pictures: no order with a calendar strip for {page.url}")


def _claim(page: Page) -> None:
    """What has become of the newest request: the decision slip on its page."""
    page.locator("main a[href*='/cases/']").first.click()
    page.wait_for_selector(".slip")
    page.evaluate("scrollTo(0, document.querySelector('.slip').getBoundingClientRect().top - 12)")


def _product(page: Page) -> None:
    """A product's answer to *What if I return it?*, for a change of mind."""
    page.evaluate("scrollTo(0, document.querySelector('.returns').getBoundingClientRect().top - 24)")


SCENES: Final = {
    "customer": _order, "desk": lambda page: page.wait_for_selector("main table"), "claim": _claim, "product": _product,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Every picture."""
    with contextlib.ExitStack() as held:
        url = arguments[0].rstrip("/") if arguments else held.enter_context(demonstration())
        chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
        if chromium is None:
            sys.exit("pictures: no Chromium here → sh tools/debian-packages.sh")
        play = held.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for shot in SHOTS:
            picture = small(take(browser, url, shot))
            (ASSETS / f"{shot.name}.png").write_bytes(picture)
            print(f"docs/assets/{shot.name}.png: {len(picture) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
