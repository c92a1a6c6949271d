"""The shape of a problem document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    """One value of the request that cannot be used."""

    where: str = Field(description="Path of the value, such as body.lines[0].sku")
    what: str = Field(description="What is wrong, in the caller's language")
    kind: str


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457). `what`, `where` and `cure` are for whoever mends it; `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    detail: str
    kind: str
    request: str = Field(description="The number under which the server's log knows this request")
    what: str | None = None
    where: str | None = None
    cure: str | None = None
    code: str | None = Field(None, description="What is wrong, by a name that stays; then `what` is in the caller's language")
    errors: list[FieldProblem] | None = None
    because: list[dict[str, Any]] | None = Field(None, description="Clauses that deny what was asked for")
