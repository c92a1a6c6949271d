"""Tokens for the store's own programs: made, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.access.tokens import SCOPES, make_token, open_tokens, revoke_token, tokens_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.phrases import phrase

LASTING: Final = ("90", "365", "")
"""After how many days a token ends; the empty one never does."""
RATES: Final = ("600", "3000", "30000")


@open_to(*OWNERS)
def tokens(request: PageRequest) -> HttpResponse:
    """Every token, and the form for another one."""
    if request.method != "POST":
        return _shown(request)
    now, days, rate = timezone.now(), request.POST.get("lasting", ""), request.POST.get("rate", RATES[0])
    if days not in LASTING or rate not in RATES:
        raise Http404
    try:
        made, text = make_token(
            request.store, request.POST.get("name", ""), request.POST.getlist("scope"), actor=actor_of(request), now=now,
            expires_at=now + timedelta(days=int(days)) if days else None, per_minute=int(rate),
        )  # fmt: skip
    except AvdetError as error:
        return _shown(request, error.where)
    return page(request, "token_made", "tokens", {"token": made, "text": text})


@open_to(*OWNERS)
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    """Ends a token for good."""
    if request.method == "POST" and revoke_token(request.store, pk, actor=actor_of(request), now=timezone.now()):
        return done(request, "token_revoked", "tokens")
    return HttpResponseRedirect(to(request, "tokens"))


def _shown(request: PageRequest, wrong: str = "") -> HttpResponse:
    say, now = request.language, timezone.now()
    usable = {each.pk for each in open_tokens(request.store, now)}
    chosen = request.POST.getlist("scope")
    fields = {wrong: phrase(say, f"studio.tokens.fault.{wrong}")} if wrong else {}
    context = {
        "tokens": [(each, each.pk in usable) for each in tokens_of(request.store)],
        "scopes": [(each, phrase(say, f"studio.scope.{each.replace(':', '_')}"), each in chosen) for each in SCOPES],
        "lasting": [(days, phrase(say, f"studio.tokens.lasting.{days or 'ever'}")) for days in LASTING],
        "rates": [(rate, phrase(say, "studio.tokens.rate_of", number=int(rate))) for rate in RATES],
        "typed": request.POST,
        "fields": fields,
        "errors": list(fields.items()),
    }
    return page(request, "tokens", "tokens", context, status=422 if wrong else 200)
