"""Which language a request asks for by itself: a program's, or a browser's that has chosen none yet."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from avdet.core.vocabulary import LANGUAGES

UNASKED: Final = "en"


def wished(request: HttpRequest) -> str:
    """`?lang=` before `Accept-Language`; nothing where neither names a language of ours.

    Cookies are left aside: a program has none, and a browser's say what a person reads.
    """
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    offers = (_offer(part) for part in request.headers.get("Accept-Language", "")[:500].split(","))
    ranked = sorted((offer for offer in offers if offer[0] > 0), key=lambda offer: -offer[0])
    return next((language for _, language in ranked if language in LANGUAGES), "")


def _offer(part: str) -> tuple[float, str]:
    """A language and how much it is wanted.

    >>> _offer("fa-IR;q=0.8"), _offer("tr")
    ((0.8, 'fa'), (1.0, 'tr'))
    """
    name, _, weight = part.partition(";")
    try:
        quality = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        quality = 0.0
    return quality, name.strip().split("-")[0].lower()
