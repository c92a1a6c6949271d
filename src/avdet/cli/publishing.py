"""`avdet policy publish`, `export` and `new`: what is written out of a policy, and the file to begin one with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from avdet.cli.comparing import editions_of
from avdet.cli.deciding import known_language
from avdet.cli.terminal import Delivery, printable, write, write_json
from avdet.core.errors import AvdetError
from avdet.core.policy import Policy
from avdet.policies import load

FORMS: Final = ("html", "markdown")
STARTER: Final = Path(__file__).parent / "starter.yaml"


def publish(store: str, *, language: str | None, to: str, since: str | None, out: Delivery) -> int:
    """Write the terms page, or the page of what changed."""
    known_language(language)
    if to not in FORMS:
        raise AvdetError(f"{to!r:.40} is no form of page", where="--to", cure=f"use {' or '.join(FORMS)}")
    policy = load(store)
    language = language or policy.languages[0]
    text = _differences(policy, since, language) if since is not None else _terms(policy, to, language)
    return out.deliver(text, store=policy.store, version=policy.newest.version, language=language, form=to)


def _terms(policy: Policy, to: str, language: str) -> str:
    from avdet.analysis.publish import terms_html, terms_markdown

    return (terms_html if to == "html" else terms_markdown)(policy, policy.newest, language)


def _differences(policy: Policy, since: str, language: str) -> str:
    from avdet.analysis.publish.differences import differences_html

    return differences_html(*editions_of(load(since), policy), language)


def export(store: str, *, to: str, point: str, out: Delivery) -> int:
    """Write a policy's clauses at one decision point for another engine."""
    policy = load(store)
    from avdet.analysis.export import export as written

    text = written(policy.newest, to, point=point)
    return out.deliver(text, store=policy.store, version=policy.newest.version, at=point, form=to)


def new(file: str, *, json: bool = False) -> int:
    """Start a policy file; one that is there already is left alone."""
    path = Path(file)
    if path.suffix not in (".yaml", ".yml") or "\0" in file:
        raise AvdetError("a policy file ends in .yaml", where=printable(file), cure="choose a name such as myshop.yaml")
    store = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")[:40] or "shop"
    store = store if store[0].isalpha() else f"shop_{store}"[:40]
    text = STARTER.read_text(encoding="utf-8").replace("store: myshop", f"store: {store}")
    try:
        with path.open("x", encoding="utf-8") as started:
            started.write(text)
    except FileExistsError:
        what, cure = "there is a file of that name already", "choose another name, or move it away"
        raise AvdetError(what, where=file, cure=cure) from None
    if json:
        write_json({"started": file, "store": store})
        return 0
    shown = printable(file)
    write(f"{shown}: started; now read it, change it, and: avdet policy check {shown}".encode())
    return 0
