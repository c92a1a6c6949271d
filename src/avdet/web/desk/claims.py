"""A claim is taken down for a customer on the telephone: one page, with what the terms say of it as one writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.errors import Conflict
from avdet.web.desk.claim_evidence import handed_in, kinds, owner_of
from avdet.web.desk.order import the_order
from avdet.web.desk.pages import CLAIMANTS, actor_of, done, page, to
from avdet.web.desk.reading import SAID, YES_NO
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.answer_told import AnswerTold, answer_told
from avdet.words.catalogue import say
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.words.slip import Slip
from avdet.workflows.claims.claim_form import ClaimForm, Entry, claim_form, form_of
from avdet.workflows.claims.suggest_reason import suggest_reason
from avdet.workflows.claims.write_claim import Said, begin_claim, file_draft, write_down
from avdet.workflows.policy.ask_policy import OrderFile, file_of, lines_to_ask, slip_of, texts_of
from avdet.workflows.policy.options_now import lines_to_claim, reasons_for


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the order: what may be claimed of it, what has been written, and what is asked.

    `left` is how many pieces may be claimed, `likely` whether the customer's words have chosen the reason; what is asked:
    (fact, question, answer, what that did).
    """

    line: OrderLine
    left: int
    quantity: str
    reasons: list[tuple[str, str]]
    reason: str
    likely: bool
    asked: list[tuple[str, str, str, AnswerTold | None]]
    slip: Slip | None


@dataclass(frozen=True, slots=True)
class Written:
    """What the rows are made of: what was `sent` and refused, if anything; the customer's words; the texts of clauses."""

    sent: Mapping[str, str]
    words: str
    texts: Mapping[str, str]
    language: str


@open_to(*CLAIMANTS)
def claim(request: PageRequest, number: str) -> HttpResponse:
    """The page; posted, it keeps what was written, and files it where that was asked for and nothing is missing."""
    order, now = the_order(request, number), timezone.now()
    form = claim_form(order, owner_of(request), now=now, language=request.language)
    file = form.file if form else file_of(order, now)
    if request.method == "POST" and file is not None:
        return _written(request, form or form_of(begin_claim(order, owner_of(request), now=now), file, request.language), now)
    return _page(request, order, file, form)


def _written(request: PageRequest, form: ClaimForm, now: datetime) -> HttpResponse:
    order, fault, status = form.file.order, "", 422
    if request.POST.get("revision", "0") not in (str(form.draft.revision), "0"):
        fault, status = "continued", 409
    else:
        try:
            write_down(form, list(_said(request, form)), words=request.POST.get("words", "").strip(), now=now)
        except Conflict:
            fault, status = "continued", 409
        except AvdetError as refused:
            fault = str(refused.where)
    fresh = claim_form(order, owner_of(request), now=now, language=request.language)
    if not fault and "file" in request.POST and fresh is not None:
        if fresh.is_ready:
            return _filed(request, fresh, now)
        fault = "unanswered"
    if fault:
        said = phrase(request.language, f"desk.claim.fault.{fault}")
        return _page(request, order, form.file, fresh, fault=said, status=status, sent=request.POST if status == 422 else None)
    return redirect(to(request, "claim", number=order.number))


def _filed(request: PageRequest, form: ClaimForm, now: datetime) -> HttpResponse:
    try:
        cases = file_draft(form, form.draft.revision, actor=actor_of(request), channel="desk", now=now, later=form.unshown)
    except AvdetError:
        messages.error(request, phrase(request.language, "desk.claim.fault.continued"))
        return redirect(to(request, "claim", number=form.file.order.number))
    return done(request, "claimed", to(request, "case", number=cases[0].number), number=cases[0].number)


def _page(
    request: PageRequest, order: Order, file: OrderFile | None, form: ClaimForm | None, *, fault: str = "", status: int = 200,
    sent: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page as it was written; after a refusal with what was `sent`."""
    sent = sent or {}
    words = sent.get("words", form.draft.words if form else "")
    there = lines_to_claim(file) if file else {}
    texts = texts_of(file, request.language) if file else {}
    written = Written(sent, words, texts, request.language)
    alone = form is None and len(there) == 1
    rows = [_row(written, file, line, left, form, str(left) if alone else "") for line, left in there.items()] if file else []
    context = {
        "order": order, "rows": rows, "texts": texts, "fault": fault, "ready": form is not None and form.is_ready,
        "revision": form.draft.revision if form else 0, "words": words,
        "pieces": handed_in(request, order), "kinds": kinds(request.language),
    }  # fmt: skip
    return page(request, "claim", "orders", context, status=status)


def _row(written: Written, file: OrderFile, line: OrderLine, left: int, form: ClaimForm | None, pieces: str) -> Row:
    """A line as it is written, of which so many pieces are `left`; `pieces` stands in its box until something is."""
    entry, language, sent = form.of(line.position) if form else None, written.language, written.sent
    quantity = sent.get(f"line-{line.pk}", str(entry.quantity) if entry else pieces)
    reason = sent.get(f"reason-{line.pk}", entry.reason if entry else "")
    likely = suggest_reason(file, line, written.words) if quantity and not reason else ()
    reasons = [(each, say(language, "reason", each)) for each in reasons_for(file, line)]
    reasons.sort(key=lambda row: likely.index(row[0]) if row[0] in likely else len(likely))
    put = entry if entry and entry.reason else None
    drawn = slip_of(file, put.answer, point="claim", reason=put.reason, language=language) if put else None
    asked = list(_asked(written, put)) if put else []
    return Row(line, left, quantity, reasons, reason or next(iter(likely), ""), bool(likely), asked, drawn)


def _asked(written: Written, entry: Entry) -> Iterator[tuple[str, str, str, AnswerTold | None]]:
    """What has been answered and still matters, then what is open, the most decisive first."""
    for fact in (*entry.needed, *entry.ask):
        given = entry.told(fact)
        told = answer_told(entry, given, written.texts, written.language) if given else None
        said = written.sent.get(f"answer-{entry.line.pk}-{fact}", SAID.get(entry.said.get(fact), ""))
        yield fact, BY_NAME[fact].asked(written.language), said, told


def _said(request: PageRequest, form: ClaimForm) -> Iterator[Said]:
    """What was written of each line; a figure may be Persian. An answer that was not on the page stands as it was."""
    for line in lines_to_ask(form.file):
        count = digits(request.POST.get(f"line-{line.pk}", ""), "en").strip()
        if not count or count == "0":
            continue
        entry, begin = form.of(line.position), f"answer-{line.pk}-"
        posted = {name.removeprefix(begin): value for name, value in request.POST.items() if name.startswith(begin)}
        kept = {fact: value for fact, value in (entry.said if entry else {}).items() if fact not in posted}
        answers = {fact: YES_NO[value] for fact, value in posted.items() if value in YES_NO}
        quantity = int(count[:9]) if count.isdecimal() else 0
        yield Said(line.pk, quantity, request.POST.get(f"reason-{line.pk}", ""), {**kept, **answers})
