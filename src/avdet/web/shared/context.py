"""What every template knows: the reader's language, the store, its colour, and how to read the page in another language."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from avdet.web.shared.accent import USUAL, accent

NAMES: Final = {"tr": "Türkçe", "fa": "فارسی", "en": "English"}


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `language, direction, languages, store, store_name, role, accent, csp_nonce`."""
    language, store = getattr(request, "language", "en"), getattr(request, "store", None)
    return {
        "language": language,
        "direction": "rtl" if language == "fa" else "ltr",
        "languages": _languages(request, language, store),
        "store": store,
        "store_name": store.name_in(language) if store else "Avdet",
        "footer": (store.footers.get(language) or store.footers.get(store.language, "")) if store else "",
        "role": getattr(request, "role", None),
        "accent": accent(store.accent if store else USUAL),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "demo": settings.DEMO,
    }


def _languages(request: HttpRequest, language: str, store: Any) -> list[dict[str, Any]]:
    """The languages this page can be read in, each with the address of the same page in it."""
    spoken = list(store.languages) if store else list(NAMES)
    return [
        {"code": code, "name": NAMES[code], "url": _in(request, code), "current": code == language}
        for code in spoken if code in NAMES
    ]  # fmt: skip


def _in(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"
