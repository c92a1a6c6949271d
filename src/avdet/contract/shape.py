"""The shape of the answer, as types: trees without cycles, so the garbage collector need not look at them (`gc=False`)."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType


class Row(Struct, omit_defaults=True, gc=False):
    """Why: the clause that put a value into the answer. `finding` is gap or conflict; `says` the clause's own value."""

    clause: str
    effect: str
    value: str
    text: str = ""
    finding: str = ""
    says: str = ""


class Deadline(Struct, omit_defaults=True, gc=False):
    """The last instant of a period; without `at` where the event it runs from has not happened."""

    after: str
    count: int
    unit: str
    calendar: str
    at: datetime | UnsetType = UNSET
    since: datetime | UnsetType = UNSET


class Money(Struct, omit_defaults=True, gc=False):
    """What the remedies come to in minor units; `outbound` gives the first delivery back, and `difference` is to pay up."""

    currency: str
    goods: int
    deducted: int
    refund: int
    difference: int | UnsetType = UNSET
    outbound: int | UnsetType = UNSET


class PolicyMark(Struct, gc=False):
    """What decided: enough to decide again, years later, to the same bytes."""

    store: str
    version: str
    fingerprint: str
    calendar: str


class LawAnswer(Struct, omit_defaults=True, gc=False):
    """What the law by itself grants on the same facts."""

    law: str
    version: str
    fingerprint: str
    outcome: str
    remedies: tuple[str, ...]
    deadlines: dict[str, Deadline]
    because: list[Row]
    return_shipping: str | UnsetType = UNSET
    outbound_shipping: str | UnsetType = UNSET


class BelowLaw(Struct, gc=False):
    """For the staff: a value of the store's answer that is below the law's, and the clauses of both."""

    effect: str
    store: str
    law: str
    store_clauses: list[str]
    law_clauses: list[str]


class Answer(Struct, omit_defaults=True, gc=False):
    """The answer to one question. Lists are always present; a payer is absent where the policy is silent."""

    outcome: str
    because: list[Row]
    policy: PolicyMark
    remedies: tuple[str, ...]
    requires: tuple[str, ...]
    missing: list[str]
    deadlines: dict[str, Deadline]
    ask: tuple[str, ...]
    return_shipping: str | UnsetType = UNSET
    redelivery_shipping: str | UnsetType = UNSET
    outbound_shipping: str | UnsetType = UNSET
    amounts: Money | UnsetType = UNSET
    law: LawAnswer | UnsetType = UNSET
    warnings: list[BelowLaw] | UnsetType = UNSET
