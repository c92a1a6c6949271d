"""Moves of cases are made: each checks that the case is still the one that was looked at, and says what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.contract.question import Answers
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import CARRIAGES
from avdet.records.cases.models import Case
from avdet.records.cases.notes import LONGEST, assign, write_note
from avdet.records.cases.queries import case_by_number
from avdet.records.people.staff import staff_of
from avdet.records.shared.errors import Conflict
from avdet.web.desk.case import case_page, the_case
from avdet.web.desk.case_moves import WHO
from avdet.web.desk.pages import WRITERS, actor_of, done, refused, to, typed, unchanged
from avdet.web.desk.reading import YES_NO
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.ask_customer import ask_customer
from avdet.workflows.cases.merge_cases import merge_cases
from avdet.workflows.cases.override_case import agree_override, override_case, refuse_override
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.file_claim import Unanswered

Work = Callable[[PageRequest, Case, datetime], object]


@open_to(*WRITERS)
@require_POST
def do(request: PageRequest, number: str, name: str) -> HttpResponse:
    """Makes one move, or shows the case again with what stood in its way."""
    if name not in _WORK or request.role not in WHO[name]:
        raise Http404
    found = the_case(request, number)
    try:
        with transaction.atomic():
            if name != "note":
                unchanged(request, found.revision)
            _WORK[name](request, found, timezone.now())
    except Conflict:
        return _again(request, number, name, phrase(request.language, "desk.case_refused.changed"), 409)
    except Unanswered as lacking:
        asked = " ".join(BY_NAME[fact].asked(request.language) for fact in lacking.facts[:3])
        return _again(request, number, name, phrase(request.language, "desk.case_refused.more", asked=asked), 422)
    except AvdetError as fault:
        return _again(request, number, name, refused(request, fault, "desk.case_refused"), 422)
    return done(request, f"case_{name}", to(request, "case", number=number))


def _again(request: PageRequest, number: str, name: str, fault: str, status: int) -> HttpResponse:
    return case_page(request, the_case(request, number), tried=name, fault=fault, status=status)


def _answer(request: PageRequest, found: Case, now: datetime) -> object:
    said = {name: YES_NO[value] for name in Answers.__struct_fields__ if (value := request.POST.get(name, "")) in YES_NO}
    return answer_case(found, said, actor=actor_of(request), now=now)


def _ask(request: PageRequest, found: Case, now: datetime) -> object:
    wanted = [each[:40] for each in request.POST.getlist("wanted")[:10]]
    return ask_customer(found, wanted, words=typed(request, "words", 2_000), author=request.user, now=now)


def _override(request: PageRequest, found: Case, now: datetime) -> object:
    asked: dict[str, Any] = {name: typed(request, name, 20) for name in ("outcome", *CARRIAGES)}
    asked["remedies"] = [each[:40] for each in request.POST.getlist("remedies")[:10]] if asked["outcome"] != "deny" else []
    return override_case(found, asked, reason=typed(request, "why", 2_000), author=request.user, now=now)


def _merge(request: PageRequest, found: Case, now: datetime) -> object:
    other = case_by_number(request.store, typed(request, "other", 70))
    if other is None:
        raise AvdetError("no such case", where="merge", cure="choose one of the list")
    return merge_cases(found, other, actor=actor_of(request), now=now)


def _assign(request: PageRequest, found: Case, now: datetime) -> object:
    people = {str(member.user_id): member.user for member in staff_of(request.store)}
    wanted = typed(request, "colleague", 20)
    if wanted and wanted not in people:
        raise AvdetError("nobody of this store's staff", where="assigned_to", cure="choose a colleague")
    return assign(found, people.get(wanted), actor=actor_of(request), now=now)


_WORK: Final[dict[str, Work]] = {
    "answer": _answer,
    "ask": _ask,
    "override": _override,
    "agree": lambda request, found, now: agree_override(found, approver=request.user, now=now),
    "refuse": lambda request, found, now: refuse_override(found, approver=request.user, now=now),
    "withdraw": lambda request, found, now: withdraw_case(found, actor=actor_of(request), now=now),
    "reopen": lambda request, found, now: reopen_case(found, why=typed(request, "why", LONGEST), author=request.user, now=now),
    "merge": _merge,
    "assign": _assign,
    "note": lambda request, found, now: write_note(found, typed(request, "note", LONGEST), author=request.user, now=now),
}
