"""How the store looks and what it is called: names, colour, logo; and how it can be reached."""

from __future__ import annotations

import re
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.stores.actions import change_store, set_logo
from avdet.records.stores.logo import MAX_BYTES, logo_png
from avdet.web.shared.accent import accent
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.contacts import email
from avdet.web.shared.context import NAMES
from avdet.web.studio.pages import OWNERS, actor_of, done, page
from avdet.words.phrases import phrase

_COLOUR: Final = re.compile("#[0-9a-f]{6}")
CONTACT: Final = ("phone", "email", "address", "hours")
LONGEST: Final = {"name": 80, "phone": 40, "email": 120, "address": 400, "hours": 200}


@open_to(*OWNERS)
def look(request: PageRequest) -> HttpResponse:
    """Names, one colour, a logo."""
    if request.method != "POST":
        return page(request, "look", "look", _look(request, {}))
    names = {code: " ".join(request.POST.get(f"name-{code}", "").split())[: LONGEST["name"]] for code in NAMES}
    chosen = request.POST.get("accent", "").strip().lower()
    errors: dict[str, str] = {}
    if not names[request.store.language]:
        errors[f"name-{request.store.language}"] = phrase(request.language, "studio.look.fault.name")
    if not _COLOUR.fullmatch(chosen):
        errors["accent"] = phrase(request.language, "studio.look.fault.accent")
    png = _logo(request, errors)
    if errors:
        return page(request, "look", "look", _look(request, errors), status=422)
    now, actor = timezone.now(), actor_of(request)
    change_store(
        request.store, {"names": {code: name for code, name in names.items() if name}, "accent": chosen}, actor=actor, now=now
    )
    if png is not None or "no_logo" in request.POST:
        set_logo(request.store, png, actor=actor, now=now)
    return done(request, "look", "look")


def _logo(request: PageRequest, errors: dict[str, str]) -> bytes | None:
    file = request.FILES.get("logo")
    if not isinstance(file, UploadedFile):
        return None
    try:
        return logo_png(file.read(MAX_BYTES + 1))
    except AvdetError as error:
        errors["logo"] = phrase(request.language, f"studio.look.fault.{error.where}")
        return None


def _look(request: PageRequest, errors: dict[str, str]) -> dict[str, object]:
    store, sent = request.store, request.POST
    chosen = sent.get("accent", store.accent).strip().lower()
    fit = accent(chosen) if _COLOUR.fullmatch(chosen) else None
    return {
        "names": [
            (
                f"name-{code}",
                NAMES[code],
                sent.get(f"name-{code}", store.names.get(code, "")),
                errors.get(f"name-{code}", ""),
                code,
            )
            for code in dict.fromkeys([*store.languages, *NAMES])
        ],
        "chosen": chosen,
        "fit": fit,
        "moved": fit is not None and fit.light != chosen,
        "fields": errors,
        "errors": list(errors.items()),
    }


@open_to(*OWNERS)
def details(request: PageRequest) -> HttpResponse:
    """Contact, languages, and whether the store takes orders."""
    store, sent = request.store, request.POST
    if request.method != "POST":
        return page(request, "details", "details", _details(request, {}))
    languages = [code for code in dict.fromkeys([sent.get("own", ""), *sent.getlist("languages")]) if code in NAMES]
    contact = {key: " ".join(sent.get(key, "").split()) if key != "address" else sent.get(key, "").strip() for key in CONTACT}
    errors = {
        key: phrase(request.language, "studio.details.fault.long") for key, text in contact.items() if len(text) > LONGEST[key]
    }
    if contact["email"] and not email(contact["email"]):
        errors["email"] = phrase(request.language, "studio.details.fault.email")
    if sent.get("own") not in NAMES:
        errors["own"] = phrase(request.language, "studio.details.fault.own")
    if errors:
        return page(request, "details", "details", _details(request, errors), status=422)
    kept = {key: value for key, value in store.contact.items() if key not in CONTACT}
    changes = {
        "languages": languages,
        "contact": kept | {key: text for key, text in contact.items() if text},
        "takes_orders": sent.get("takes_orders") == "yes",
        "marketplace": "marketplace" in sent,
    }
    change_store(store, changes, actor=actor_of(request), now=timezone.now())
    return done(request, "details", "details")


def _details(request: PageRequest, errors: dict[str, str]) -> dict[str, object]:
    store, sent = request.store, request.POST
    spoken = sent.getlist("languages") if request.method == "POST" else store.languages
    return {
        "contact": {key: sent.get(key, _said(store.contact.get(key, ""), store.language)) for key in CONTACT},
        "languages": [(code, name, code in spoken) for code, name in NAMES.items()],
        "options": list(NAMES.items()),
        "yes_no": [(each, phrase(request.language, f"studio.details.{each}")) for each in ("yes", "no")],
        "own": sent.get("own", store.language),
        "takes_orders": sent.get("takes_orders", "yes" if store.takes_orders else "no"),
        "fields": errors,
        "errors": list(errors.items()),
    }


def _said(text: object, language: str) -> str:
    """A contact that may be one text or one a language."""
    return str(text.get(language, "")) if isinstance(text, dict) else str(text)
