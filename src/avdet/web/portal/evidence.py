"""A customer's photographs and documents: added, taken away, put back; for a claim that is being written, and for a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.cases.drafts import draft_of
from avdet.records.cases.evidence import Holder, Said, evidence_by_id
from avdet.records.cases.evidence_limits import KINDS, MOST_BYTES, SIDES, EvidenceRefused
from avdet.records.cases.models import Evidence
from avdet.records.refunds.shown import money_shown
from avdet.web.portal.ownership import own_case, own_order, reader, to, writer
from avdet.web.shared.access import PageRequest, may_see, open_to
from avdet.web.shared.evidence import Piece, pieces, refusal
from avdet.words.phrases import phrase
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.remove_evidence import remove_evidence, restore_evidence
from avdet.workflows.claims.show_evidence import Album, show_evidence

MOVES: Final = {"remove": remove_evidence, "restore": restore_evidence}
ACCEPTED: Final = "image/jpeg,image/png,image/webp,application/pdf"
"""A phone that photographs in another form makes a JPEG of it where a page asks for one of these."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What `portal/evidence.html` draws: the pieces, the six sides where they are asked for, and the form to add more.

    `steps` are the six sides as a stepper has them, `side` the name of the next one. `onward` is where the reader comes back
    to; `removed` is what was just taken away, empty where nothing was.
    """

    action: str
    onward: str
    album: Album
    pieces: Sequence[Piece]
    steps: Sequence[dict[str, str]]
    kinds: Sequence[tuple[str, str]]
    removed: str
    side: str = ""
    accepted: str = ACCEPTED


def panel(request: PageRequest, holder: Holder, *, action: str, onward: str, six: bool = False) -> Panel:
    """The panel of a draft or a case. Two statements."""
    album = show_evidence(holder)
    removed, language = request.GET.get("removed", ""), request.language
    kinds = [(kind, phrase(language, f"shared.evidence.kind.{kind}")) for kind in KINDS]
    wanted = six or any(album.sides.values())
    steps = [_step(album, side, language) for side in SIDES] if wanted else []
    shown = removed if removed.isascii() and removed.isdigit() and len(removed) < 19 else ""
    side = phrase(language, f"shared.evidence.side.{album.next_side}") if album.next_side else ""
    return Panel(action, onward, album, pieces(request, album), steps, kinds, shown, side)


def _step(album: Album, side: int, language: str) -> dict[str, str]:
    state = "done" if album.sides[side] else "current" if side == album.next_side else "todo"
    return {"label": phrase(language, f"shared.evidence.side.{side}"), "state": state}


@open_to("anyone")
def evidence(request: PageRequest, number: str) -> HttpResponse:
    """What belongs to the reader's claim that is not filed yet."""
    order = own_order(request, number)
    draft = draft_of(order, writer(order))
    if draft is None:
        raise Http404
    here = to(request, "evidence", number=number)
    return _answer(request, Holder(order, draft=draft), here)


@open_to("anyone")
def case_evidence(request: PageRequest, number: str) -> HttpResponse:
    """What belongs to a case of the reader's."""
    case = own_case(request, number)
    here = to(request, "case_evidence", number=number)
    return _answer(request, Holder(case.order, case=case), here)


@open_to("anyone")
def payer_documents(request: PageRequest, number: str) -> HttpResponse:
    """What shows who has paid an order, for as long as a refund of it waits for that; with a case, or without one."""
    order = own_order(request, number)
    if not any(each.asks == "documents" for each in money_shown(order).refunds):
        raise Http404
    return _answer(request, Holder(order), to(request, "payer_documents", number=number))


@open_to("anyone")
def evidence_move(request: PageRequest, pk: int, move: str) -> HttpResponse:
    """Takes away, or puts back, what the reader has handed in."""
    found = evidence_by_id(request.store, pk)
    if found is None or move not in MOVES or not _own(request, found):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    where, done = _onward(request, ""), False
    try:
        done = MOVES[move](found, actor=reader(request), now=timezone.now())
    except EvidenceRefused as fault:
        messages.error(request, refusal(request.language, fault))
    except AvdetError:
        messages.error(request, phrase(request.language, "portal.refused.changed"))
    return HttpResponseRedirect(f"{where}?removed={pk}" if done and move == "remove" else where)


def _own(request: PageRequest, found: Evidence) -> bool:
    """Whether a customer has handed it in, for an order that is the reader's, or the draft or a case of it."""
    if found.uploaded_by != "customer" or not may_see(request, found.order):
        return False
    unfiled = not found.cases.all()
    return not unfiled or found.draft is None or found.draft.owner == writer(found.order)


def _answer(request: PageRequest, holder: Holder, here: str) -> HttpResponse:
    if request.method == "POST":
        return _add(request, holder, here)
    six = holder.case is not None or "six" in request.GET
    shown = panel(request, holder, action=here, onward=here, six=six)
    context = {"evidence": shown, "order": holder.order, "case": holder.case, "of_payer": not (holder.case or holder.draft)}
    return render(request, "portal/evidence_page.html", context)


def _add(request: PageRequest, holder: Holder, here: str) -> HttpResponse:
    """Keeps each file that can be kept, and says of each other one why not. Too many are refused before any is looked at.

    Who goes `onward` takes the files along that were picked and not added yet; to go without any is no mistake.
    """
    files, said, onward = request.FILES.getlist("file"), request.POST.get("side", ""), _sound(request, "onward")
    if onward and not files:
        return HttpResponseRedirect(onward)
    side = int(said) if said in map(str, SIDES) else None
    kind = "photo" if side else request.POST.get("kind", "photo")
    faults, added = list[str](), 0
    room = show_evidence(holder).left + (1 if side else 0)
    if not files or len(files) > room:
        files, faults = [], [refusal(request.language, EvidenceRefused("many" if files else "empty"))]
    for file in files:
        fault = _kept(request, holder, file, kind, side)
        added += not fault
        faults += [fault] if fault else []
    for text in dict.fromkeys(faults):
        messages.error(request, text)
    if added:
        messages.success(request, phrase(request.language, "portal.evidence.added", count=added))
    return HttpResponseRedirect(onward if onward and not faults else _onward(request, here))


def _kept(request: PageRequest, holder: Holder, file: UploadedFile[Any], kind: str, side: int | None) -> str:
    """Keeps one file; why it cannot be, or nothing."""
    try:
        add_evidence(holder, Said(file.read(MOST_BYTES + 1), kind, side), actor=reader(request), now=timezone.now())
    except EvidenceRefused as fault:
        return refusal(request.language, fault)
    except AvdetError:
        return phrase(request.language, "portal.refused.changed")
    return ""


def _onward(request: PageRequest, here: str) -> str:
    """Where the reader came from, if that is a page of this store."""
    return _sound(request, "next") or here or to(request, "home")


def _sound(request: PageRequest, name: str) -> str:
    """The page of this store that a field of the form names, else nothing."""
    said = request.POST.get(name, "")
    sound = said.startswith(to(request, "home")) and said.isascii() and said.isprintable()
    return said if sound and not {"\\", "?", "#", " "} & set(said) else ""
