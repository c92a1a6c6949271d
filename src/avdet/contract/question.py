"""The question: its shape as types, and its reading. Whatever breaks the contract is a `QuestionError` with the path."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from avdet.core import vocabulary as v
from avdet.core.errors import PolicyError, QuestionError
from avdet.core.facts import MAX_MINOR, MAX_QUANTITY
from avdet.policies.refine import complaint
from avdet.policies.yaml_reader import read_yaml
from avdet.words.faults import coded

MAX_BYTES: Final = 256 * 1024
MAX_LINES: Final = 1_000

if TYPE_CHECKING:
    Point: TypeAlias = str
    Reason: TypeAlias = str
    Trait: TypeAlias = str
else:
    Point = Literal[v.POINTS]
    Reason = Literal[v.REASONS]
    Trait = Literal[v.TRAITS]

Instant = Annotated[datetime, Meta(tz=True, description="Date and time with an offset, such as 2026-04-04T12:00:00+03:30.")]
Minor = Annotated[int, Meta(ge=0, le=MAX_MINOR, description="An amount in minor units: TRY in kuruş, IRR in rial.")]
Quantity = Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
Short = Annotated[str, Meta(max_length=200)]
Sku = Annotated[str, Meta(min_length=1, max_length=200)]
Holder = Literal["customer", "parent", "other"]


class Destination(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Where the order goes. `country` is an ISO 3166 code, or TR-KKTC for Northern Cyprus."""

    country: Annotated[str, Meta(pattern="^[A-Z]{2}(-[A-Z]{1,4})?$")]
    province: Short | None = None
    district: Short | None = None
    city: Short | None = None


