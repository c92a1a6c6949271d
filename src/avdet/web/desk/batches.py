"""Payout batches: approved by one person, released by another, given to the bank as a file, and settled by its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.ports.banks import LARGEST
from avdet.records.payouts.due import shared_accounts
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.payouts.queries import batch_of, batches_page, waiting_word
from avdet.records.shared.errors import Conflict
from avdet.web.desk.pages import PURSES, actor_of, done, page, refused, to, unchanged
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.web.shared.states import BATCH_TONES, LINE_TONES
from avdet.words import money as priced
from avdet.words.faults import in_words
from avdet.words.phrases import phrase
from avdet.workflows.money.answer_by_hand import RESULTS, agree_to_word, enter_word, refuse_word
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.make_batch import take_out, void_batch
from avdet.workflows.money.read_bank_file import Reading, read_bank_file
from avdet.workflows.money.release_batch import approve_batch, payer_of, release_batch

_MOVES: Final = {
    "draft": ("approve", "void"), "approved": ("release", "void"), "released": ("xml", "csv", "void"),
    "exported": ("xml", "csv"), "settled": ("xml", "csv"), "void": (),
}  # fmt: skip
_FILES: Final = {"xml": "application/xml", "csv": "text/csv; charset=utf-8"}


@open_to(*PURSES)
def batches(request: PageRequest) -> HttpResponse:
    """Every batch, the newest first, and the form that takes a bank's answer."""
    return _listed(request)


def _listed(request: PageRequest, fault: str = "", status: int = 200) -> HttpResponse:
    found = batches_page(request.store, **marks(request))
    context = {
        "rows": [(each, BATCH_TONES[each.state]) for each in found.rows], "payer": payer_of(request.store), "fault": fault,
        **pager(to(request, "batches"), "", found),
    }  # fmt: skip
    return page(request, "batches", "payouts", context, status=status)


@open_to(*PURSES)
def batch(request: PageRequest, number: int) -> HttpResponse:
    """One batch: what may be done with it, its transfers with their accounts, what has happened."""
    return _shown(request, _batch(request, number))


def _batch(request: PageRequest, number: int) -> PayoutBatch:
    found = batch_of(request.store, number) if number < 2**31 else None
    if found is None:
        raise Http404
    return found


def _shown(request: PageRequest, found: PayoutBatch, fault: str = "", status: int = 200) -> HttpResponse:
    say, lines = request.language, list(found.lines.all())
    kept = [line for line in lines if line.result != "taken_out"]
    total = found.total_minor if found.lines_count else sum(line.amount_minor for line in kept)
    amount = priced(total, found.currency, say)
    shared = shared_accounts(request.store, [line.refund.account for line in kept if line.refund.account])
    context = {
        "batch": found, "tone": BATCH_TONES[found.state], "fault": fault, "amount": amount, "total": total, "count": len(kept),
        "moves": [(name, phrase(say, f"desk.batch_follows.{name}", amount=amount)) for name in _open(request, found)],
        "lines": [(line, LINE_TONES[line.result], shared.get(_print(line), 0)) for line in lines],
        "events": [(each, phrase(say, f"desk.batch_event.{each.kind}")) for each in found.events.all()],
        "day_over": found.state in ("draft", "approved") and found.pay_on < request.store.day_of(timezone.now()),
        "payer": payer_of(request.store), "own": found.approved_by_id == request.user.pk, **_words(request, found, lines),
    }  # fmt: skip
    return page(request, "batch", "payouts", context, status=status)


def _words(request: PageRequest, found: PayoutBatch, lines: list[PayoutLine]) -> dict[str, Any]:
    """What was entered of the bank by hand and waits for another person; or what can be entered now."""
    word = waiting_word(found)
    left = [line for line in lines if line.result == "open"] if found.state == "exported" and word is None else []
    return {
        "word": word, "own_word": word is not None and word.author_id == request.user.pk,
        "word_lines": [(line.pk, f"{line.refund.payment.order.number} · …{line.last_digits}") for line in left],
        "word_results": [(name, phrase(request.language, f"desk.word_result.{name}")) for name in RESULTS],
    }  # fmt: skip


