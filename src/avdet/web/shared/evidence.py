"""Evidence on a page: links that open for one reader only and for ten minutes, and the files behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac

from avdet.records.cases.evidence import evidence_by_id
from avdet.records.cases.evidence_alike import Alike
from avdet.records.cases.evidence_files import SUFFIXES, opened
from avdet.records.cases.evidence_limits import MOST, MOST_PIXELS, PAPER_BYTES, PHOTO_BYTES, EvidenceRefused
from avdet.records.cases.models import Evidence
from avdet.web.shared.access import STAFF, PageRequest, may_see, open_to, proven
from avdet.words.phrases import phrase
from avdet.workflows.claims.show_evidence import Album, Shown

SALT: Final = "avdet.evidence"
LASTS_SECONDS: Final = 600
_PHOTO: Final = "image/"
CLOSED: Final = {"default-src": ["'none'"], "script-src": ["'none'"], "sandbox": True}
"""What a file may do in a browser that opens it all the same: nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """A piece of another case that looks like one, and the link to its picture."""

    alike: Alike
    small: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece with its links, for this reader; `small` is empty for what is no picture."""

    shown: Shown
    url: str
    small: str
    alike: Sequence[Look] = ()


def pieces(request: PageRequest, album: Album) -> list[Piece]:
    """An album's pieces, as `shared/evidence.html` draws them."""
    return [_piece(request, shown) for shown in album.pieces]


def link(request: PageRequest, evidence: Evidence, *, small: bool = False) -> str:
    """An address of the file that works for this reader, in this session, for ten minutes."""
    ticket = signing.dumps([evidence.pk, int(small), _viewer(request)], salt=SALT)
    return reverse("portal:evidence_file", kwargs={"store": request.store.slug, "ticket": ticket})


@open_to("anyone")
def evidence_file(request: PageRequest, ticket: str) -> HttpResponseBase:
    """The file behind a link. For anybody else than the reader it was made for there is no such page."""
    number, small = _opened(request, ticket)
    found = evidence_by_id(request.store, number)
    if found is None or found.removed_at is not None or not _may(request, found):
        raise Http404
    name = found.thumbnail if small else found.file
    try:
        file = opened(name)
    except (OSError, ValueError):
        raise Http404 from None
    shown = found.media_type.startswith(_PHOTO)
    filename = f"{found.kind}-{found.pk}{SUFFIXES.get(found.media_type, '')}"
    response = FileResponse(file, content_type=found.media_type, as_attachment=not shown, filename=filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_replace = CLOSED  # type: ignore[attr-defined]
    return response


def refusal(language: str, fault: EvidenceRefused) -> str:
    """Why something cannot be kept, in the reader's words."""
    limits = {"photo": PHOTO_BYTES // 10**6, "paper": PAPER_BYTES // 10**6, "pixels": MOST_PIXELS // 10**6, "most": MOST}
    return phrase(language, f"shared.evidence.fault.{fault.why}", **limits)


def _piece(request: PageRequest, shown: Shown) -> Piece:
    row = shown.evidence
    looks = [Look(each, link(request, each.evidence, small=True) if each.evidence.thumbnail else "") for each in shown.alike]
    return Piece(shown, link(request, row), link(request, row, small=True) if row.thumbnail else "", looks)


def _viewer(request: HttpRequest) -> str:
    """Who reads: an account, or a guest's session. The session's own key is not to be read off it."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    key = request.session.session_key
    return f"guest:{salted_hmac(SALT, key).hexdigest()[:24]}" if key else ""


def _opened(request: HttpRequest, ticket: str) -> tuple[int, bool]:
    """(evidence id, whether its thumbnail is meant) of a link that was made for this reader not long ago."""
    try:
        number, small, viewer = signing.loads(ticket, salt=SALT, max_age=LASTS_SECONDS)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    if not viewer or viewer != _viewer(request):
        raise Http404
    return number, bool(small)


def _may(request: PageRequest, found: Evidence) -> bool:
    return may_see(request, found.order) or (request.role in STAFF and proven(request))
