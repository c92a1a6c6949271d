"""A customer's requests: the list, and the page of one with its decision, what is theirs to do, and what has happened."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import Holder
from avdet.records.cases.models import OVER, Case
from avdet.records.cases.notes import told_last
from avdet.records.cases.of_customer import cases_of_customer
from avdet.records.cases.queries import cases_of
from avdet.records.people.queries import customer_of
from avdet.records.refunds.shown import money_shown
from avdet.records.shared.pages import Page
from avdet.web.portal.case_supply import asked_of, missing
from avdet.web.portal.case_told import demands, is_paid_back, promise, standing
from avdet.web.portal.evidence import panel
from avdet.web.portal.ownership import own_case, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks
from avdet.web.shared.refusals import why
from avdet.words.catalogue import say
from avdet.words.phrases import phrase
from avdet.workflows.cases.ask_customer import was_asked
from avdet.workflows.cases.case_story import case_story
from avdet.workflows.cases.slip_of_case import slip_of_case
from avdet.workflows.cases.withdraw_case import may_withdraw, withdraw_case
from avdet.workflows.goods.announce_parcel import rest_of
from avdet.workflows.goods.custody import ask_for_goods


@open_to("signed_in")
def cases(request: PageRequest) -> HttpResponse:
    """The reader's requests in this store, the newest first."""
    customer = customer_of(request.user, request.store)
    page: Page[Case] = cases_of_customer(customer, **marks(request)) if customer else Page([])
    shown = [(each, standing(each), say(request.language, "reason", each.reason)) for each in page.rows]
    return render(request, "portal/case/list.html", {"page": page, "shown": shown})


@open_to("anyone")
def case(request: PageRequest, number: str) -> HttpResponse:
    """One request: how it stands, the decision, what to pack, what is next, what has happened."""
    found = own_case(request, number)
    drawn = slip_of_case(found, request.language)
    here = to(request, "case", number=number)
    album = panel(
        request, Holder(found.order, case=found), onward=here, six="six_photos" in asked_of(found),
        action=to(request, "case_evidence", number=number),
    )  # fmt: skip
    context = {
        "case": found, "order": found.order, "standing": standing(found), "slip": drawn.slip, "texts": drawn.texts,
        "reason": say(request.language, "reason", found.reason), "demands": demands(found, drawn.texts, request.language),
        "story": case_story(found, request.language), "evidence": album, "open": found.state not in OVER,
        "others": [each for each in cases_of(found.order) if each.claim_id == found.claim_id and each.pk != found.pk],
        "may_withdraw": _may_withdraw(found), "missing": missing(found, request.language),
        "told": told_last(found) if was_asked(found) else "",
        "asks": money_shown(found.order).asks if is_paid_back(found) else "",
        "rest": rest_of(found), "promise": promise(found, timezone.now()),
    }  # fmt: skip
    return render(request, "portal/case/case.html", context)


@open_to("anyone")
def case_withdraw(request: PageRequest, number: str) -> HttpResponse:
    """Takes a request back, after a page that says what follows."""
    found = own_case(request, number)
    onward = HttpResponseRedirect(to(request, "case", number=number))
    if request.method != "POST" and _may_withdraw(found):
        return render(request, "portal/case/withdraw.html", {"case": found})
    if request.method != "POST":
        return onward
    try:
        withdraw_case(found, actor=reader(request), now=timezone.now())
    except AvdetError as fault:
        messages.error(request, why(request.language, fault, "portal.case.not_now"))
    else:
        messages.success(request, phrase(request.language, "portal.case.taken_back"))
    return onward


@open_to("anyone")
@require_POST
def case_call(request: PageRequest, number: str) -> HttpResponse:
    """Asks for goods that are in custody."""
    found = own_case(request, number)
    try:
        ask_for_goods(found, actor=reader(request), now=timezone.now())
    except AvdetError as fault:
        messages.error(request, why(request.language, fault, "portal.case.not_now"))
    else:
        messages.success(request, phrase(request.language, "portal.case.called"))
    return HttpResponseRedirect(to(request, "case", number=number))


def _may_withdraw(case: Case) -> bool:
    """Whether its customer is offered to take it back; what the store has opened again, the store ends."""
    return may_withdraw(case) and not case.settled_before
