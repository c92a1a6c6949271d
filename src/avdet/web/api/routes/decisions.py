"""Decide and ask: one document of the contract in, one out; or about an order of the store's, by its number."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from msgspec import Meta, Struct

from avdet.contract.answer import render, settle_by
from avdet.contract.question import Answers, Inspection, Point, Question, Reason, read_question, unfit
from avdet.contract.shape import Answer
from avdet.core.errors import QuestionError
from avdet.core.facts import BY_NAME, MAX_QUANTITY
from avdet.records.orders.queries import order_by_number
from avdet.records.stores.queries import policy_version
from avdet.records.stores.terms import Terms, calendar_in_force, terms_in_force, terms_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.doors import Door
from avdet.web.api.problems import Problem, not_found
from avdet.web.api.shapes.decisions import Asking, Decided
from avdet.words.faults import coded
from avdet.workflows.policy.ask_policy import ask, file_of

door = Door("decisions")
MAX_BYTES: Final = 256 * 1024


class AboutOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A question about an order of the store's: `line` is the position of the line that it is about, if it is about one."""

    order_number: Annotated[str, Meta(min_length=1, max_length=60)]
    at: Point
    line: Annotated[int, Meta(ge=1, le=32_000)] | None = None
    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)] | None = None
    reason: Reason | None = None
    answers: Answers = Answers()
    inspection: Inspection | None = None


class Asked(Question, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question of the contract. `store` may be left out; `policy_version` asks a published version instead of the one
    in force when the order was placed."""

    store: Annotated[str, Meta(min_length=1, max_length=40)] = ""
    policy_version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"anyOf": [{"$ref": "#/components/schemas/Asked"}, {"$ref": "#/components/schemas/AboutOrder"}]}
            }
        },
    }
}
_about = msgspec.json.Decoder(AboutOrder)


@door.post("/decide", "decide", Decided, also=(404,), extra=BODY)
def decide(request: TokenRequest) -> HttpResponse:
    """What is owed, by which clauses, until when. A refusal of the terms is an answer."""
    return reply(_answer(request))


@door.post("/ask", "decide", Asking, also=(404,), extra=BODY)
def ask_next(request: TokenRequest) -> HttpResponse:
    """Which questions can still change the answer, in the caller's language; none where it is settled."""
    found, language = _answer(request), request.language
    asked = [{"fact": name, "question": BY_NAME[name].asked(language)} for name in found.ask]
    return reply({"settled": not asked, "outcome": found.outcome, "ask": asked})


def _answer(request: TokenRequest) -> Answer:
    raw = request.body
    if len(raw) > MAX_BYTES:
        raise Problem("too_large")
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("not_json") from None
    if not isinstance(document, dict):
        raise coded(QuestionError, "question.not_object", where="$")
    return _of_order(request, raw) if "order_number" in document else _of_question(request, document)


def _of_order(request: TokenRequest, raw: bytes) -> Answer:
    try:
        said = _about.decode(raw)
    except (msgspec.ValidationError, UnicodeDecodeError) as fault:
        what, _, where = str(fault).partition(" - at `")
        raise unfit(what.replace("`", "'"), where.rstrip("`") or "$") from None
    order = order_by_number(request.store, said.order_number) if said.order_number.isprintable() else None
    if order is None:
        raise not_found("order")
    file = file_of(order, timezone.now())
    if file is None:
        raise not_found("policy")
    line = next((each for each in file.lines if each.position == said.line), None)
    if said.line is not None and line is None:
        raise coded(QuestionError, "question.no_line", where="$.line", line=said.line, lines=len(file.lines))
    if line is None and (said.reason or said.quantity):
        raise coded(QuestionError, "question.line_needed", where="$.line")
    return ask(
        file, said.at, line=line, quantity=said.quantity or 0, reason=said.reason or "", answers=said.answers,
        inspection=said.inspection, language=request.language,
    )  # fmt: skip


def _of_question(request: TokenRequest, document: dict[str, Any]) -> Answer:
    slug, number = request.store.slug, document.pop("policy_version", None)
    if document.setdefault("store", slug) != slug:
        raise coded(QuestionError, "question.other_store", where="$.store", store=slug)
    question = read_question(msgspec.json.encode(document))
    terms = _terms(request, question.order.placed_at, number)
    return render(settle_by(terms.policy, question, terms.edition), question, request.language)


def _terms(request: TokenRequest, placed_at: datetime, number: object) -> Terms:
    now = timezone.now()
    if number is None:
        terms = terms_in_force(request.store, placed_at, counted_at=now)
    else:
        whole = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31
        version = policy_version(request.store, number) if whole else None  # type: ignore[arg-type]
        known = version is not None and version.state == "published"
        terms = terms_of(request.store, version, calendar_in_force(request.store, now)) if known and version else None
    if terms is None:
        raise not_found("policy")
    return terms
