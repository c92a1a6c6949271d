"""A request that is sent twice is carried out once: the `Idempotency-Key` header of every POST."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from avdet.records.access import keys
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.problems import Problem
from avdet.words.phrases import phrase

LONGEST: Final = 255
UPLOADS: Final = ("/evidence", "/bank-files")
FORM: Final = "multipart/form-data"
KEPT_HEADERS: Final = ("Content-Type", "Content-Disposition", "ETag", "Location")


def once(request: TokenRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Does the work in one transaction with the keeping of its answer; or gives the answer that was kept."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic():
            return work()
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        what = phrase(request.language, "api.field.long", limit=LONGEST)
        row = {"where": "header.Idempotency-Key", "what": what, "kind": "string_too_long"}
        raise Problem("invalid", members={"errors": [row]}, count=1)
    claimed = _claimed(request, key)
    return _again(claimed) if isinstance(claimed, keys.Kept) else _first(claimed, work)


def _claimed(request: TokenRequest, key: str) -> keys.Claim | keys.Kept:
    asked = f"{request.method} {request.get_full_path()}\n".encode() + _sent(request)
    try:
        return keys.claim(request.store, key, hashlib.sha256(asked).hexdigest(), now=timezone.now())
    except keys.Different:
        raise Problem("key_reused") from None
    except keys.Busy:
        raise _busy() from None


def _busy() -> Problem:
    return Problem("busy", headers={"Retry-After": "1"})


def is_upload(request: HttpRequest) -> bool:
    """Whether a file is sent to this address, as a form."""
    return request.resolver_match is not None and request.resolver_match.route.endswith(UPLOADS)


def _sent(request: HttpRequest) -> bytes:
    """What was sent. A form is read as it comes, and is known by what was in it: another try has other boundaries."""
    if not is_upload(request):
        return request.body
    said = repr(sorted(request.POST.lists())).encode()
    prints = [(name, _print(each)) for name, files in sorted(request.FILES.lists()) for each in files]
    return said + repr(prints).encode()


def _print(file: UploadedFile[Any]) -> str:
    """A file's hash; it is wound back, to be read again."""
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


def _first(claimed: keys.Claim, work: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        with transaction.atomic():
            response = work()
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            keys.keep(claimed, response.status_code, headers, response.content.decode())
    except keys.Busy:  # it was so slow that the same request, sent again, is being carried out in its place
        raise _busy() from None
    except BaseException:
        keys.let_go(claimed)
        raise
    return response


def _again(kept: keys.Kept) -> HttpResponse:
    return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})