def _print(line: Any) -> str:
    return str(line.refund.account.number_print) if line.refund.account else ""


def _open(request: PageRequest, found: PayoutBatch) -> Iterator[str]:
    """The moves that the reader may make now: who has approved a batch does not release it."""
    for name in _MOVES[found.state]:
        if name != "release" or found.approved_by_id != request.user.pk:
            yield name


Work = Callable[[PageRequest, PayoutBatch, datetime], object]


@open_to(*PURSES)
@require_POST
def do(request: PageRequest, number: int, name: str) -> HttpResponse:
    """Makes one move; `xml` and `csv` answer with the file, which no cache keeps."""
    found = _batch(request, number)
    if name not in _WORK and name not in _FILES:
        raise Http404
    try:
        if name in _FILES:
            return _file(request, found, name)
        unchanged(request, found.revision)
        _WORK[name](request, found, timezone.now())
    except Conflict:
        return _shown(request, _batch(request, number), phrase(request.language, "desk.refused.batch_changed"), 409)
    except AvdetError as fault:
        return _shown(request, _batch(request, number), refused(request, fault), 422)
    return done(request, f"batch_{name}", to(request, "batch", number=number))


def _file(request: PageRequest, found: PayoutBatch, kind: str) -> HttpResponse:
    content = export_batch(found, kind, now=timezone.now(), actor=actor_of(request))
    response = HttpResponse(content, content_type=_FILES[kind])
    response["Content-Disposition"] = f'attachment; filename="{found.message_id}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _line(request: PageRequest, found: PayoutBatch) -> PayoutLine:
    wanted = request.POST.get("line", "")
    line = next((each for each in found.lines.all() if str(each.pk) == wanted), None)
    if line is None:
        raise AvdetError("no such transfer", where="line", cure="choose one of the list")
    return line


def _enter(request: PageRequest, found: PayoutBatch, now: datetime) -> object:
    line = _line(request, found) if request.POST.get("line") else None
    result, reference, why = (request.POST.get(name, "") for name in ("result", "reference", "why"))
    return enter_word(found, line, result, reference=reference, why=why, user=request.user, now=now)


def _decide(request: PageRequest, found: PayoutBatch, now: datetime, decide: Callable[..., object]) -> object:
    word = waiting_word(found)
    if word is None:
        raise Conflict("nothing waits to be decided", where="word", cure="look at the batch again")
    return decide(word, user=request.user, now=now, actor=actor_of(request))


_WORK: Final[dict[str, Work]] = {
    "approve": lambda request, found, now: approve_batch(found, user=request.user, now=now, actor=actor_of(request)),
    "release": lambda request, found, now: release_batch(found, user=request.user, now=now, actor=actor_of(request)),
    "void": lambda request, found, now: void_batch(found, why=request.POST.get("why", ""), now=now, actor=actor_of(request)),
    "take_out": lambda request, found, now: take_out(found, _line(request, found), now=now, actor=actor_of(request)),
    "word": _enter,
    "agree": lambda request, found, now: _decide(request, found, now, agree_to_word),
    "refuse": lambda request, found, now: _decide(request, found, now, refuse_word),
}


@open_to(*PURSES)
@require_POST
def answer(request: PageRequest) -> HttpResponse:
    """Takes what a bank says of batches, as pain.002 or as a table, and shows what became of each transfer."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST:
        what = "file_missing" if file is None else "file_large"
        return _listed(request, phrase(request.language, f"desk.refused.{what}"), 422)
    try:
        found = read_bank_file(request.store, file.read(), now=timezone.now(), actor=actor_of(request))
    except AvdetError as fault:
        problem = in_words(fault, request.language)
        return _listed(request, phrase(request.language, "desk.refused.file_unread", problem=problem), 422)
    return page(request, "answer", "payouts", {"reading": found, "counts": _counts(request, found)})


def _counts(request: PageRequest, found: Reading) -> list[tuple[str, int, str]]:
    tones = {"settled": "good", "returned": "bad", "pending": "news", "known": "quiet", "findings": "wait"}
    return [(phrase(request.language, f"desk.answer.{name}"), count, tones[name]) for name, count in found.counts().items()]
