"""Saved views: lists as somebody on the staff wants to find them again, for themselves or for everybody."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Count, Max, Q

from avdet.core.errors import AvdetError
from avdet.records.access.models import SavedView
from avdet.records.people.models import User
from avdet.records.stores.models import Store

MOST: Final = 30
"""Views that one person may keep of a page."""


def views_of(store: Store, user: User, page: str) -> list[SavedView]:
    """Somebody's own views of a page in their order, then those that others share. One statement."""
    rows = SavedView.objects.filter(Q(user=user) | Q(shared=True), store=store, page=page)
    found = rows.order_by("position", "name", "pk")[: MOST * 4]
    return sorted(found, key=lambda view: view.user_id != user.pk)


@transaction.atomic
def save_view(
    store: Store, user: User, page: str, name: str, query: str, *, shared: bool = False, opens_first: bool = False
) -> SavedView:
    """Keeps a list under a name, behind the others; the same name again replaces it where it stands.

    `AvdetError` without a name, or beyond `MOST`.
    """
    kept, own = " ".join(name.split())[:80], SavedView.objects.filter(store=store, user=user, page=page)
    if not kept:
        raise AvdetError("a view without a name", where="name", cure="give it one")
    others = own.exclude(name=kept).aggregate(count=Count("pk"), last=Max("position"))
    if others["count"] >= MOST:
        raise AvdetError(f"more than {MOST} views", where="name", cure="delete one that is not used")
    if opens_first:
        own.update(opens_first=False)
    fields = {"query": query[:2_000], "shared": shared, "opens_first": opens_first}
    saved, _ = SavedView.objects.update_or_create(
        store=store, user=user, page=page, name=kept, defaults=fields,
        create_defaults={**fields, "position": (others["last"] or 0) + 1},
    )  # fmt: skip
    return saved


@transaction.atomic
def move_view(store: Store, user: User, view_id: int, *, by: int) -> SavedView | None:
    """Moves a view of one's own up (`by` -1) or down (1) among one's own of its page; nothing where it is not there."""
    found = SavedView.objects.filter(store=store, user=user, pk=view_id).first()
    if found is None:
        return None
    rows = SavedView.objects.select_for_update().filter(store=store, user=user, page=found.page)
    own = list(rows.order_by("position", "name", "pk"))
    at = own.index(found)
    own.insert(max(0, at + by), own.pop(at))
    for position, view in enumerate(own, start=1):
        view.position = position
    SavedView.objects.bulk_update(own, ["position"])
    return found


def delete_view(store: Store, user: User, view_id: int) -> SavedView | None:
    """Deletes a view of one's own; gives it as it was, to be saved again, or nothing where it was not there."""
    found = SavedView.objects.filter(store=store, user=user, pk=view_id).first()
    if found is not None:
        SavedView.objects.filter(pk=found.pk).delete()
    return found
