"""One case: the facts, what was decided by which clause and what has happened since, and the moves that are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone

from avdet.contract.question import Answers
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import BY_FILES, CARRIAGES
from avdet.records.cases.deadlines import deadlines_of
from avdet.records.cases.evidence import Holder
from avdet.records.cases.merging import alike
from avdet.records.cases.models import OVER, Case, CaseOverride
from avdet.records.cases.overrides import overrides_of
from avdet.records.cases.queries import case_by_number
from avdet.records.people.staff import staff_of
from avdet.web.desk.case_moves import OnDesk, offered
from avdet.web.desk.claim_evidence import kinds
from avdet.web.desk.pages import CLAIMANTS, EXPERTS, page, titled
from avdet.web.desk.reading import SAID
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.evidence import pieces
from avdet.web.shared.states import CASE_ICONS, CASE_TONES, STORY_ICONS, STORY_TONES
from avdet.words.catalogue import capital, say
from avdet.workflows.cases.case_story import Told, case_story_for_staff
from avdet.workflows.cases.override_case import grants_for
from avdet.workflows.cases.slip_of_case import CaseSlip, slip_of_case
from avdet.workflows.claims.show_evidence import show_to_expert
from avdet.workflows.goods.announce_parcel import may_come


@open_to(*STAFF)
def case(request: PageRequest, number: str) -> HttpResponse:
    """The page."""
    return case_page(request, the_case(request, number))


def the_case(request: PageRequest, number: str) -> Case:
    """The store's case of that number; without one there is no such page."""
    found = case_by_number(request.store, number)
    if found is None:
        raise Http404
    return found


def case_page(request: PageRequest, found: Case, *, tried: str = "", fault: str = "", status: int = 200) -> HttpResponse:
    """The case as it stands; after a move that was `tried`, with what stood in its way and what had been typed."""
    now, language = timezone.now(), request.language
    drawn = slip_of_case(found, language)
    told = slip_of_case(found, found.claim.language) if found.claim.language != language else drawn
    overrides, others = overrides_of(found), alike(found)
    waiting = next((each for each in overrides if each.state == "waiting"), None)
    desk = OnDesk(found, others, waiting, request.user.pk)
    album = show_to_expert(Holder(found.order, case=found))
    sent = request.POST if tried else QueryDict()
    context = {
        "case": found, "order": found.order, "line": found.order_line, "desk": desk, "alike": others, "waiting": waiting,
        "tone": CASE_TONES[found.state], "icon": CASE_ICONS[found.state],
        "reason": titled(language, "desk.choice", found.reason), "late": is_late(found, now),
        "slip": drawn.slip, "texts": drawn.texts, "told": told.slip, "told_texts": told.texts,
        "sides": _sides(drawn, overrides if found.overridden else ()),
        "answers": _answers(found, language), "asked": _asked(found, sent, language),
        "deadlines": _deadlines(found, now, language),
        "story": _story(found, language, overrides),
        "pieces": pieces(request, album), "kinds": kinds(language) if may_add(found, request.role) else [],
        "moves": offered(desk, request.role, language), "colleagues": _colleagues(request),
        "grants": _grants(found, language), "wish": _wish(waiting, language),
        "askable": [(name, capital(say(language, "requirement", name), language)) for name in BY_FILES],
        "wanted": sent.getlist("wanted"),
        "tried": tried, "fault": fault, "typed": sent, "carriages": [(way, sent.get(way, "")) for way in CARRIAGES],
        "assigned": sent.get("colleague", str(found.assigned_to_id or "")),
        "ticked": sent.getlist("remedies") if tried == "override" else found.decision.get("remedies", []),
        "sends": request.role in CLAIMANTS and _is_sent_in(found),
        "examined": request.role in EXPERTS and found.goods in ("arrived", "inspected"),
    }  # fmt: skip
    return page(request, "case", "cases", context, status=status)


