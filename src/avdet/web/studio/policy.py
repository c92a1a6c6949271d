"""The versions of the store's policy: upload, mend, check, compare, publish, withdraw."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.core.errors import AvdetError, PolicyError
from avdet.policies.yaml_reader import MAX_BYTES
from avdet.records.stores.models import PolicyVersion
from avdet.records.stores.policies import drop_draft, withdraw
from avdet.records.stores.queries import newest_policy, policy_in_force, policy_version, policy_versions, published_before
from avdet.records.stores.terms import calendar_in_force, terms_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.terms_pages import differences_between, language_of_both, spoken
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.faults import said
from avdet.words.phrases import phrase
from avdet.words.typed_dates import read_day, typed_day
from avdet.workflows.policy.publish_policy import objection, publish_policy
from avdet.workflows.policy.upload_policy import mend_policy, upload_policy

AROUND: Final = 4
"""Lines shown before and after the one with an error."""
_LINE: Final = re.compile(r":(\d+)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot be used, and the lines around the place. `what` and `cure` are in English, as a policy is."""

    line: int
    clause: str
    what: str
    cure: str
    lines: tuple[tuple[int, str], ...]


@open_to(*OWNERS)
def policies(request: PageRequest) -> HttpResponse:
    """Every version, the newest first."""
    now = timezone.now()
    current = policy_in_force(request.store, now)
    return page(request, "policies", "policies", {"versions": policy_versions(request.store), "current": current, "now": now})


@open_to(*OWNERS)
def upload(request: PageRequest) -> HttpResponse:
    """A new draft, from a file or from the page's own editor."""
    if request.method != "POST":
        newest = newest_policy(request.store) if request.GET.get("from") == "newest" else None
        return page(request, "policy_edit", "policies", {"text": newest.source if newest else ""})
    raw, remark = _given(request)
    try:
        draft = upload_policy(request.store, raw, remark=remark, actor=actor_of(request), now=timezone.now())
    except PolicyError as error:
        return _again(request, raw, remark, error)
    return done(request, "uploaded", "version", {"number": draft.number}, number=draft.number)


@open_to(*OWNERS)
def edit(request: PageRequest, number: int) -> HttpResponse:
    """A draft's text, to be mended."""
    draft = _version(request, number)
    if draft.state != PolicyVersion.State.DRAFT:
        raise Http404
    if request.method != "POST":
        return page(request, "policy_edit", "policies", {"draft": draft, "text": draft.source, "remark": draft.note})
    raw, remark = _given(request)
    try:
        mend_policy(draft, raw, remark=remark, actor=actor_of(request), now=timezone.now())
    except PolicyError as error:
        return _again(request, raw, remark, error, draft)
    return done(request, "mended", "version", {"number": number}, number=number)


@open_to(*OWNERS)
def version(request: PageRequest, number: int) -> HttpResponse:
    """One version: how its check stands, what was found, what changes, and what may be done with it."""
    return _shown(request, _version(request, number))


@open_to(*OWNERS)
def publish(request: PageRequest, number: int) -> HttpResponse:
    """Publishes a draft; what is wrong with the wish is said beside the form."""
    draft = _version(request, number)
    if request.method != "POST" or draft.state != PolicyVersion.State.DRAFT:
        return HttpResponseRedirect(to(request, "version", number=number))
    day = None if request.POST.get("when") == "now" else read_day(request.POST.get("day", ""))
    if day is None and request.POST.get("when") != "now":
        return _shown(request, draft, ("day", phrase(request.language, "studio.fault.day")))
    try:
        publish_policy(draft, day, accept="accept" in request.POST, actor=actor_of(request), now=timezone.now())
    except AvdetError as error:
        return _shown(request, draft, _fault(request, error))
    return done(request, "published", "version", {"number": number}, number=number)


@open_to(*OWNERS)
def take_back(request: PageRequest, number: int) -> HttpResponse:
    """Withdraws a published version before it takes force, or drops a draft."""
    found = _version(request, number)
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "version", number=number))
    draft = found.state == PolicyVersion.State.DRAFT
    try:
        (drop_draft if draft else withdraw)(found, actor=actor_of(request), now=timezone.now())
    except AvdetError:
        return _shown(request, _version(request, number), ("", phrase(request.language, "studio.fault.in_force")))
    return done(request, "dropped" if draft else "withdrawn", "policies", number=number)


