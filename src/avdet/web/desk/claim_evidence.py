"""Photographs and documents that a customer sent while a claim is taken down for them: added to it, and taken away again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.cases.drafts import draft_of
from avdet.records.cases.evidence import Holder, Said, evidence_of
from avdet.records.cases.evidence_limits import KINDS, MOST_BYTES, SIDES, EvidenceRefused
from avdet.records.orders.models import Order
from avdet.web.desk.order import the_order
from avdet.web.desk.pages import CLAIMANTS, actor_of, done, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import Piece, pieces, refusal
from avdet.words.phrases import phrase
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.remove_evidence import remove_evidence
from avdet.workflows.claims.show_evidence import show_evidence
from avdet.workflows.claims.write_claim import begin_claim


def owner_of(request: PageRequest) -> str:
    """Whose draft it is: the colleague's who writes."""
    return f"staff:{request.user.pk}"


def kinds(language: str) -> list[tuple[str, str]]:
    """What may be handed in, and each of the six sides of a photograph: value and word."""
    found = [(kind, phrase(language, f"shared.evidence.kind.{kind}")) for kind in KINDS]
    return [*found, *((str(side), phrase(language, f"shared.evidence.side.{side}")) for side in SIDES)]


def handed_in(request: PageRequest, order: Order) -> list[Piece]:
    """What belongs to the reader's draft. Three statements at most."""
    draft = draft_of(order, owner_of(request))
    return pieces(request, show_evidence(Holder(order, draft=draft))) if draft else []


@open_to(*CLAIMANTS)
@require_POST
def claim_evidence(request: PageRequest, number: str) -> HttpResponseRedirect:
    """Adds files to the claim that is being taken down; with `remove`, takes one of its pieces away."""
    order, now, url = the_order(request, number), timezone.now(), to(request, "claim", number=number)
    holder = Holder(order, draft=begin_claim(order, owner_of(request), now=now))
    removing = request.POST.get("remove", "")
    faults = _removed(request, holder, removing, now) if removing else add_files(request, holder, now)
    for text in faults:
        messages.error(request, text)
    return redirect(url) if faults else done(request, "evidence_removed" if removing else "evidence_added", url)


def add_files(request: PageRequest, holder: Holder, now: datetime) -> list[str]:
    """Keeps each file of a form that can be kept, and says why others are not; too many are not looked at."""
    files = request.FILES.getlist("file")
    if not files or len(files) > show_evidence(holder).left:
        return [refusal(request.language, EvidenceRefused("many" if files else "empty"))]
    return list(dict.fromkeys(text for file in files if (text := _kept(request, holder, file, now))))


def _kept(request: PageRequest, holder: Holder, file: UploadedFile[Any], now: datetime) -> str:
    said = request.POST.get("kind", "photo")
    kind, side = ("photo", int(said)) if said in map(str, SIDES) else (said, None)
    try:
        add_evidence(holder, Said(file.read(MOST_BYTES + 1), kind, side), actor=actor_of(request), now=now)
    except EvidenceRefused as fault:
        return refusal(request.language, fault)
    except AvdetError:
        return phrase(request.language, "desk.refused.changed")
    return ""


def _removed(request: PageRequest, holder: Holder, said: str, now: datetime) -> list[str]:
    found = next((each for each in evidence_of(holder) if str(each.pk) == said), None)
    try:
        gone = found is not None and remove_evidence(found, actor=actor_of(request), now=now)
    except AvdetError:
        gone = False
    return [] if gone else [phrase(request.language, "desk.refused.changed")]
