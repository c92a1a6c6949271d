"""Headless Chromium, driven from the command line: what a page measures, how it looks, what it prints."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip
SECONDS = 60


def chromium() -> str:
    """The browser's path; without one the test is skipped, in CI it fails (tools/debian-packages.sh installs it)."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium here: run tools/debian-packages.sh")
    return found


def run(*options: str) -> str:
    """One run of the browser with a profile of its own; what it wrote to standard output."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run([chromium(), *FLAGS, f"--user-data-dir={profile}", *options],
                              capture_output=True, text=True, timeout=SECONDS, check=True)  # fmt: skip
    return done.stdout


_FRAME = '<iframe id="{key}" srcdoc="{page}" style="border:0;width:{width}px;height:800px"></iframe>'
_MEASURE = """
<!doctype html><meta charset="utf-8">{frames}
<pre id="measured"></pre>
<script>
const measured = {{}};
window.addEventListener("load", () => document.querySelectorAll("iframe").forEach(frame => {{
  const page = frame.contentDocument, style = each => frame.contentWindow.getComputedStyle(each);
  const width = parseInt(frame.style.width), box = each => each.getBoundingClientRect(), found = {{}};
  found.width = page.documentElement.scrollWidth;
  found.wide = [...page.querySelectorAll("body *")].filter(each =>
    box(each).width && !each.closest(".sr, .skip") && (box(each).right > width + 1 || box(each).left < -1)
  ).map(each => each.tagName + "." + each.className).slice(0, 5);
  found.small = [...page.querySelectorAll("main p, main li, main td")].filter(
    each => parseFloat(style(each).fontSize) < 11).length;
  const nav = page.querySelector("nav"), main = page.querySelector("main");
  found.beside = nav ? Math.abs(box(nav).top - box(main).top) < 60 : null;
  found.navFirst = nav ? box(nav).left < box(main).left : null;
  const mark = page.querySelector(".clause h3"), text = page.querySelector(".clause p");
  found.markLeft = box(mark).left < box(text).left;
  found.direction = style(text).direction;
  measured[frame.id] = found;
  document.getElementById("measured").textContent = JSON.stringify(measured);
}}));
</script>
"""


def measure(pages: Mapping[str, tuple[str, int]], folder: Path) -> dict[str, Any]:
    """Key → what a page comes to in a window of so many px: its own width, what sticks out, where things stand.

    `pages` gives (HTML, width) for each key; all are measured in one run.
    """
    harness = folder / "measure.html"
    frames = "".join(_FRAME.format(key=key, page=html.escape(page), width=width) for key, (page, width) in pages.items())
    harness.write_text(_MEASURE.format(frames=frames), encoding="utf-8")
    dumped = run("--window-size=1400,900", "--virtual-time-budget=6000", "--dump-dom", harness.as_uri())
    found = re.search(r'<pre id="measured">(.*?)</pre>', dumped, re.DOTALL)
    assert found, dumped[:500]
    measured: dict[str, Any] = json.loads(html.unescape(found[1]))
    assert measured.keys() == pages.keys()
    return measured


def picture(page: str, name: str, folder: Path, *, width: int = 1280, height: int = 1600, dark: bool = False) -> Path:
    """A picture of the top of a page."""
    source, target = folder / f"{name}.html", folder / f"{name}.png"
    source.write_text(page, encoding="utf-8")
    scheme = ("--blink-settings=preferredColorScheme=0", "--force-dark-mode") if dark else ()
    run(f"--window-size={width},{height}", *scheme, f"--screenshot={target}", source.as_uri())
    return target


def printed(page: str, name: str, folder: Path) -> Path:
    """The page as a PDF, as the browser prints it."""
    source, target = folder / f"{name}.html", folder / f"{name}.pdf"
    source.write_text(page, encoding="utf-8")
    run("--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri())
    return target
