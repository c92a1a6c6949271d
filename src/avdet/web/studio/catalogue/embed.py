"""How a shop shows *What if I return it?* in its own pages: a frame or a link, without a script."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from avdet.records.stores.actions import change_store
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.web.studio.catalogue.pages import the_product
from avdet.web.studio.catalogue.products import product_rooms
from avdet.web.studio.pages import OWNERS, actor_of, done, page
from avdet.words.catalogue import say
from avdet.words.phrases import phrase

_ORIGIN: Final = re.compile(r"https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{2,5})?")
MOST: Final = 20


@open_to(*OWNERS)
def embed(request: PageRequest, sku: str) -> HttpResponse:
    """The code to copy, in each of the store's languages, and the shops that may frame the answer."""
    product = the_product(request, sku)
    typed = request.POST.get("origins", "") if request.method == "POST" else "\n".join(request.store.embed_origins)
    fault = ""
    if request.method == "POST":
        origins = list(dict.fromkeys(line.strip().rstrip("/").lower() for line in typed.splitlines() if line.strip()))
        if len(origins) <= MOST and all(_ORIGIN.fullmatch(each) and len(each) <= 200 for each in origins):
            change_store(request.store, {"embed_origins": origins}, actor=actor_of(request), now=timezone.now())
            return done(request, "origins", "product_embed", {"sku": sku})
        fault = phrase(request.language, "studio.problem.origins")
    context = {
        "product": product, "tabs": product_rooms(request, sku, "product_embed"), "typed": typed, "fault": fault,
        "snippets": [(NAMES[code], *snippets(request, sku, code)) for code in request.store.languages if code in NAMES],
        "errors": [("origins", fault)] if fault else [],
    }  # fmt: skip
    return page(request, "catalogue/embed", "products", context, status=422 if fault else 200)


def snippets(request: PageRequest, sku: str, language: str) -> tuple[str, str]:
    """A frame and a link, as HTML to be copied."""
    path = reverse("portal:product_returns", kwargs={"store": request.store.slug, "sku": sku})
    url, title = escape(f"{settings.URL}{path}?lang={language}"), escape(say(language, "returns", "title"))
    frame = f'<iframe src="{url}" title="{title}" width="100%" height="640" loading="lazy"></iframe>'
    return frame, f'<a href="{url}" target="_blank" rel="noopener">{title}</a>'
