"""What is written of a store itself. Every change leaves an event that says who made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store, StoreEvent, StoreText

SECRET = frozenset({"mail_url", "sms_url", "payout_account"})
"""Fields that an event names without saying what stands in them."""
EDITABLE = SECRET | {"names", "accent", "contact", "languages", "takes_orders", "marketplace", "embed_origins", "returns"}


def add_store(slug: str, *, now: datetime, actor: Actor, **fields: Any) -> Store:
    """A new store. `AvdetError` where the address is taken."""
    if Store.objects.filter(slug=slug).exists():
        raise AvdetError(f"there is a store at /{slug}/ already", where="slug", cure="choose another address")
    store: Store = Store.objects.create(slug=slug, created_at=now, **fields)
    note(store, "opened", actor=actor, now=now)
    return store


def note(store: Store, kind: str, *, actor: Actor, now: datetime, **facts: Any) -> None:
    """Writes down what was done to the store's settings."""
    StoreEvent.objects.create(store=store, at=now, kind=kind, actor=str(actor), facts=facts)


@transaction.atomic
def change_store(store: Store, changes: Mapping[str, Any], *, actor: Actor, now: datetime) -> list[str]:
    """Sets fields of the store; says which of them were not so before."""
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"not to be edited here: {unknown}")
    changed = sorted(name for name, value in changes.items() if getattr(store, name) != value)
    for name in changed:
        if name in SECRET:
            note(store, "changed", actor=actor, now=now, field=name)
        else:
            note(store, "changed", actor=actor, now=now, field=name, old=getattr(store, name), new=changes[name])
        setattr(store, name, changes[name])
    if changed:
        store.save(update_fields=changed)
    return changed


@transaction.atomic
def set_logo(store: Store, png: bytes | None, *, actor: Actor, now: datetime) -> None:
    """Puts a logo up, or takes it down. The old file is deleted once the change is certain."""
    if store.logo:
        transaction.on_commit(partial(store.logo.storage.delete, str(store.logo.name)))
    if png is None:
        store.logo = ""
    else:
        store.logo.save(f"{store.slug}-{now:%Y%m%d%H%M%S}.png", ContentFile(png), save=False)
    store.save(update_fields=["logo"])
    note(store, "changed", actor=actor, now=now, field="logo")


@transaction.atomic
def set_texts(store: Store, texts: Mapping[str, Mapping[str, str]], *, actor: Actor, now: datetime) -> list[str]:
    """Key → language → text; an empty text takes the store's own away. Says which keys changed."""
    before = {(text.key, text.language): text.body for text in store.texts.filter(key__in=list(texts))}
    wanted = {(key, language): body.strip() for key, bodies in texts.items() for language, body in bodies.items()}
    changed = [place for place, body in wanted.items() if body != before.get(place, "")]
    for key, language in changed:
        body = wanted[key, language]
        if body:
            StoreText.objects.update_or_create(store=store, key=key, language=language, defaults={"body": body})
        else:
            store.texts.filter(key=key, language=language).delete()
        note(
            store,
            "text_changed",
            actor=actor,
            now=now,
            key=key,
            language=language,
            old=before.get((key, language), ""),
            new=body,
        )
    return list(dict.fromkeys(key for key, _ in changed))
