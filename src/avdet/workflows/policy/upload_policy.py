"""An owner's document becomes a draft of the store's policy, if it can be read; then it is checked, which takes a while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import PolicyError
from avdet.core.policy import Policy
from avdet.policies.shelf import read_bytes
from avdet.policies.yaml_reader import decode
from avdet.ports.jobs import defer
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.policies import add_draft, rewrite_draft
from avdet.workflows.policy.check_policy import CHECK


def upload_policy(store: Store, raw: bytes, *, remark: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """Reads a document and keeps it as the store's next draft; `PolicyError` with line, clause and cure where it cannot."""
    policy, source = read_for(store, raw)
    with transaction.atomic():
        draft = add_draft(store, source, policy.newest.fingerprint, remark=remark, actor=actor, now=now)
        _have_checked(draft)
    return draft


def mend_policy(draft: PolicyVersion, raw: bytes, *, remark: str = "", actor: Actor, now: datetime) -> PolicyVersion:
    """The same in the place of a draft that is there already."""
    policy, source = read_for(draft.store, raw)
    with transaction.atomic():
        rewrite_draft(draft, source, policy.newest.fingerprint, remark=remark, actor=actor, now=now)
        _have_checked(draft)
    return draft


def read_for(store: Store, raw: bytes) -> tuple[Policy, str]:
    """The policy in a file and its text, fit for this store: it sells in its currency and speaks its language."""
    file = "policy.yaml"
    policy = read_bytes(raw, file)
    if policy.currency != store.currency:
        raise PolicyError(
            f"the policy counts in {policy.currency}",
            where=f"{file}:{_line(raw, 'currency')}",
            cure=f"write {store.currency}, in which this store sells",
        )
    if store.language not in policy.languages:
        raise PolicyError(
            f"nothing is written in {store.language!r}",
            where=f"{file}:{_line(raw, 'languages')}",
            cure="add the store's own language",
        )
    return policy, decode(raw, file)


def _line(raw: bytes, key: str) -> int:
    """Where a key of the header stands."""
    lines = decode(raw, "policy.yaml").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _have_checked(draft: PolicyVersion) -> None:
    defer(CHECK, {"version": draft.pk, "fingerprint": draft.fingerprint})
