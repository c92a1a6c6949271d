"""The owner of an account is told a code, or that something about it changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.models import Store
from avdet.records.stores.queries import all_stores
from avdet.workflows.notices.tell import tell

KINDS: Final = ("sign_in_code", "verify_email", "account_exists", "account_changed")


@transaction.atomic
def tell_account(
    store: Store | None, kind: str, to: Mapping[str, str], language: str, values: Mapping[str, str], *, now: datetime
) -> None:
    """One of `KINDS`, by e-mail or phone, in the name of the store that somebody came from.

    An account belongs to no store; where it is not known from which one its owner came, the installation's first speaks.
    """
    speaker = store or next(iter(all_stores()), None)
    if speaker is None:
        return
    reached = to.get("email") or to.get("phone") or ""
    tell(
        speaker, kind=kind, order_number="", to={"email": to.get("email", ""), "phone": to.get("phone", "")},
        language=language, values=dict(values), key=f"{_cause(kind, reached)}:{uuid.uuid4().hex}", now=now,
    )  # fmt: skip


def causes_of(*contacts: str) -> Iterator[str]:
    """How the keys of all that was ever told to some addresses and numbers begin."""
    for contact in contacts:
        if contact:
            yield from (_cause(kind, contact) for kind in KINDS)


def _cause(kind: str, contact: str) -> str:
    return f"{kind}:{fingerprint(contact, 'told')}"
