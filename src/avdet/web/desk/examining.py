"""What lies on the bench is examined: parcel, facts and decision on one screen, what would follow, and a name under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import REQUIREMENTS, SHOWN_BY
from avdet.records.cases.evidence import Holder
from avdet.records.cases.models import Case
from avdet.records.cases.queries import open_deadline_of
from avdet.records.inspections.models import FINDINGS
from avdet.records.inspections.queries import inspections_of
from avdet.records.orders.serials import among, serials_of
from avdet.records.parcels.queries import NOTHING_COMES, parcels_of_case
from avdet.records.shared.errors import Conflict
from avdet.web.desk.case import may_add, the_case
from avdet.web.desk.claim_evidence import kinds
from avdet.web.desk.pages import EXPERTS, actor_of, done, page, refused, to, unchanged
from avdet.web.desk.reading import SAID, YES_NO
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import pieces
from avdet.words.catalogue import say
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.inspect_case import CARRIERS_WORD, SEEN, Findings, foresee, inspect_case, may_be_examined, word_of
from avdet.workflows.cases.keep_override import as_overridden
from avdet.workflows.claims.show_evidence import show_to_expert
from avdet.workflows.goods.dispose_goods import dispose_goods, has_come_late, places_for
from avdet.workflows.goods.print_slip import DONE_BY_IT, PACKING
from avdet.workflows.policy.ask_policy import OrderFile, put, slip_of, texts_of

ASKED: Final = ("within_rules", "carrier_confirmed", "makers_opinion_needed", "customer_refuses_goods", "in_stock")
_FACTS: Final = {"in_stock": "replacement_in_stock"}
_LONGEST: Final = {"serial_sold": 80, "serial_seen": 80, "note": 4_000}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the form: its name, its words, and what was answered: yes, no or nothing."""

    name: str
    words: str
    said: str
    clauses: tuple[str, ...] = ()


@open_to(*EXPERTS)
def examine(request: PageRequest, number: str) -> HttpResponse:
    """One case's goods. Posted, it shows what the terms say to what was found; with `sign` it is signed."""
    case = the_case(request, number)
    if request.method != "POST":
        return _page(request, case)
    found = _found(request, case)
    if "sign" not in request.POST:
        return _page(request, case, found)
    try:
        unchanged(request, case.revision)
        parcels = parcels_of_case(case)
        inspect_case(
            case.pk, found, revision=case.revision, by=request.user, actor=actor_of(request), now=timezone.now(),
            parcel=parcels[0] if parcels else None,
        )  # fmt: skip
    except Conflict:
        return _page(request, the_case(request, number), found, phrase(request.language, "desk.refused.changed"), 409)
    except AvdetError as fault:
        return _page(request, the_case(request, number), found, refused(request, fault, "desk.bench.fault"), 422)
    return done(request, "inspected", to(request, "examine", number=number))


def _page(request: PageRequest, case: Case, found: Findings | None = None, fault: str = "", status: int = 200) -> HttpResponse:
    language, now = request.language, timezone.now()
    file = file_of_case(case, max(now, case.filed_at))
    parcels, inspections, sold = parcels_of_case(case), inspections_of(case), serials_of(case.order_line)
    here = sum(item.here for parcel in parcels for item in parcel.items.all() if item.case_id == case.pk)
    shown = found or Findings(quantity=max(1, min(here, case.quantity)) if here else case.quantity)
    may, why = _may(case)
    word = word_of(case)
    answer = _weighed(case, file, shown) if found is not None and may else None
    asked = put(file, question_again(case, file, "claim"), language)
    granted = as_overridden(case, asked, point="claim", now=now) if case.overridden else asked
    context = {
        "case": case, "order": case.order, "line": case.order_line, "parcels": parcels, "here": here,
        "inspections": inspections,
        "reason": say(language, "reason", case.reason), "may": may, "why": why, "fault": fault, "found": shown,
        "slip": slip_of(file, granted, point="claim", reason=case.reason, language=language), "texts": texts_of(file, language),
        "checks": _checks(granted, shown, answer, language), "asks": _asks(case, shown, language, word), "answer": answer,
        "preview": slip_of(file, answer, point="inspection", reason=case.reason, language=language) if answer else None,
        "may_wait": answer is not None and set(answer.ask) <= CARRIERS_WORD,
        "open_facts": [BY_NAME[name].asked(language) for name in answer.ask] if answer and answer.outcome == "ask" else [],
        "findings": _options(language, "desk.bench.finding", "none", FINDINGS),
        "yes_no": _options(language, "desk.bench", "unknown", tuple(YES_NO)),
        "serial": bool(sold) or "serial_number" in case.order_line.traits, "sold": sold, "differs": _differs(shown, sold),
        "due": open_deadline_of([case], "decide_by"), "word": None if word is None else ("no", "yes")[word],
        "pieces": pieces(request, show_to_expert(Holder(case.order, case=case))), "verifies": case.reason in NOTHING_COMES,
        "kinds": kinds(language) if may_add(case, request.role) else [],
        "dispositions": [(each, phrase(language, f"desk.bench.goes.{each}")) for each in places_for(case)],
        "came_late": has_come_late(case),
    }  # fmt: skip
    return page(request, "examine", "bench", context, status=status)


