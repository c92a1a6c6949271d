"""Files of orders: uploaded, looked at, imported, reported on field by field."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import csv_lines
from avdet.ports.shops import Reading, ShopOrder
from avdet.records.connections.models import ImportRun
from avdet.records.connections.queries import every_note, notes, run_by_id, runs
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import as_csv, marks, pager
from avdet.web.studio.catalogue.pages import whole
from avdet.web.studio.intake.connections import UNITS
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.faults import in_words
from avdet.words.phrases import phrase
from avdet.workflows.orders.import_orders import begin_import, preview, read_orders, stop_import
from avdet.workflows.orders.take_batch import Item

NOTES = 50
SHOWN = ("orders", "new", "changed", "same", "stale", "faulty", "products", "cancellations", "matched", "unmatched")


@open_to(*OWNERS)
def imports(request: PageRequest) -> HttpResponse:
    """Every import so far, and a form for the next file."""
    fault = ""
    if request.method == "POST":
        try:
            return redirect(to(request, "import", number=_read(request).pk))
        except AvdetError as found:
            fault = phrase(request.language, "studio.problem.file", problem=in_words(found, request.language))
    found_runs = runs(request.store, **marks(request))
    units = UNITS.get(request.store.currency, (request.store.currency,))
    context = {
        "runs": found_runs.rows, "fault": fault, "errors": [("file", fault)] if fault else [],
        "units": [(unit, unit) for unit in units], "unit": units[0],
        **pager(to(request, "imports"), "", found_runs),
    }  # fmt: skip
    return page(request, "intake/imports", "imports", context, status=422 if fault else 200)


@open_to(*OWNERS)
def import_(request: PageRequest, number: int) -> HttpResponse:
    """One import: what was understood of the file's first orders; then how far it is, and what could not be taken."""
    run = _run(request, number)
    if run.state == "read":
        return _preview(request, run)
    faults = "faults" in request.GET
    beyond = min(whole(request.GET.get("beyond", "")) or 0, 10**15)
    rows = notes(run, faults=faults, beyond=beyond, size=NOTES + 1)
    kept = "faults=1&" if faults else ""
    context = {
        "run": run, "rows": rows[:NOTES], "beyond": beyond, "busy": run.state == "running", "part": _part(run),
        "counts": [(name, run.counts.get(name, 0)) for name in SHOWN if run.counts.get(name)],
        "more": f"?{kept}beyond={rows[NOTES - 1].pk}" if len(rows) > NOTES else "",
        "tabs": [
            {"label": phrase(request.language, f"studio.import.{name}"), "url": url, "count": run.counts.get(counted, 0),
             "current": faults == (name == "faults")}
            for name, url, counted in (("all", "?", "notes"), ("faults", "?faults=1", "faulty"))
        ],
    }  # fmt: skip
    return page(request, "intake/import", "imports", context)


@open_to(*OWNERS)
def import_act(request: PageRequest, number: int) -> HttpResponse:
    """Begins an import, stops it, or goes on with it."""
    run = _run(request, number)
    if request.method != "POST" or run.source != "file":
        raise Http404
    wanted = "stop" if request.POST.get("do") == "stop" else "begin"
    try:
        (stop_import if wanted == "stop" else begin_import)(run, now=timezone.now())
    except Conflict:
        messages.error(request, phrase(request.language, "studio.import.meanwhile"))
        return redirect(to(request, "import", number=number))
    except AvdetError as fault:
        messages.error(request, phrase(request.language, "studio.problem.file", problem=in_words(fault, request.language)))
        return redirect(to(request, "import", number=number))
    return done(request, f"import_{wanted}", "import", {"number": number})


@open_to(*OWNERS)
def report(request: PageRequest, number: int) -> StreamingHttpResponse:
    """The whole report as CSV, each cell harmless to a spreadsheet."""
    run = _run(request, number)
    heading = ("record", "field", "said", "became", "why", "fault")
    lines = ((n.record, n.path, n.said, n.became, n.why, "1" if n.fault else "") for n in every_note(run))
    return as_csv(csv_lines(heading, lines, mark=True), f"{request.store.slug}-import-{run.pk}")


def _run(request: PageRequest, number: int) -> ImportRun:
    found = run_by_id(number, request.store)
    if found is None:
        raise Http404
    return found


def _read(request: PageRequest) -> ImportRun:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise AvdetError(phrase(request.language, "studio.problem.file_missing"))
    units = UNITS.get(request.store.currency, (request.store.currency,))
    unit = request.POST.get("unit", "")
    name = file.name or "orders.csv"
    unit = unit if unit in units else units[0]
    run = read_orders(request.store, name, file, unit=unit, actor=actor_of(request), now=timezone.now())
    preview(run)  # what cannot be read at all is said at once
    return run


def _preview(request: PageRequest, run: ImportRun) -> HttpResponse:
    try:
        items, fault = preview(run), ""
    except AvdetError as found:
        items, fault = [], phrase(request.language, "studio.problem.file", problem=in_words(found, request.language))
    shown = [_shown(each, request.language) for each in items]
    return page(request, "intake/preview", "imports", {"run": run, "items": shown, "fault": fault})


def _shown(item: Item, language: str) -> dict[str, Any]:
    if isinstance(item, AvdetError):
        return {"fault": in_words(item, language), "notes": ()}
    order = item.value
    return {"order": order, "notes": item.notes, "whole": isinstance(order, ShopOrder), "pieces": _pieces(item)}


def _pieces(item: Reading[Any]) -> int:
    return sum(line.quantity for line in item.value.lines)


def _part(run: ImportRun) -> int:
    """How much of it is done, in per cent; nothing where the shop does not say how much there is."""
    taken = run.counts.get("lines" if run.source == "file" else "orders", 0)
    return min(100, 100 * taken // run.total) if run.total else 0
