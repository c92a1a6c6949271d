"""A new store: its terms published, its calendar its country's, and its owner on the staff or invited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES
from avdet.policies.shelf import policy_path
from avdet.policies.yaml_reader import MAX_BYTES
from avdet.records.people.models import Role
from avdet.records.people.staff import add_member, user_by_email
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import add_store
from avdet.records.stores.calendars import Days, write_calendar
from avdet.records.stores.models import Store
from avdet.records.stores.terms import WEEKENDS, policy_of
from avdet.workflows.people.invite_staff import invite_staff
from avdet.workflows.policy.publish_policy import publish_policy
from avdet.workflows.policy.upload_policy import upload_policy

HOMES: Final = {
    "TR": {"currency": "TRY", "time_zone": "Europe/Istanbul", "languages": ["tr", "en", "fa"]},
    "IR": {"currency": "IRR", "time_zone": "Asia/Tehran", "languages": ["fa", "en", "tr"]},
}
"""Country → what a store there begins with."""
TAKEN: Final = frozenset(
    {"account", "api", "hooks", "static", "media", "gallery", "operator", "admin", "healthz", "readyz", "metrics"}
)
"""First parts of addresses that no store may have."""
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that was just opened. `invitation` is the secret of its owner's link; empty where the owner has an account."""

    store: Store
    invitation: str = ""


@transaction.atomic
def open_store(
    slug: str,
    names: Mapping[str, str],
    country: str,
    *,
    now: datetime,
    owner_email: str = "",
    policy: str = "",
    in_force_from: datetime | None = None,
    actor: Actor | None = None,
    **fields: Any,
) -> Opened:
    """Opens a store. `policy`: a shipped store's name or the path of a file, in force from `in_force_from`, else from now on.

    `fields`: currency, time_zone, languages, accent, contact, marketplace … where they are not the country's custom.
    """
    actor = actor or Actor.system("createstore")
    home = dict(HOMES.get(country, {})) | fields
    _check(slug, names, country, home)
    store = add_store(slug, names=dict(names), country=country, now=now, actor=actor, **home)
    weekend: Sequence[int] = WEEKENDS.get(country, (6, 7))
    if policy:
        weekend = _publish(store, policy, in_force_from or now, actor, now) or weekend
    write_calendar(store, Days(tuple(weekend)), after=0, actor=actor, now=in_force_from or now)
    return Opened(store, _owned(store, owner_email, actor, now) if owner_email else "")


def _check(slug: str, names: Mapping[str, str], country: str, home: Mapping[str, Any]) -> None:
    if not _SLUG.fullmatch(slug) or slug in TAKEN:
        raise AvdetError(f"{slug!r:.60} cannot be a store's address", where="slug", cure="use small letters, digits and dashes")
    if not names or not set(names) <= set(LANGUAGES) or not all(name.strip() for name in names.values()):
        raise AvdetError("a store needs a name", where="names", cure="give one in tr, fa or en")
    missing = [key for key in ("currency", "time_zone", "languages") if not home.get(key)]
    if missing:
        raise AvdetError(
            f"nothing is known of stores in {country!r:.10}", where="country", cure=f"say its {', '.join(missing)}"
        )


def _publish(store: Store, policy: str, since: datetime, actor: Actor, now: datetime) -> list[int]:
    """Publishes the first version; says which days its calendar has off."""
    try:
        with policy_path(policy).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise AvdetError(fault.strerror or "cannot be read", where=policy, cure="check the path") from None
    draft = upload_policy(store, raw, actor=actor, now=now)
    publish_policy(draft, since.date(), accept=True, actor=actor, now=since)
    return [_WEEK.index(day) + 1 for day in policy_of(draft).calendar.weekend]


def _owned(store: Store, email: str, actor: Actor, now: datetime) -> str:
    user = user_by_email(email)
    if user is None:
        return invite_staff(store, Role.OWNER, email, actor=actor, now=now)
    add_member(store, user, Role.OWNER, now=now)
    return ""
