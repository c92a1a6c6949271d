"""A page as PDF, with its font inside. What draws it needs pango from the system; without it a page can still be printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import ImageFile

from avdet.core.errors import AvdetError

STATIC: Final = Path(__file__).parent / "static" / "avdet"
FONT: Final = "avdet:font"
_FACE: Final = f"""
@font-face {{ font-family: Vazirmatn; src: url("{FONT}"); font-weight: 100 900; }}
body {{ font-family: Vazirmatn; }}
"""
"""One whole file for all letters: of pairs that share the letters between them, Turkish was printed as noise."""


class NoPress(AvdetError):  # noqa: N818 - it names what is missing
    """The libraries that draw a PDF are not on this machine."""

    def __init__(self, why: str) -> None:
        cure = "run tools/debian-packages.sh, or print the page"
        super().__init__(f"no PDF can be drawn here: {why:.200}", where="pango", cure=cure)


def pdf_of(html: str) -> bytes:
    """The PDF of a whole HTML document, styled by `paper.css` alone. It loads nothing but our font, whatever stands in it."""
    library = _library()
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]

    fonts = FontConfiguration()
    sheet = _FACE + (STATIC / "paper.css").read_text(encoding="utf-8")
    css = library.CSS(string=sheet, url_fetcher=_fetcher(), font_config=fonts)
    document = library.HTML(string=html, base_url=None, url_fetcher=_fetcher(), media_type="print")
    return bytes(document.write_pdf(stylesheets=[css], font_config=fonts, pdf_tags=True))


@cache
def _library() -> Any:
    """WeasyPrint, loaded when the first PDF is drawn: it brings a typesetter along."""
    try:
        import weasyprint  # type: ignore[import-untyped]
    except OSError as fault:  # a library of the system is missing
        raise NoPress(str(fault)) from None
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # it has allowed half pictures, for the whole process; uploads must be whole
    return weasyprint


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

    class OursAlone(URLFetcher):  # type: ignore[misc]
        """Hands out the font and nothing else: neither files nor the network can be reached from a document."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            if url != FONT:
                raise FatalURLFetchingError(f"a document asked for {url:.80}")
            font = (STATIC / "fonts" / "vazirmatn-whole.woff2").read_bytes()
            return URLFetcherResponse(url, font, {"Content-Type": "font/woff2"})

    return OursAlone()
