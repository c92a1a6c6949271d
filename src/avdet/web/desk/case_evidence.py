"""Photographs, documents and reports are added to a filed case, at its page or the bench; if it waited, it is decided again."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import Holder
from avdet.records.cases.models import Case
from avdet.web.desk.case import the_case
from avdet.web.desk.claim_evidence import add_files
from avdet.web.desk.pages import CLAIMANTS, actor_of, done, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.workflows.claims.supply_evidence import supply_evidence


@open_to(*CLAIMANTS)
@require_POST
def case_evidence(request: PageRequest, number: str) -> HttpResponseRedirect:
    """Adds files, and puts a case that waits for what they show to the terms; back to the page that was come from."""
    case, now = the_case(request, number), timezone.now()
    url = to(request, "examine" if request.POST.get("from") == "bench" else "case", number=number)
    faults = add_files(request, Holder(case.order, case=case), now)
    for text in faults:
        messages.error(request, text)
    supplied = _supplied(request, case, now)
    return redirect(url) if faults and not supplied else done(request, "supplied" if supplied else "photographed", url)


def _supplied(request: PageRequest, case: Case, now: datetime) -> bool:
    """Whether the case waited for these files and the terms have decided with them; where they do not suffice, it waits on."""
    if case.state != "evidence":
        return False
    try:
        return supply_evidence(case, {}, actor=actor_of(request), now=now).state != "review"
    except AvdetError:
        return False
