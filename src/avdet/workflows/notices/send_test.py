"""One message through a store's gateways as they are set, to see whether it arrives."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import note
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell import tell


@transaction.atomic
def send_test(store: Store, to: str, *, language: str, actor: Actor, now: datetime) -> None:
    """Sends it to an e-mail address or a phone (E.164); every call sends one more."""
    place, key = "email" if "@" in to else "phone", f"test:{now.isoformat()}"
    tell(store, kind="test", order_number="", to={place: to}, language=language, values={}, key=key, now=now)
    note(store, "test_sent", actor=actor, now=now)