def _options(language: str, group: str, nothing: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The choices of a question, the first of which is that it has no answer yet."""
    return [("", phrase(language, f"{group}.{nothing}")), *((name, phrase(language, f"{group}.{name}")) for name in names)]


def _may(case: Case) -> tuple[bool, str]:
    """Whether it may be examined as it stands, or else why not: goods or state."""
    try:
        may_be_examined(case, Findings(quantity=case.quantity))
    except AvdetError as fault:
        return False, str(fault.where)
    return True, ""


def _weighed(case: Case, file: OrderFile, found: Findings) -> Answer | None:
    """What would follow from it; nothing from what cannot be so."""
    try:
        may_be_examined(case, found)
        return foresee(case, file, found)
    except AvdetError:
        return None


def _checks(asked: Answer, found: Findings, answer: Answer | None, language: str) -> list[Ask]:
    """The packing list, to be gone through: each demand with the clauses beside it.

    What the terms have not asked of the customer and still turn on, now that there is a finding, stands there too: as the
    demand that shows it, or as the fact itself.
    """
    wanted: list[str] = [name for name in PACKING if name in asked.requires and name not in DONE_BY_IT]
    turned_on = answer.ask if answer is not None else ()
    there = {name for name, (fact, _) in SHOWN_BY.items() if fact in turned_on} | set(found.checklist)
    wanted += [name for name in SHOWN_BY if name in there and name not in wanted]
    shown = {SHOWN_BY[name][0] for name in wanted if name in SHOWN_BY}
    wanted += [name for name in SEEN if (name in turned_on or name in found.checklist) and name not in shown]
    return [
        Ask(name, _called(name, language), SAID.get(found.checklist.get(name), ""),
            tuple(dict.fromkeys(row.clause for row in asked.because if row.effect == "requires" and row.value == name)))
        for name in wanted
    ]  # fmt: skip


def _called(name: str, language: str) -> str:
    """A demand as the packing list says it, or the question that a fact answers."""
    return say(language, "requirement", name) if name in REQUIREMENTS else BY_NAME[name].asked(language)


def _asks(case: Case, found: Findings, language: str, word: bool | None) -> list[Ask]:
    """What only an expert, or the carrier, can tell, and is not known: the carrier has not said it, no stock is kept."""
    known = {"in_stock": case.order_line.product_id is not None, "carrier_confirmed": word is not None}
    names = [name for name in ASKED if not known.get(name)]
    return [Ask(name, BY_NAME[_FACTS.get(name, name)].asked(language), SAID.get(getattr(found, name), "")) for name in names]


def _differs(found: Findings, sold: list[str]) -> bool:
    """Whether the number on the goods is another one than was sold, however they are spaced."""
    known = sold or [found.serial_sold] if sold or found.serial_sold else []
    return bool(found.serial_seen and known) and not among(found.serial_seen, known)


def _found(request: PageRequest, case: Case) -> Findings:
    """What the form says, whatever stands in it."""
    sent = request.POST
    count = digits(sent.get("quantity", ""), "en").strip()
    checks = {name: YES_NO[sent[f"check-{name}"]] for name in (*REQUIREMENTS, *SEEN) if sent.get(f"check-{name}") in YES_NO}
    facts: dict[str, Any] = {name: YES_NO.get(sent.get(name, "")) for name in ASKED}
    if case.order_line.product_id is not None:
        facts["in_stock"] = None
    texts: dict[str, Any] = {name: sent.get(name, "").strip()[: most + 1] for name, most in _LONGEST.items()}
    quantity = int(count) if count.isascii() and count.isdigit() and len(count) <= 7 else 0
    return Findings(quantity=quantity, finding=sent.get("finding", "")[:20], checklist=checks, **facts, **texts)


@open_to(*EXPERTS)
@require_POST
def keep(request: PageRequest, number: str) -> HttpResponse:
    """Says where goods go that the store keeps."""
    case = the_case(request, number)
    try:
        with transaction.atomic():
            unchanged(request, case.revision)
            where, now = request.POST.get("disposition", ""), timezone.now()
            dispose_goods(case.pk, where, revision=case.revision, actor=actor_of(request), now=now)
    except Conflict:
        return _page(request, the_case(request, number), fault=phrase(request.language, "desk.refused.changed"), status=409)
    except AvdetError as fault:
        return _page(request, the_case(request, number), fault=refused(request, fault, "desk.bench.fault"), status=422)
    return done(request, "kept", to(request, "examine", number=number))
