"""What the desk's pages about cases take: Django's own client, in this process, each a hundred times after two others."""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from order_filling import FIRST_NAMES, LAST_NAMES
from timing import bare, signed_in, took

from avdet.records.cases.models import Case
from avdet.records.people.models import User
from avdet.records.people.staff import add_member
from avdet.records.shared.pages import cursor
from avdet.records.stores.models import Store

BARS: Final = {"board": "≤ 10 statements, p95 ≤ 60 ms"}


def show(store: Store, now: Any) -> dict[str, float]:
    """Prints a line for each page, beside `select 1` through the same connection; page → p50 in milliseconds."""
    logging.disable(logging.WARNING)
    client, one = _client(store, now), took(bare)[0]
    print(f"  {'select 1':16} p50 {one:7.2f}")
    found = {}
    for name, path in _paths(store).items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        statements = len(asked)
        if response.status_code != 200:
            raise SystemExit(f"{path} was answered with {response.status_code} {response.headers.get('Location', '')}")
        half, most = took(lambda path=path: client.get(path))
        found[name] = half
        print(
            f"  {name:16} p50 {half:7.1f}  p95 {most:7.1f}  {statements:2} statements  {half / one:5.0f} × select 1"
            f"  {BARS.get(name, '')}"
        )
    return found


def _client(store: Store, now: Any) -> Client:
    colleague = User.objects.create_user("desk@example.test", "a long enough secret")
    add_member(store, colleague, "desk", now=now)
    return signed_in(colleague)


def _paths(store: Store) -> dict[str, str]:
    """The pages. A name is written as an Arabic keyboard writes it."""
    arabic = str.maketrans({"ی": "ي", "ک": "ك"})
    cases = Case.objects.filter(store=store).order_by("pk")
    oldest, middle = cases[0], cases.filter(pk__gte=cases[0].pk + (cases.last() or cases[0]).pk // 2).first() or cases[0]
    sought = {
        "newest": {"show": "all"}, "one state": {"state": "approved"}, "waiting": {"waits": "store"},
        "oldest page": {"show": "all", "after": cursor(oldest.pk + 25)}, "exact number": {"q": middle.number},
        "common and rare": {"q": f"{FIRST_NAMES[0]} {LAST_NAMES[-1]}".translate(arabic)},
        "one clause": {"clause": middle.clauses.split()[0]}, "overdue": {"due": "overdue"},
    }  # fmt: skip
    desk = f"/{store.slug}/desk"
    lists = {name: f"{desk}/cases/?{urlencode(query)}" for name, query in sought.items()}
    return {"board": f"{desk}/board/", **lists, "one case": f"{desk}/cases/{middle.number}/"}
