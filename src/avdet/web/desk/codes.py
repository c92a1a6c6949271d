"""A carrier's return codes, pasted or as a file: what would become of each, handed out, and taken back."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import decoded
from avdet.records.parcels.queries import parcels_without_code
from avdet.web.desk.pages import BENCH, actor_of, done, page, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.phrases import phrase
from avdet.workflows.goods.hand_out_codes import CodeRow, hand_out_codes, lists_lately, read_codes, take_codes_back

MOST_BYTES = 200_000


@open_to(*BENCH)
def codes(request: PageRequest) -> HttpResponse:
    """How many parcels wait for a code; a list is looked at first, and given out by the second button."""
    if request.method != "POST":
        return _shown(request)
    now, actor, sent = timezone.now(), actor_of(request), request.POST
    try:
        if "undo" in sent:
            count = take_codes_back(request.store, sent["undo"][:16], actor=actor, now=now)
            return done(request, "codes_back", to(request, "bench_codes"), count=count)
        text = _text(request)
        if "give" not in sent:
            return _shown(request, text, read_codes(request.store, text))
        given, left = hand_out_codes(request.store, text, actor=actor, now=now)
    except AvdetError:
        why = phrase(request.language, "desk.bench.codes.fault")
        return _shown(request, sent.get("codes", "")[:MOST_BYTES], fault=why, status=422)
    return done(request, "codes", to(request, "bench_codes"), given=given, left=left)


def _text(request: PageRequest) -> str:
    file = request.FILES.get("file")
    raw = file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else request.POST.get("codes", "").encode()
    if len(raw) > MOST_BYTES:
        raise AvdetError("the list is too long", where="codes", cure="split it")
    return decoded(raw, request.store.language)


def _shown(
    request: PageRequest, text: str = "", rows: list[CodeRow] | None = None, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "waiting": parcels_without_code(request.store), "fault": fault, "text": text, "rows": rows,
        "fit": sum(1 for each in rows or () if each.parcel), "lists": lists_lately(request.store),
    }  # fmt: skip
    return page(request, "bench_codes", "bench", context, status=status)
