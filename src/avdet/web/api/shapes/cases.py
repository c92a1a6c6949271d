"""Claims, cases and evidence as they are told, and as they are filed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from avdet.records.cases.evidence_limits import KINDS
from avdet.web.api.shapes.choices import CaseState, GoodsState, Reason, WaitsFor
from avdet.web.api.shapes.decisions import AskedFact, Decided
from avdet.web.api.shapes.plain import LINES, Asked, Moment, PageQuery, Pieces, Said, Shape, Short, Whole

Kind = Literal[KINDS]  # type: ignore[valid-type]
Position = Annotated[Whole, Field(ge=1, le=32_000)]
Answers = Annotated[dict[str, bool], Field(max_length=40, description="Facts of the decision contract that a customer states")]
Words = Annotated[str, Field(max_length=4_000, pattern=LINES, description="What the customer wrote, in their own words")]
Language = Literal["tr", "fa", "en"]


class CaseSummary(Shape):
    """A case in a list: so many pieces of one line of an order, claimed for one reason."""

    number: str
    order: str
    position: int
    sku: str
    quantity: int
    reason: str
    answers: dict[str, bool]
    state: str = Field(description="What was decided")
    goods: str = Field(description="Where the goods are")
    revision: int
    waits_for: str
    due_at: datetime | None
    outcome: str
    overridden: bool
    policy_version: int
    policy_fingerprint: str
    filed_at: datetime
    decided_at: datetime | None
    arrived_at: datetime | None
    found_at: datetime | None
    ended_at: datetime | None
    moves: list[str]
    goods_moves: list[str]


class CaseDocument(CaseSummary):
    """A whole case. `decision` is the answer document of the latest asking, `decided_at_point` where it was asked."""

    decided_at_point: str
    decision: dict[str, Any]


class CasePage(Shape):
    """Cases. `next` is the cursor of the page that follows."""

    data: list[CaseSummary]
    next: str | None


class CaseQuery(PageQuery):
    """What a list of cases is narrowed to."""

    state: CaseState | None = None
    goods: GoodsState | None = None
    waits_for: WaitsFor | None = None
    reason: Reason | None = None
    order: Annotated[str, Field(max_length=60)] = Field("", description="An order's number")
    since: Moment | None = Field(None, description="Filed then or later")


class CaseEventDocument(Shape):
    """One thing that happened to a case. `chain` is a hash of it and of the chain before it."""

    number: int
    kind: str
    axis: str
    from_state: str
    to_state: str
    actor: str
    source: str
    facts: dict[str, Any]
    at: datetime
    chain: str


class CaseEvents(Shape):
    """Everything that has happened to a case, in the order of its chain."""

    data: list[CaseEventDocument]


class ClaimLineAsked(Said):
    """Pieces of a line that may be claimed; without a reason the reasons that can be given are answered."""

    position: Position
    quantity: Pieces = 1
    reason: Reason | None = None
    answers: Answers = Field(default_factory=dict)


class ClaimAsked(Said):
    """What a claim would come to, each report that is said to be there being shown. `words` suggests reasons, and no more."""

    lines: Annotated[list[ClaimLineAsked], Field(min_length=1, max_length=100)]
    words: Words = ""


class ClaimLinePreview(Shape):
    """What the terms say of one line. `ask`: what is left to answer before it can be filed, the most telling first."""

    position: int
    quantity: int
    reasons: list[str] = Field(description="Reasons that can be given for the line as far as it has come")
    suggested: list[str] = Field(description="Those of them that the customer's words most likely mean")
    settled: bool
    outcome: str | None
    ask: list[AskedFact]
    answer: Decided | None


class ClaimPreview(Shape):
    """What a claim would come to, line by line. Nothing is kept."""

    lines: list[ClaimLinePreview]


class ClaimLineSaid(Said):
    """Pieces of a line that are claimed for a reason, with what the customer has answered."""

    position: Position
    quantity: Pieces = 1
    reason: Reason
    answers: Answers = Field(default_factory=dict)


class ClaimSaid(Said):
    """A claim to be filed. The same `reference` again files nothing and gives what was filed. `evidence` names pieces that were
    handed in for the order; they count as answers, and belong to all of its cases. A report counts for nothing without its
    file: until it has come, the case that turns on it waits for evidence."""

    lines: Annotated[list[ClaimLineSaid], Field(min_length=1, max_length=100)]
    reference: Short = ""
    words: Words = ""
    language: Language | None = None
    on_behalf_of: Literal["customer", "staff", "shop"] = "customer"
    evidence: Annotated[list[Annotated[Whole, Field(ge=1, le=2**63 - 1)]], Field(max_length=30)] = Field(default_factory=list)


class Cases(Shape):
    """Cases, each with its decision."""

    data: list[CaseDocument]


class AnswersSaid(Said):
    """What can be shown or said now; nothing where files that were added say it."""

    answers: Answers = Field(default_factory=dict)


class EvidenceSaid(BaseModel):
    """What a file is. `side`: which of six sides a photograph shows: front, back, left, right, top, bottom."""

    kind: Kind = "photo"
    side: Annotated[int, Field(ge=1, le=6)] | None = None


class EvidenceFileQuery(Asked):
    """Which of a photograph's two pictures; a document has but one."""

    size: Literal["full", "small"] = "full"


class EvidenceDocument(Shape):
    """One piece of evidence. A photograph was drawn anew, without place and camera; `sha256` is of what is kept."""

    id: int
    kind: str
    side: int | None
    media_type: str
    size: int
    width: int
    height: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    cases: list[str]


class EvidenceList(Shape):
    """What was handed in, the oldest first."""

    data: list[EvidenceDocument]
