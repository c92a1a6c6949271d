"""One request to a simulator and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received. `target` is the path with its query, as the client wrote it; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def json(self) -> Any:
        """The body read as JSON; an empty object where it is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            return {}

    def form(self) -> dict[str, str]:
        """The fields of a form, or of the query where there is no form."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True)) or self.query


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. One with `effect` has moved money or sent a message: its loss on the way is what the faults stage."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    effect: bool = False


def as_json(value: Any, status: int = 200, *, headers: dict[str, str] | None = None, effect: bool = False) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(value, ensure_ascii=False).encode(), status, headers=headers or {}, effect=effect)


def as_page(title: str, main: str) -> Answer:
    """A page for people. `main` is markup whose texts are escaped already; styles are inline, scripts are not allowed."""
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:"}
    page = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    page += f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1><main>{main}</main></html>"
    return Answer(page.encode(), kind="text/html; charset=utf-8", headers=policy)


def table(heads: list[str], rows: list[list[Any]]) -> str:
    """A table of texts, which it escapes; each cell finds its own direction."""
    head = "".join(f"<th scope=col>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td dir=auto>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if rows else "<p>Nothing yet.</p>"


_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-inline-size: 68rem; padding-inline: 1rem }
table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: start; padding: .4rem .6rem; border-block-end: 1px solid #8884; vertical-align: top }
article { border: 1px solid #8884; border-radius: .75rem; padding: 1rem; margin-block: 1rem; overflow-wrap: anywhere }
.sms { max-inline-size: 22rem; border-radius: 1.2rem; border-end-start-radius: .2rem; background: #8882; white-space: pre-wrap }
iframe { inline-size: 100%; block-size: 26rem; border: 1px solid #8884; background: white }
small { opacity: .75 }
"""
