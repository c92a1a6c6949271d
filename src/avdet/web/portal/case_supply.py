"""A customer says that what was missing is there now, and the terms decide again."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import BY_FILES, SHOWN_BY
from avdet.records.cases.models import Case
from avdet.web.portal.ownership import own_case, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.refusals import why
from avdet.words.catalogue import say
from avdet.words.phrases import phrase
from avdet.workflows.claims.file_claim import Unanswered
from avdet.workflows.claims.supply_evidence import still_missing, supply_evidence


def asked_of(case: Case) -> tuple[str, ...]:
    """Everything that the terms or a colleague want of the customer."""
    return (*case.decision.get("requires", ()), *case.decision.get("missing", ()))


def missing(case: Case, language: str) -> list[tuple[str, str, bool]]:
    """(requirement, its words, whether only a file shows it) of what a case waits for."""
    left = still_missing(case)
    kept = [name for name in case.decision.get("missing", ()) if name in left] or left
    return [(name, say(language, "requirement", name), name in BY_FILES) for name in kept]


@open_to("anyone")
def case_supply(request: PageRequest, number: str) -> HttpResponse:
    """Puts the case to the terms again, with what was ticked and with the files that have been added."""
    found = own_case(request, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        decided = supply_evidence(found, _said(request, found), actor=reader(request), now=timezone.now())
    except AvdetError as fault:
        lacks = isinstance(fault, Unanswered) or fault.code == "case.nothing_new"
        missed = phrase(request.language, "portal.case.still_missing")
        messages.error(request, missed if lacks else why(request.language, fault, "portal.case.still_missing"))
    else:
        told = "handed_in" if decided.state == "review" else "supplied"
        messages.success(request, phrase(request.language, f"portal.case.{told}"))
    return HttpResponseRedirect(to(request, "case", number=number))


def _said(request: PageRequest, case: Case) -> Mapping[str, bool]:
    """Fact → value of what was ticked, as far as the customer's word is taken for it."""
    ticked = set(request.POST.getlist("shown"))
    shown = [SHOWN_BY[name] for name, _, by_file in missing(case, request.language) if name in ticked and not by_file]
    return {fact: done for fact, done in shown if isinstance(done, bool)}
