"""Files of products: read, looked at, applied, taken back; and the whole catalogue as such a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import TRAITS
from avdet.records.catalogue.models import CatalogueImport, CatalogueImportRow
from avdet.records.catalogue.queries import catalogue_import, catalogue_imports, import_rows
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import as_csv, marks, pager
from avdet.web.studio.catalogue.pages import KEEPERS, whole
from avdet.web.studio.pages import actor_of, done, page, to
from avdet.words.faults import in_words
from avdet.words.phrases import phrase
from avdet.workflows.catalogue.apply_catalogue import apply_catalogue, undo_catalogue
from avdet.workflows.catalogue.catalogue_columns import MAPPED, ON_HAND, columns_of
from avdet.workflows.catalogue.export_catalogue import export_catalogue
from avdet.workflows.catalogue.read_catalogue import MAX_BYTES, read_catalogue

KINDS = ("changed", "new", "faulty")
ROWS, MOST_NAMED = 50, 20


@open_to(*KEEPERS)
def files(request: PageRequest) -> HttpResponse:
    """The files so far, a form for the next, and how one is written."""
    fault: AvdetError | None = None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            return redirect(to(request, "catalogue_file", number=_read(request, file).pk))
        except AvdetError as refusal:
            fault = refusal
    found = catalogue_imports(request.store, **marks(request))
    said = phrase(request.language, "studio.problem.file", problem=in_words(fault, request.language)) if fault else ""
    context = {
        "runs": found.rows, "fault": said, "errors": [("file", said)] if said else [], "columns": _columns(request),
        "traits": [(trait, BY_NAME[trait].asked(request.language)) for trait in TRAITS],
        **pager(to(request, "catalogue_files"), "", found),
    }  # fmt: skip
    return page(request, "catalogue/files", "catalogue_files", context, status=422 if fault else 200)


@open_to(*KEEPERS)
def file(request: PageRequest, number: int) -> HttpResponse:
    """What a file would change, or has changed: row by row what stood and what will, and what cannot be read."""
    run = _run(request, number)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else next((each for each in KINDS if run.counts.get(each)), "changed")
    beyond = min(whole(request.GET.get("beyond", "")) or 0, 10**9)
    rows = import_rows(run, kind=kind, beyond=beyond, size=ROWS + 1)
    more = f"?kind={kind}&beyond={rows[ROWS - 1].number}" if len(rows) > ROWS else ""
    context = {
        "run": run, "shown": [_row(request, row) for row in rows[:ROWS]], "kind": kind, "more": more,
        "sound": run.counts.get("new", 0) + run.counts.get("changed", 0), "beyond": beyond,
        "tabs": [
            {"label": phrase(request.language, f"studio.catalogue_file.{each}"), "url": f"?kind={each}",
             "count": run.counts.get(each, 0), "current": each == kind}
            for each in KINDS
        ],
    }  # fmt: skip
    return page(request, "catalogue/file", "catalogue_files", context)


@open_to(*KEEPERS)
def apply(request: PageRequest, number: int) -> HttpResponse:
    """Applies a file, or takes it back."""
    run = _run(request, number)
    if request.method != "POST":
        return redirect(to(request, "catalogue_file", number=number))
    now, actor = timezone.now(), actor_of(request)
    try:
        if "undo" in request.POST:
            return _undone(request, run, undo_catalogue(request.store, run, now=now, actor=actor))
        apply_catalogue(request.store, run, now=now, actor=actor)
    except Conflict as fault:
        messages.error(request, phrase(request.language, "studio.problem.file_conflict", where=fault.where))
        return redirect(to(request, "catalogue_file", number=number))
    except AvdetError as fault:
        messages.error(request, phrase(request.language, "studio.problem.file", problem=in_words(fault, request.language)))
        return redirect(to(request, "catalogue_file", number=number))
    return done(request, "file_applied", "catalogue_file", {"number": number})


def _undone(request: PageRequest, run: CatalogueImport, kept: list[str]) -> HttpResponse:
    """Says what was put back, and what was left alone."""
    if not kept:
        return done(request, "file_undone", "catalogue_file", {"number": run.pk})
    named = ", ".join(kept[:MOST_NAMED]) + (" …" if len(kept) > MOST_NAMED else "")
    messages.warning(request, phrase(request.language, "studio.problem.file_kept", count=len(kept), kept=named))
    return redirect(to(request, "catalogue_file", number=run.pk))


@open_to(*KEEPERS)
def export(request: PageRequest) -> StreamingHttpResponse:
    """The whole catalogue, line by line."""
    return as_csv(export_catalogue(request.store), f"{request.store.slug}-{timezone.localdate():%Y-%m-%d}")


def _run(request: PageRequest, number: int) -> CatalogueImport:
    found = catalogue_import(request.store, number)
    if found is None:
        raise Http404
    return found


def _read(request: PageRequest, file: object) -> CatalogueImport:
    if not isinstance(file, UploadedFile):
        raise AvdetError(phrase(request.language, "studio.problem.file_missing"))
    raw = file.read(MAX_BYTES + 1)
    return read_catalogue(request.store, file.name or "catalogue.csv", raw, now=timezone.now(), actor=actor_of(request))


def _columns(request: PageRequest) -> list[tuple[str, str]]:
    """Each column's name and what stands in it."""
    say = request.language
    known = {name: column.part for name, column in columns_of(request.store).items() if name != MAPPED}
    named = [(name, phrase(say, f"studio.column.{name.removesuffix(f'_{part}')}")) for name, part in known.items()]
    return [("sku", phrase(say, "studio.column.sku")), *named, (ON_HAND, phrase(say, "studio.column.on_hand"))]


def _row(request: PageRequest, row: CatalogueImportRow) -> dict[str, Any]:
    say = request.language
    problems = [{**each, "says": phrase(say, f"studio.problem.{each['problem']}")} for each in row.problems]
    return {"number": row.number, "sku": row.sku, "changes": list(row.changes.items()), "problems": problems}
