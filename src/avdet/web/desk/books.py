"""The books as an accountant reads them: what reconciliation found, every account over some days, statements, files."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, StreamingHttpResponse

from avdet.core.bookings import CHART
from avdet.records.ledger.queries import journal_csv, sheet, statement, statement_csv, statement_of_order
from avdet.records.refunds.models import ReconcileFinding
from avdet.records.refunds.queries import findings_page
from avdet.web.desk.pages import PURSES, page, tabs, titled, to
from avdet.web.desk.periods import bounds, span
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import as_csv, marks, pager
from avdet.words.phrases import phrase

GATEWAY: Final = "asset:gateway."
"""What the account of a gateway begins with."""


@open_to(*PURSES)
def findings(request: PageRequest) -> HttpResponse:
    """What the books and the gateways do not agree on."""
    show_all = request.GET.get("show") == "all"
    found = findings_page(request.store, open_only=not show_all, **marks(request))
    url = to(request, "findings")
    context = {
        "rows": [
            (each, titled(request.language, "desk.finding", each.kind), _noted(request.language, each)) for each in found.rows
        ],
        "tabs": tabs(request, url, "desk.findings", ("open", "all"), "all" if show_all else "open"),
        **pager(url, "show=all" if show_all else "", found),
    }
    return page(request, "findings", "findings", context)


def _noted(language: str, finding: ReconcileFinding) -> str:
    """What is noted beside a finding; a refund's state is said in words."""
    return titled(language, "desk.refund", finding.note) if finding.kind == "refund_long" else finding.note


@open_to(*PURSES)
def books(request: PageRequest) -> HttpResponse:
    """Every account over some days; one account's statement, or one order's entries, where they are asked for."""
    first, last = span(request, 31)
    since, until = bounds(first, last, request.store.time_zone)
    say, account, number = request.language, request.GET.get("account", ""), request.GET.get("order", "").strip()[:60]
    known = statement(request.store, account, request.store.currency, since, until) if _is_account(account) else None
    context = {
        "first": first, "last": last, "days": f"from={first}&to={last}", "account": account, "number": number,
        "sheet": [(each, _named(say, each.account)) for each in sheet(request.store, since, until)],
        "statement": known, "named": _named(say, account) if known else "",
        "entries": [
            (each, titled(say, "desk.entry", each.kind), _named(say, each.other)) for each in (known.lines if known else ())
        ],
        "transfers": [
            (each, titled(say, "desk.entry", each.entry.kind), *(_named(say, side) for side in (each.credit, each.debit)),
             titled(say, "desk.transfer", each.state))
            for each in (statement_of_order(request.store, number) if number else [])
        ],
    }  # fmt: skip
    return page(request, "books", "books", context)


@open_to(*PURSES)
def books_file(request: PageRequest) -> StreamingHttpResponse:
    """The journal of some days, or one account's statement, as CSV."""
    first, last = span(request, 31)
    since, until = bounds(first, last, request.store.time_zone)
    account = request.GET.get("account", "")
    if _is_account(account):
        lines = statement_csv(statement(request.store, account, request.store.currency, since, until, limit=100_000), mark=True)
    else:
        lines = journal_csv(request.store, since, until, mark=True)
    return as_csv(lines, f"{request.store.slug}-{first}-{last}")


def _is_account(account: str) -> bool:
    return account in CHART or account.startswith(GATEWAY)


def _named(language: str, account: str) -> str:
    if account.startswith(GATEWAY):
        name = titled(language, "desk.source", account.removeprefix(GATEWAY))
        return phrase(language, "desk.account.asset-gateway", name=name)
    return titled(language, "desk.account", account.replace(":", "-"))