def may_add(found: Case, role: str | None) -> bool:
    """Whether photographs and documents may be added to it by somebody of that role."""
    return role in CLAIMANTS and found.state not in OVER


def _story(found: Case, language: str, overrides: Iterable[CaseOverride]) -> list[tuple[Told, str, str]]:
    """Each knot of the timeline with its icon and its tone."""
    told = case_story_for_staff(found, language, overrides)
    return [(each, STORY_ICONS.get(each.kind, ""), STORY_TONES.get(each.kind, "")) for each in told]


def _is_sent_in(found: Case) -> bool:
    """Whether its goods are to be sent in, or are on their way; of several pieces some may have to follow."""
    return found.goods == "on_the_way" or (may_come(found) and (found.goods == "with_customer" or found.quantity > 1))


def is_late(found: Case, now: datetime) -> bool:
    """Whether whoever is waited for is overdue."""
    return found.waits_for != Case.WaitsFor.NOBODY and found.due_at is not None and found.due_at < now


def _sides(drawn: CaseSlip, overrides: Iterable[CaseOverride]) -> list[dict[str, str]]:
    """For a review: what is open, side by side: each clause with what it says by itself, or the place where there is none.

    What a colleague had granted stands beside the clauses that a finding has set against it.
    """
    if drawn.slip.result != "review":
        return []
    rows = [row for row in drawn.because if row["effect"] == "outcome" and row.get("finding")]
    granted = [each for each in overrides if each.state == "in_force" and each.asked.get("outcome") == "approve"]
    people = [{"author": str(each.author), "clause": "", "text": each.reason, "says": "approve"} for each in granted]
    return people + [
        {"clause": "" if row["finding"] == "gap" else row["clause"], "text": row["text"],
         "says": row.get("says", "") if row.get("says") in ("approve", "deny", "evidence", "review") else ""}
        for row in rows
    ]  # fmt: skip


def _answers(found: Case, language: str) -> list[tuple[str, bool]]:
    """What is known, as question and yes or no."""
    return [(BY_NAME[name].asked(language), bool(value)) for name, value in found.answers.items() if name in BY_NAME]


def _asked(found: Case, sent: QueryDict, language: str) -> list[tuple[str, str, str]]:
    """Every fact that an expert may state: name, question, and what is known or typed (yes, no or nothing); the known first."""
    known = {name: SAID.get(found.answers.get(name), "") for name in Answers.__struct_fields__}
    rows = [(name, BY_NAME[name].asked(language), sent.get(name, said)) for name, said in known.items()]
    return sorted(rows, key=lambda row: not row[2])


def _deadlines(found: Case, now: datetime, language: str) -> list[dict[str, Any]]:
    """Every deadline with what it is called; `late` once it has passed and what it asked for has not been done."""
    return [
        {"row": each, "label": say(language, "deadline", each.kind), "late": each.state != "met" and each.due_at < now}
        for each in deadlines_of(found)
    ]


def _grants(found: Case, language: str) -> list[tuple[str, str]]:
    """What a colleague may grant, and what the terms have granted, which none may take away."""
    granted = found.decision.get("remedies", ()) if found.outcome == "approve" else ()
    return [(name, capital(say(language, "remedy", name), language)) for name in dict.fromkeys((*grants_for(found), *granted))]


def _colleagues(request: PageRequest) -> list[tuple[str, str]]:
    return [(str(member.user_id), str(member.user)) for member in staff_of(request.store)]


def _wish(waiting: Any, language: str) -> list[str]:
    """What an override asks for, in words."""
    if waiting is None:
        return []
    asked: Mapping[str, Any] = waiting.asked
    said = [say(language, "result", asked["outcome"])] if asked.get("outcome") else []
    said += [say(language, "remedy", each) for each in asked.get("remedies", [])]
    paid = (way for way in CARRIAGES if asked.get(way))
    return said + [f"{say(language, 'slip', way)}: {say(language, 'payer', asked[way])}" for way in paid]