@open_to(*OWNERS)
def source(request: PageRequest, number: int) -> HttpResponse:
    """A version's document, as it was uploaded."""
    found = _version(request, number)
    name = f"{request.store.slug}-{number}.yaml"
    return HttpResponse(
        found.source,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# ---- what the pages show ---------------------------------------------------------------------------------------------


def _version(request: PageRequest, number: int) -> PolicyVersion:
    found = policy_version(request.store, number)
    if found is None:
        raise Http404
    return found


def _shown(request: PageRequest, found: PolicyVersion, fault: tuple[str, str] | None = None) -> HttpResponse:
    now = timezone.now()
    calendar = calendar_in_force(request.store, now)
    policy = terms_of(request.store, found, calendar).policy
    before = published_before(request.store, found)
    context: dict[str, Any] = {
        "version": found,
        "edition": policy.newest,
        "clauses": len(policy.newest.clauses),
        "before": before,
        "levels": [
            (level, rows) for level in ("error", "law", "note") if (rows := [f for f in found.findings if f["level"] == level])
        ],
        "fares": [(way, rows) for way in ("worse", "better") if (rows := [f for f in found.fares if f["fares"] == way])],
        "busy": found.checking.get("state") in ("waiting", "running"),
        "objection": objection(found),
        "ahead": found.takes_force_at is not None and found.takes_force_at > now,
        "tomorrow": typed_day(date.fromordinal(calendar.local(now).toordinal() + 1), request.language),
        "typed": request.POST,
        "errors": [fault] if fault else [],
        **spoken(request.language if request.language in policy.languages else policy.languages[0]),
    }
    if before is not None:
        old = terms_of(request.store, before, calendar).policy
        language = language_of_both(old, policy, request.language)
        context |= {"found": differences_between(old, policy, language), **spoken(language)}
    return page(request, "policy", "policies", context, status=422 if fault else 200)


def _given(request: PageRequest) -> tuple[bytes, str]:
    """The document that was sent, by file or by hand, and the remark beside it."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and file.size:
        raw = file.read(MAX_BYTES + 1)
    else:
        raw = request.POST.get("text", "").replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    return raw, request.POST.get("remark", "").strip()[:500]


def _again(
    request: PageRequest, raw: bytes, remark: str, error: PolicyError, draft: PolicyVersion | None = None
) -> HttpResponse:
    """The editor once more, with the text as it was sent and what is wrong with it."""
    text = raw[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    problem = problem_of(error, text, request.language)
    key = "studio.fault.line" if problem.line else "studio.fault.document"
    context = {
        "draft": draft,
        "text": text,
        "remark": remark,
        "problem": problem,
        "errors": [("text", phrase(request.language, key, line=problem.line))],
    }
    return page(request, "policy_edit", "policies", context, status=422)


def problem_of(error: PolicyError, text: str, language: str) -> Problem:
    """A reader's error with the lines around it, in their language where it has words there."""
    match = _LINE.search(error.where)
    line = int(match[1]) if match else 0
    lines = text.splitlines()
    first = max(1, line - AROUND)
    shown = (
        tuple((number, lines[number - 1][:200]) for number in range(first, min(len(lines), line + AROUND) + 1)) if line else ()
    )
    what, cure = (error.what, error.cure) if language == "en" else said(error, language)[::2]
    return Problem(line, error.clause, what.removeprefix(f"{error.clause}: "), cure, shown)


def _fault(request: PageRequest, error: AvdetError) -> tuple[str, str]:
    """(id of the field, what is wrong in the reader's language) of a version that cannot be published so."""
    known = {
        "publish.unchecked": ("accept", "unchecked"),
        "publish.errors": ("accept", "errors"),
        "publish.too_early": ("day", "too_early"),
        "takes_force_at": ("day", "not_then"),
    }
    field, key = known.get(error.where, ("", "meanwhile"))
    return field, phrase(request.language, f"studio.fault.{key}")
