"""Webhook endpoints, and what was sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.records.outbox.endpoints import GROUPS, KINDS
from avdet.web.api.shapes.choices import MessageState
from avdet.web.api.shapes.plain import PageQuery, Said, Shape, Whole

Kind = Literal[(*KINDS, *GROUPS)]  # type: ignore[valid-type]
Url = Annotated[str, Field(min_length=8, max_length=500, pattern=r"^https?://[^\s/@\x00-\x1f]+\S*$")]


class EndpointDocument(Shape):
    """Where the store is told. `disabled_because` says why it was switched off by itself."""

    id: int
    url: str
    kinds: list[str]
    active: bool
    failures_in_a_row: int
    disabled_because: str
    created_at: datetime


class EndpointWithSecret(EndpointDocument):
    """A new endpoint. Its secret is shown this once."""

    secret: str


class Endpoints(Shape):
    """A store's endpoints, in the order in which they were made."""

    data: list[EndpointDocument]


class EndpointSaid(Said):
    """An endpoint to be made; without kinds it is told of everything."""

    url: Url
    kinds: Annotated[list[Kind], Field(max_length=100)] = Field(default_factory=list)


class EndpointChanges(Said):
    """The fields to be changed; what is left out stays as it is."""

    url: Url | None = None
    kinds: Annotated[list[Kind], Field(max_length=100)] | None = None
    active: bool | None = None


class MessageDocument(Shape):
    """One event for one endpoint, and how its last delivery went."""

    id: int
    event_id: str
    kind: str
    state: str
    attempts: int
    last_status: int | None
    error: str
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None


class AttemptDocument(Shape):
    """What one delivery came to."""

    at: datetime
    status: int | None
    error: str
    answer: str
    milliseconds: int


class MessageWithAttempts(MessageDocument):
    """A message with its body and every attempt, the latest first."""

    body: str
    tries: list[AttemptDocument]


class Messages(Shape):
    """An endpoint's log, the newest first. `next` is the cursor of the page that follows."""

    data: list[MessageDocument]
    next: str | None


class MessageQuery(PageQuery):
    """What the log is narrowed to."""

    state: MessageState | None = None


class ReplaySaid(Said):
    """Which dead messages are to be sent again; without ids all of the endpoint's, at most a thousand at once."""

    ids: Annotated[list[Annotated[Whole, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=1_000)] | None = None


class Replayed(Shape):
    """How many messages are on their way again."""

    replayed: int


class Tested(Shape):
    """The event that was sent to try the endpoint."""

    event_id: str