class Line(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One line of the order as sold. `in_stock`: pieces that can ship now. `returned`: settled by earlier claims."""

    sku: Sku
    quantity: Quantity
    unit_price: Minor
    currency: Literal["TRY", "IRR", "EUR", "USD", "GBP"]
    in_stock: Annotated[int, Meta(ge=0, le=MAX_QUANTITY)] | None = None
    traits: list[Trait] = []
    discount: Minor = 0
    returned: Annotated[int, Meta(ge=0, le=MAX_QUANTITY)] = 0
    name: Short | None = None


class Attempt(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One attempt to deliver."""

    attempted_at: Instant
    outcome: Literal["failed", "nobody_home", "wrong_address", "refused", "delivered"] = "failed"


class Account(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A paying or receiving account. `number` (masked, or a token) tells two accounts of one holder apart."""

    holder: Holder
    number: Short | None = None
    kind: Literal["card", "iban"] | None = None


class Order(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The order as the record knows it. An event without a time has not happened."""

    placed_at: Instant
    lines: list[Line]
    number: Short = ""
    paid_at: Instant | None = None
    invoiced_at: Instant | None = None
    handed_to_carrier_at: Instant | None = None
    delivered_at: Instant | None = None
    refused_at: Instant | None = None
    payment_method: Literal["online", "card_to_card", "cash_on_delivery"] = "online"
    delivery_method: Literal["carrier", "direct"] = "carrier"
    destination: Destination | None = None
    recipient: Literal["customer", "other"] = "customer"
    recipient_details: bool = True
    form_complete: bool = True
    sales_stopped_at: Instant | None = None
    discount: Minor = 0
    shipping: Minor = 0
    partial_consent: bool = False
    deliveries: list[Attempt] = []
    paid_from: Account | None = None
    refund_to: Account | None = None
    payer_documents_checked: bool = False
    minor: bool | None = None


class Answers(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What the customer has said so far; absent = not asked yet."""

    sealed: bool | None = None
    used: bool | None = None
    box_kept: bool | None = None
    box_marked: bool | None = None
    accessories_complete: bool | None = None
    gift_included: bool | None = None
    visible_at_delivery: bool | None = None
    visible_without_opening: bool | None = None
    visible_without_use: bool | None = None
    in_specification: bool | None = None
    misuse: bool | None = None
    carrier_report: bool | None = None
    service_report: bool | None = None
    documents: bool | None = None
    six_photos: bool | None = None
    opened_before_courier: bool | None = None
    arranged: bool | None = None


class Claim(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is claimed: a quantity of one line, for a reason. `return_cost` and `other_price` feed the amounts."""

    sku: Sku
    quantity: Quantity
    reported_at: Instant
    reason: Reason | None = None
    answers: Answers = Answers()
    return_cost: Minor = 0
    other_price: Minor | None = None


class Inspection(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What the store's experts and the carrier have found so far. Whoever needs the maker's opinion says so."""

    finding: Literal["confirmed", "not_confirmed", "misuse"] | None = None
    in_stock: bool | None = None
    carrier_confirmed: bool | None = None
    within_rules: bool | None = None
    customer_refuses_goods: bool | None = None
    makers_opinion_needed: bool | None = None
    goods_received_at: Instant | None = None
    found_at: Instant | None = None


class Custody(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Goods that the customer has not taken back."""

    started_at: Instant


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One question to the engine. `store` is a shipped store's name or a policy file's path."""

    store: Annotated[str, Meta(min_length=1, max_length=4096)]
    at: Point
    order: Order
    now: Instant | None = None
    claim: Claim | None = None
    inspection: Inspection | None = None
    custody: Custody | None = None


_decoder = msgspec.json.Decoder(Question)


def read_question(raw: bytes) -> Question:
    """Read one question, JSON or YAML."""
    if len(raw) > MAX_BYTES:
        raise coded(QuestionError, "question.too_large", where="$", most=MAX_BYTES)
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _explain(raw)


def read_question_file(raw: bytes) -> Question:
    """The same for a file that a person may have written: in JSON, too, no key may stand twice. Slower by 20 µs."""
    question = read_question(raw)
    if raw.lstrip().startswith(b"{"):
        with suppress(ValueError):
            json.loads(raw, object_pairs_hook=_once_each)
    return question


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise coded(QuestionError, "question.key_twice", where="$", key=twice[:80])
    return found


def _explain(raw: bytes) -> Question:
    """Read it slowly: as YAML, or to find out exactly what is wrong with it."""
    document = _document(raw)
    try:
        return convert_question(document)
    except msgspec.ValidationError as fault:
        path, what = complaint(fault, document, convert_question)
        raise unfit(what, path_words(path)) from None
    except UnicodeEncodeError:
        raise QuestionError("half of a character (a lone surrogate)", where="$", cure="write the character whole") from None


_COMPLAINTS: Final = {
    "missing": re.compile(r"Object missing required field '(?P<field>.*)'", re.DOTALL),
    "unknown": re.compile(r"Object contains unknown field '(?P<field>.*)'", re.DOTALL),
    "choice": re.compile(r"Invalid enum value '?(?P<given>.*?)'?", re.DOTALL),
    "moment": re.compile(r"Invalid RFC3339 encoded datetime(?P<example>)"),
    "zone": re.compile(r"Expected 'datetime' with a timezone component(?P<example>)"),
    "form": re.compile(r"Expected 'str' matching regex '(?P<form>.*)'"),
    "length": re.compile(r"Expected '\w+' of length (?P<bound>[<>]=? \d+)"),
    "bound": re.compile(r"Expected '\w+' (?P<bound>[<>]=? -?\d+)"),
    "type": re.compile(r"Expected '(?P<wanted>[^']*)', got '(?P<got>[^']*)'"),
}
"""A question's fault → how msgspec complains of it. What it says besides is kept in its own words."""
_MOMENT: Final = "2026-04-04T12:00:00+03:30"


def unfit(what: str, where: str) -> QuestionError:
    """A complaint about the shape of a value, by its code."""
    for name, form in _COMPLAINTS.items():
        if found := form.fullmatch(what):
            values = {key: said[:80] or _MOMENT for key, said in found.groupdict().items()}
            return coded(QuestionError, f"question.{name}", where=where, at=(), **values)
    return QuestionError(what, where=where, cure="see the contract: avdet schema question")


def _byte(fault: Exception, raw: bytes) -> int:
    """From which byte on, counted from 1, a text is no JSON: the last one where it was cut off."""
    found = re.search(r"\(byte (\d+)\)", str(fault))
    return int(found[1]) + 1 if found else len(raw)


def convert_question(document: Any) -> Question:
    """A question from plain data, dates as text."""
    return msgspec.convert(document, Question, dec_hook=None, strict=True)


def _document(raw: bytes) -> Any:
    start = raw.lstrip()[:1]
    if start in (b"{", b"["):
        try:
            return msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            yaml_too = b"\n" in raw.strip()
            if not yaml_too or start == b"[":
                raise coded(QuestionError, "question.not_json", where="$", byte=_byte(fault, raw)) from None
    try:
        return read_yaml(raw, "$")[0]
    except PolicyError as fault:
        raise QuestionError(fault.what, where=fault.where, cure=fault.cure) from None


def path_words(path: tuple[str | int, ...]) -> str:
    """A path as `$.order.lines[0].sku`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
