"""The texts a store words itself, one in each of its languages."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.stores.actions import set_texts
from avdet.records.stores.queries import texts_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.web.studio.pages import OWNERS, actor_of, done, page
from avdet.words.phrases import phrase

KEYS: Final = ("welcome", "footer", "returns_address", "notice_closing")
LONGEST: Final = 2_000


@open_to(*OWNERS)
def texts(request: PageRequest) -> HttpResponse:
    """Shows the texts, shows them as customers would see them, or saves them."""
    store, errors = request.store, dict[str, str]()
    languages = [code for code in store.languages if code in NAMES]
    said = texts_of(store, KEYS)
    if request.method == "POST":
        said = {
            key: {code: request.POST.get(f"{key}-{code}", "").replace("\r\n", "\n").strip() for code in languages}
            for key in KEYS
        }
        long = [f"{key}-{code}" for key in KEYS for code in languages if len(said[key][code]) > LONGEST]
        errors = {name: phrase(request.language, "studio.texts.fault.long", most=LONGEST) for name in long}
        if not errors and "preview" not in request.POST:
            set_texts(store, said, actor=actor_of(request), now=timezone.now())
            return done(request, "texts", "texts")
    boxes = [
        (
            key,
            [
                (f"{key}-{code}", NAMES[code], code, said.get(key, {}).get(code, ""), errors.get(f"{key}-{code}", ""))
                for code in languages
            ],
        )
        for key in KEYS
    ]
    context = {"boxes": boxes, "preview": "preview" in request.POST and not errors, "errors": list(errors.items())}
    return page(request, "texts", "texts", context, status=422 if errors else 200)
