"""The shape of a policy file, as types: they check a file, give editors their JSON Schema, and fill the language reference.

What the names in it mean (an outcome, an event, a fact) is checked afterwards by `core.language`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, json

from avdet.core import vocabulary as v

NAME = {"pattern": "^[a-z][a-z0-9_]{0,39}$"}


def _one_of(allowed: Sequence[str], description: str) -> Meta:
    return Meta(description=description, extra_json_schema={"enum": list(allowed)})


Point = Annotated[str, _one_of(v.POINTS, "A decision point.")]
Event = Annotated[str, _one_of(tuple(v.EVENTS), "The event that the period runs from.")]
Deadline = Annotated[str, _one_of(v.DEADLINES, "The deadline that the period's end is.")]
Outcome = Annotated[str, _one_of(v.OUTCOMES, "What is answered.")]
Remedy = Annotated[str, _one_of(v.REMEDIES, "What the customer is offered.")]
Requirement = Annotated[str, _one_of(v.REQUIREMENTS, "What the outcome demands of the customer.")]
Payer = Annotated[str, _one_of(v.PAYERS, "Who bears the carriage.")]
Delivery = Annotated[str, _one_of(v.PAYERS, "Who bears the first delivery: `store` gives back what was paid for it.")]
Once = Annotated[str, _one_of(("granted", "denied"), "The values count only if the outcome turns out so; none is set here.")]
Count = Annotated[int | str, Meta(description="A whole number, or the name of a parameter.")]
Day = Annotated[str, Meta(description="A date as 2026-03-21.")]
Texts = Annotated[dict[str, str], Meta(description="Language (tr, fa, en) → text.")]


class Period(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A length of time after an event, in exactly one unit; the last instant of it is in time."""

    after: Event
    hours: Count | UnsetType = UNSET
    days: Count | UnsetType = UNSET
    working_days: Count | UnsetType = UNSET
    rolled_days: Count | UnsetType = UNSET
    months: Count | UnsetType = UNSET


class Within(Period, forbid_unknown_fields=True, omit_defaults=True):
    """A period in which the clause's `then` holds. `sets` gives its end a name in the answer's deadlines."""

    sets: Deadline | UnsetType = UNSET


class Values(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a clause sets. Scalars must agree among the clauses in force; lists unite."""

    outcome: Outcome | UnsetType = UNSET
    remedies: list[Remedy] | UnsetType = UNSET
    return_shipping: Payer | UnsetType = UNSET
    redelivery_shipping: Payer | UnsetType = UNSET
    outbound_shipping: Delivery | UnsetType = UNSET
    requires: list[Requirement] | UnsetType = UNSET
    deadlines: dict[Deadline, Period] | UnsetType = UNSET
    nothing: (
        Annotated[bool, Meta(description="True: the case applies and sets nothing; it only sets others aside.")] | UnsetType
    ) = UNSET


Condition = Annotated[
    str | dict[str, Any],
    Meta(
        description="Infix text such as `sealed and days_since_delivery <= 7`, or a tree of all / any / not / fact, op, value."
    ),
]


class Case(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One branch of a clause. Of the cases at a decision point, the first whose condition holds speaks."""

    then: Values
    at: Point | list[Point] | UnsetType = UNSET
    when: Condition | UnsetType = UNSET
    within: Within | UnsetType = UNSET
    once: Once | UnsetType = UNSET
    exception_to: list[str] | UnsetType = UNSET


class Clause(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One clause of the terms: `when` it speaks, what must be `provided` and `within` what period, and what it sets."""

    id: Annotated[str, Meta(description="Stable id, such as SHP-WDR-1.")]
    text: Texts
    source: Annotated[str, Meta(description="Where the terms say it.")] | UnsetType = UNSET
    valid_from: Day | UnsetType = UNSET
    valid_to: Annotated[str, Meta(description="The first day on which it no longer stands.")] | UnsetType = UNSET
    at: Point | list[Point] | UnsetType = UNSET
    when: Condition | UnsetType = UNSET
    provided: Condition | UnsetType = UNSET
    within: Within | UnsetType = UNSET
    once: Once | UnsetType = UNSET
    then: Values | UnsetType = UNSET
    otherwise: (
        Annotated[Values, Meta(description="What holds once the period has passed or what is provided fails.")] | UnsetType
    ) = UNSET
    cases: list[Case] | UnsetType = UNSET
    exception_to: Annotated[list[str], Meta(description="Clauses that this one sets aside when it applies.")] | UnsetType = (
        UNSET
    )
    carried_by: (
        Annotated[str, Meta(description="The capability that keeps a clause which decides nothing by itself.")] | UnsetType
    ) = UNSET
    states: Annotated[list[int], Meta(description="Figures in the text that no rule of this clause uses.")] | UnsetType = UNSET
    note: Annotated[str, Meta(description="How the source was read, for the policy's author.")] | UnsetType = UNSET


class Gap(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A place that the terms leave open; there a person decides."""

    about: Annotated[str, Meta(description="The clause that leaves it open.")]
    at: Point | list[Point]
    text: Texts
    when: Condition | UnsetType = UNSET


class Holiday(Struct, forbid_unknown_fields=True):
    """A closing day of the store's own."""

    date: Day
    name: str


class Calendar(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How the store counts time: a country's holidays, its own weekend, and its own changes to both."""

    country: Annotated[str, _one_of(("TR", "IR", "none"), "Whose public holidays.")]
    zone: Annotated[str, Meta(description="Time zone, such as Asia/Tehran.")]
    weekend: list[str]
    half_days: Annotated[str, _one_of(("working", "closed"), "How half holidays count.")] | UnsetType = UNSET
    months: Annotated[str, _one_of(("gregorian", "jalali"), "Whose months.")] | UnsetType = UNSET
    add: list[Holiday] | UnsetType = UNSET
    remove: list[Day] | UnsetType = UNSET


class Version(Struct, forbid_unknown_fields=True):
    """A version of the policy: it judges every order placed from that date on."""

    version: str
    in_force_from: Day


class PolicyFile(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A store's terms, as data."""

    avdet: Annotated[int, Meta(description="Version of the policy language: 1.")]
    store: Annotated[str, Meta(extra_json_schema=NAME)]
    name: Texts
    languages: list[Annotated[str, _one_of(v.LANGUAGES, "A language of the terms; the first is the store's own.")]]
    currency: str
    calendar: Calendar
    versions: list[Version]
    clauses: list[Clause]
    law: Annotated[str, Meta(description="The law that applies: tr, ir or eu.")] | UnsetType = UNSET
    law_binds: Annotated[bool, Meta(description="True: the better of store and law is the answer.")] | UnsetType = UNSET
    parameters: (
        Annotated[dict[str, int | str], Meta(description="Figures named once and used in many clauses.")] | UnsetType
    ) = UNSET
    gaps: list[Gap] | UnsetType = UNSET


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file."""
    header = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Avdet policy file"}
    return header | json.schema(PolicyFile)
