"""A claim is written on a page for each step: which products, what is wrong, one question at a time, check, send.

Nothing needs a script, and going back always works: an answer that is given again takes the place of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import BY_FILES
from avdet.records.cases.evidence import Holder
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.errors import Conflict
from avdet.web.portal.claim_told import entries_told, reasons_told, wants_evidence
from avdet.web.portal.evidence import panel
from avdet.web.portal.ownership import own_order, reader, to, writer
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.answer_told import answer_told
from avdet.web.shared.refusals import why
from avdet.words.catalogue import say
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.claims.claim_form import ANSWERABLE, ClaimForm, Entry, claim_form, form_of
from avdet.workflows.claims.suggest_reason import suggest_reason
from avdet.workflows.claims.write_claim import (
    MOST_WORDS,
    begin_claim,
    choose_pieces,
    file_draft,
    filed_with,
    give_answer,
    give_reason,
    take_back,
)
from avdet.workflows.policy.ask_policy import file_of, lines_to_ask, texts_of
from avdet.workflows.policy.options_now import lines_to_claim, reasons_for

Work = Callable[[datetime], object]


@open_to("anyone")
def claim(request: PageRequest, number: str) -> HttpResponse:
    """Which products, and how many pieces of each. Posted for the first time, it begins the draft."""
    order, now = own_order(request, number), timezone.now()
    form = _form(request, order, now)
    file = form.file if form else file_of(order, now)
    there = lines_to_claim(file) if file else {}
    pieces = _pieces(request, there) if request.method == "POST" else {}
    fault = _refusal(pieces, there) if request.method == "POST" and there else ""
    if request.method != "POST" or file is None or not there or fault:
        context = {
            "order": order, "rows": _rows(request, there, form), "arrived": bool(file and lines_to_ask(file)),
            "error": phrase(request.language, f"portal.claim.fault.{fault}") if fault else "",
        }  # fmt: skip
        return render(request, "portal/claim/products.html", context, status=422 if fault else 200)
    form = form or form_of(begin_claim(order, writer(order), now=now), file, request.language)
    return _done(request, order, lambda at: choose_pieces(form, pieces, now=at, reason=request.GET.get("reason", "")))


@open_to("anyone")
def claim_reason(request: PageRequest, number: str, line: int) -> HttpResponse:
    """What is wrong with one of the products."""
    order, form, entry = _found(request, number, line)
    if form is None or entry is None:
        return _to(request, order, "claim")
    reason = request.POST.get("reason", "")
    words = request.POST.get("words", form.draft.words).replace("\r\n", "\n").strip()[:MOST_WORDS]
    asked = "suggest" in request.POST
    if request.method == "POST" and not asked and reason in reasons_for(entry.file, entry.line):
        return _done(request, order, lambda at: give_reason(form, entry, reason, words=words, now=at))
    options, hints = reasons_told(entry, request.language)
    likely = suggest_reason(form.file, entry.line, words) if words and (asked or not reason) else ()
    options.sort(key=lambda row: likely.index(row[0]) if row[0] in likely else len(likely))
    chosen = reason if reason in dict(options) else entry.reason or next(iter(likely), "")
    error = phrase(request.language, "portal.claim.fault.reason") if request.method == "POST" and not asked else ""
    context = {
        "order": order, "form": form, "entry": entry, "options": options, "hints": hints, "error": error,
        "words": words, "likely": likely, "asked_for_likely": asked, "chosen": chosen,
        "asked": BY_NAME["reason"].asked(request.language), "back": _url(request, order, "claim"),
    }  # fmt: skip
    return render(request, "portal/claim/reason.html", context, status=422 if error else 200)


@open_to("anyone")
def claim_question(request: PageRequest, number: str, line: int, fact: str) -> HttpResponse:
    """One question. What is asked no more, such as after another answer, leads on to what is."""
    if fact not in ANSWERABLE:
        raise Http404
    order, form, entry = _found(request, number, line)
    if form is None or entry is None or not entry.reason:
        return _to(request, order, "claim")
    if request.method == "POST" and "take_back" in request.POST:
        return _done(request, order, lambda at: take_back(form, entry, fact, now=at), said="taken_back", stay=True)
    if fact not in entry.ask and (fact not in entry.said or fact in entry.shown):
        return HttpResponseRedirect(onward(request, form))
    said = request.POST.get("answer", "")
    if request.method == "POST" and said in ("yes", "no"):
        return _done(request, order, lambda at: give_answer(form, entry, fact, said == "yes", now=at))
    return _question(request, form, entry, fact)


def _question(request: PageRequest, form: ClaimForm, entry: Entry, fact: str) -> HttpResponse:
    said = [each for each in entry.said if each not in entry.shown]
    earlier = said[: said.index(fact)] if fact in said else said
    last = entry.told(earlier[-1]) if earlier and fact not in entry.said else None
    order = form.file.order
    step = {"line": entry.line.position, **({"fact": earlier[-1]} if earlier else {})}
    back = _url(request, order, "claim_question" if earlier else "claim_reason", **step)
    context = {
        "order": order, "form": form, "entry": entry, "fact": fact, "asked": BY_NAME[fact].asked(request.language),
        "reason": say(request.language, "reason", entry.reason), "back": back,
        "number": len(earlier) + 1, "more": max(0, entry.most_left - 1),
        "given": entry.said.get(fact), "by_file": fact in BY_FILES,
        "last": answer_told(entry, last, texts_of(entry.file, request.language), request.language) if last else None,
        "error": phrase(request.language, "portal.claim.fault.answer") if request.method == "POST" else "",
    }  # fmt: skip
    return render(request, "portal/claim/question.html", context, status=422 if context["error"] else 200)


@open_to("anyone")
def claim_evidence(request: PageRequest, number: str) -> HttpResponse:
    """Photographs and documents, as far as they can matter."""
    order, form, _ = _found(request, number, 0)
    if form is None:
        return _to(request, order, "claim")
    wanted = set(wants_evidence(form))
    shown = panel(
        request, Holder(order, draft=form.draft), action=_url(request, order, "evidence"),
        onward=_url(request, order, "claim_evidence"), six="six_photos" in wanted,
    )  # fmt: skip
    context = {"order": order, "form": form, "evidence": shown, "onward": onward(request, form, shown=True)}
    return render(request, "portal/claim/evidence.html", context)


@open_to("anyone")
def claim_check(request: PageRequest, number: str) -> HttpResponse:
    """All that was said, and what would be answered now; sent from here, once, whatever is clicked twice."""
    order, now = own_order(request, number), timezone.now()
    form = _form(request, order, now)
    if form is None and (filed := filed_with(order, request.POST.get("token", ""))):
        return HttpResponseRedirect(to(request, "case", number=filed[0].number))
    if form is None or not form.entries:
        return _to(request, order, "claim")
    if not form.is_ready:
        return HttpResponseRedirect(onward(request, form))
    if request.method == "POST" and set(form.unshown) <= set(request.POST.getlist("later")):
        return _send(request, form)
    return _check(request, form)


def _check(request: PageRequest, form: ClaimForm) -> HttpResponse:
    """All that was said. Of a report that was named and is not here, it has to be said that it follows."""
    fault = phrase(request.language, "portal.claim.fault.later") if request.method == "POST" else ""
    context = {
        "order": form.file.order, "form": form, "told": entries_told(form, request.language), "fault": fault,
        "texts": texts_of(form.file, request.language), "evidence": any(wants_evidence(form)),
        "unshown": [(fact, say(request.language, "requirement", fact)) for fact in form.unshown],
    }  # fmt: skip
    return render(request, "portal/claim/check.html", context, status=422 if fault else 200)


def _send(request: PageRequest, form: ClaimForm) -> HttpResponse:
    order = form.file.order
    revision = request.POST.get("revision", "")
    known = revision.isascii() and revision.isdecimal() and len(revision) < 10 and request.POST.get("token") == form.draft.token
    channel = "portal" if request.user.is_authenticated else "guest"
    try:
        cases = file_draft(
            form, int(revision) if known else -1, actor=reader(request), channel=channel, now=timezone.now(),
            later=request.POST.getlist("later"),
        )  # fmt: skip
    except Conflict:
        messages.error(request, phrase(request.language, "portal.claim.continued"))
        return _to(request, order, "claim_check")
    except AvdetError as fault:
        messages.error(request, why(request.language, fault, "portal.claim.not_now"))
        return _to(request, order, "claim")
    messages.success(request, phrase(request.language, "portal.claim.filed", number=cases[0].number))
    return HttpResponseRedirect(to(request, "case", number=cases[0].number))


# ---- from step to step -----------------------------------------------------------------------------------------------


def onward(request: PageRequest, form: ClaimForm, *, shown: bool = False) -> str:
    """The next step: a reason, a question, the evidence where it can matter, or the check of it all."""
    order, entry = form.file.order, form.next
    if not form.entries:
        return _url(request, order, "claim")
    if entry is not None and not entry.reason:
        return _url(request, order, "claim_reason", line=entry.line.position)
    if entry is not None:
        return _url(request, order, "claim_question", line=entry.line.position, fact=entry.ask[0])
    return _url(request, order, "claim_evidence" if not shown and any(wants_evidence(form)) else "claim_check")


def _form(request: PageRequest, order: Order, now: datetime) -> ClaimForm | None:
    return claim_form(order, writer(order), now=now, language=request.language)


def _found(request: PageRequest, number: str, line: int) -> tuple[Order, ClaimForm | None, Entry | None]:
    order = own_order(request, number)
    form = _form(request, order, timezone.now())
    return order, form, form.of(line) if form else None


def _done(request: PageRequest, order: Order, work: Work, *, said: str = "", stay: bool = False) -> HttpResponse:
    """Does it and goes on; or says why not, and shows the form as it stands now."""
    now = timezone.now()
    try:
        work(now)
    except AvdetError:
        messages.error(request, phrase(request.language, "portal.claim.continued"))
    else:
        if said:
            messages.success(request, phrase(request.language, f"portal.claim.{said}"))
    form = _form(request, order, now)
    if form is None:
        return _to(request, order, "claim")
    return HttpResponseRedirect(request.path if stay else onward(request, form))


def _url(request: PageRequest, order: Order, name: str, **places: object) -> str:
    return to(request, name, number=order.number, **places)


def _to(request: PageRequest, order: Order, name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(_url(request, order, name))


# ---- which products --------------------------------------------------------------------------------------------------


def _rows(request: PageRequest, there: Mapping[OrderLine, int], form: ClaimForm | None) -> list[tuple[OrderLine, int, str]]:
    """(line, pieces that may be claimed, what stands in its box); of a line alone, or one that was pointed at, all of them."""
    chosen = {entry.line.pk: str(entry.quantity) for entry in form.entries} if form else {}
    pointed = request.GET.get("line", "")
    if not chosen:
        chosen = {line.pk: str(left) for line, left in there.items() if len(there) == 1 or str(line.position) == pointed}
    typed = {line.pk: request.POST.get(f"line-{line.pk}", "")[:9] for line in there} if request.method == "POST" else {}
    return [(line, left, typed.get(line.pk, chosen.get(line.pk, ""))) for line, left in there.items()]


def _pieces(request: PageRequest, there: Iterable[OrderLine]) -> dict[int, int]:
    """Line id → pieces; a figure may be Persian, and what is none counts as none."""
    said = {line.pk: digits(request.POST.get(f"line-{line.pk}", ""), "en").strip() for line in there}
    return {line: int(text[:9]) for line, text in said.items() if text.isdecimal() and int(text[:9])}


def _refusal(pieces: dict[int, int], there: Mapping[OrderLine, int]) -> str:
    if not pieces:
        return "none_chosen"
    return "too_many" if any(pieces.get(line.pk, 0) > left for line, left in there.items()) else ""
