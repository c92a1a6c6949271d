"""A store's terms for everybody: those in force, those of any day, and what changed from one version to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from avdet.analysis.publish import ShownSection, open_places, shown_sections, spoken_weekend, spoken_zone
from avdet.analysis.publish.schema_org import merchant_return_policy
from avdet.core.calendar import Calendar
from avdet.core.policy import Policy
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.queries import policy_in_force, published_versions
from avdet.records.stores.terms import calendar_in_force, terms_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.terms_pages import differences_between, language_of_both, spoken


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """The terms in one language. `structured` is what search engines read: schema.org, as JSON safe inside a page."""

    language: str
    sections: tuple[ShownSection, ...]
    open_places: tuple[tuple[str, str], ...]
    weekend: str
    zone: str
    structured: str


@open_to("anyone")
def terms(request: PageRequest) -> HttpResponse:
    """The terms of an order placed now."""
    now = timezone.now()
    version = policy_in_force(request.store, now)
    if version is None:
        return render(request, "portal/terms_none.html", {"versions": published_versions(request.store)})
    return _page(request, version, now)


@open_to("anyone")
def terms_version(request: PageRequest, number: int) -> HttpResponse:
    """The terms of any version that is, was or will be in force."""
    return _page(request, _published(request.store, number)[0], timezone.now())


@open_to("anyone")
def terms_changes(request: PageRequest, number: int) -> HttpResponse:
    """What a version says differently from the one before it, in words."""
    now = timezone.now()
    new, old = _published(request.store, number)
    if old is None:
        raise Http404
    calendar = calendar_in_force(request.store, now)
    policies = [terms_of(request.store, version, calendar).policy for version in (old, new)]
    language = language_of_both(policies[0], policies[1], request.language)
    found = differences_between(policies[0], policies[1], language)
    return render(request, "portal/terms_changes.html", {"old": old, "new": new, "found": found, **spoken(language)})


def _published(store: Store, number: int) -> tuple[PolicyVersion, PolicyVersion | None]:
    """A published version, and the one that it replaced."""
    versions = published_versions(store)
    place = next((place for place, version in enumerate(versions) if version.number == number), None)
    if place is None:
        raise Http404
    return versions[place], versions[place + 1] if place + 1 < len(versions) else None


def _page(request: PageRequest, version: PolicyVersion, now: datetime) -> HttpResponse:
    calendar = calendar_in_force(request.store, now)
    policy = terms_of(request.store, version, calendar).policy
    shown = shown_terms(policy, calendar, request.language)
    versions = published_versions(request.store)
    current = next((each for each in versions if each.takes_force_at and each.takes_force_at <= now), None)
    context = {
        "terms": shown,
        "version": version,
        "versions": versions,
        "first": versions[-1],
        "current": current,
        "to_come": next((each for each in versions if _ahead(each, now) and each != version), None),
        "ahead": _ahead(version, now),
        "replaced": current is not None and not _ahead(version, now) and version.pk != current.pk,
        **spoken(shown.language),
    }
    return render(request, "portal/terms.html", context)


def _ahead(version: PolicyVersion, now: datetime) -> bool:
    return version.takes_force_at is not None and version.takes_force_at > now


@lru_cache(maxsize=64)
def shown_terms(policy: Policy, calendar: Calendar, language: str) -> ShownTerms:
    """The terms as the page shows them; worked out once for each version, calendar and language."""
    language = language if language in policy.languages else policy.languages[0]
    sections = shown_sections(policy.newest, language)
    return ShownTerms(
        language,
        sections,
        tuple(open_places(sections)),
        spoken_weekend(calendar, language),
        spoken_zone(calendar, language),
        json.dumps(merchant_return_policy(policy, policy.newest), ensure_ascii=False).replace("<", "\\u003c"),
    )
