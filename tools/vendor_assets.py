"""Fetches the fonts, icons and script that the pages carry, by name and version, and keeps their licences beside them.

Run `python tools/vendor_assets.py` after changing a version or the list of icons; it needs npm and a network, the project does
not: what it makes is kept in the repository. Inter's Latin letters beyond ASCII are cut down to those of European languages,
since the whole set weighs more than a page may.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parents[1] / "src" / "avdet" / "web" / "shared" / "static" / "avdet"
PACKAGES: Final = {
    "htmx": "htmx.org@4.0.1",
    "icons": "lucide-static@1.62.0",
    "inter": "@fontsource-variable/inter@5.3.0",
    "vazirmatn": "@fontsource-variable/vazirmatn@5.3.0",
    "vazirmatn-whole": "vazirmatn@33.0.3",
}
FONTTOOLS: Final = "fonttools[woff]==4.60.1"
EUROPEAN: Final = "U+0100-017F,U+0218-021B,U+20A0-20C0,U+2190-2193,U+2212"
FONTS: Final = {
    "inter-latin.woff2": ("inter", "files/inter-latin-wght-normal.woff2"),
    "vazirmatn-arabic.woff2": ("vazirmatn", "files/vazirmatn-arabic-wght-normal.woff2"),
    "vazirmatn-whole.woff2": ("vazirmatn-whole", "fonts/webfonts/Vazirmatn[wght].woff2"),
}
NAMES: Final = """
activity arrow-down arrow-left arrow-right arrow-up badge-check ban banknote bell book-open bookmark boxes calendar-days
chart-column check chevron-down chevron-left chevron-right circle-alert circle-check circle-dashed circle-dot
circle-question-mark circle-x clock code copy credit-card download ellipsis external-link eye file-text funnel gift
hand-coins history hourglass house image inbox info key-round keyboard landmark languages layout-dashboard list-checks lock
log-in log-out mail map-pin menu message-square minus package package-check package-open package-x palette paperclip pencil
phone play plug plus printer receipt-text refresh-cw rotate-ccw route scale search send settings shield-check shopping-bag
sliders-horizontal star store tags trash-2 triangle-alert truck undo-2 upload user users wallet webhook x
"""
ICONS: Final = NAMES.split()


def unpacked(package: str, folder: Path) -> Path:
    """Fetch one package from npm; where its files are."""
    done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=True)
    archive = folder / done.stdout.split()[-1]
    target = archive.with_suffix("")
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def symbol(name: str, folder: Path) -> str:
    """One icon as a symbol of the sprite: its drawing without its frame."""
    drawing = (folder / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    inner = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    lines = "".join(line.strip() for line in inner.splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lines.replace(" />", "/>")}</symbol>'


def sprite(folder: Path) -> str:
    """Every icon of the list in one file, each reached by its name."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
    symbols = "\n".join(symbol(name, folder) for name in ICONS)
    return f'{head}stroke-linecap="round" stroke-linejoin="round">\n{symbols}\n</svg>\n'


def cut(source: Path, target: Path, folder: Path) -> None:
    """Keep the letters of European languages alone, with fonttools in an environment of its own."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", FONTTOOLS], check=True)
    subprocess.run(
        [python, "-m", "fontTools.subset", source, f"--unicodes={EUROPEAN}", "--flavor=woff2", "--layout-features=*",
         f"--output-file={target}"], check=True)  # fmt: skip


def main() -> int:
    """Write every vendored file again."""
    (STATIC / "fonts").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        at = {name: unpacked(package, folder) for name, package in PACKAGES.items()}
        for name, (package, path) in FONTS.items():
            (STATIC / "fonts" / name).write_bytes((at[package] / path).read_bytes())
        cut(at["inter"] / "files" / "inter-latin-ext-wght-normal.woff2", STATIC / "fonts" / "inter-european.woff2", folder)
        (STATIC / "icons.svg").write_text(sprite(at["icons"]), encoding="utf-8")
        script = (at["htmx"] / "dist" / "htmx.min.js").read_text(encoding="utf-8")
        (STATIC / "htmx.js").write_text(re.sub(r"\n?//# sourceMappingURL=.*", "", script), encoding="utf-8")
        for name, path in at.items():
            if name == "vazirmatn-whole":  # its licence is that of the font it is the whole of
                continue
            place = STATIC / "fonts" if name in ("inter", "vazirmatn") else STATIC
            (place / f"{name}.LICENSE.txt").write_bytes((path / "LICENSE").read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
