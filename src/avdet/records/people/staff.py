"""Who works for a store, and as what. A store always has an owner."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.people.models import Membership, Role, User
from avdet.records.people.queries import SECOND_FACTORS
from avdet.records.stores.models import Store


def staff_of(store: Store) -> list[Membership]:
    """Everybody who works for a store with their account, owners first, then as they came."""
    members = list(store.members.select_related("user").order_by("pk"))
    return sorted(members, key=lambda member: list(Role.values).index(member.role), reverse=True)


def user_by_email(email: str) -> User | None:
    """Whose account an e-mail address is."""
    return User.objects.filter(email=email.strip().lower()).first()


def user_by_id(user_id: int) -> User | None:
    """Somebody's account, as long as it may be used."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def names_of(user_ids: set[int]) -> dict[int, str]:
    """What users are called: their name, else their e-mail address."""
    return {user.pk: str(user.name or user.email or "") for user in User.objects.filter(pk__in=user_ids)}


def add_member(store: Store, user: User, role: str, *, now: datetime) -> Membership:
    """Gives somebody a role, or another one instead of the one they have; an owner keeps theirs."""
    made, new = Membership.objects.get_or_create(store=store, user=user, defaults={"role": role, "created_at": now})
    if not new and made.role != Role.OWNER and made.role != role:
        made.role = role
        made.save(update_fields=["role"])
    return made


@transaction.atomic
def change_role(store: Store, membership_id: int, role: str) -> Membership:
    """Makes somebody something else. The last owner stays one."""
    member = _locked(store, membership_id)
    if member.role == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(store, member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(store: Store, membership_id: int) -> Membership:
    """Ends somebody's work for the store; their account stays. The last owner cannot go."""
    member = _locked(store, membership_id)
    if member.role == Role.OWNER:
        _keep_an_owner(store, member)
    member.delete()
    return member


def _locked(store: Store, membership_id: int) -> Membership:
    """The membership, with its store locked: two owners cannot remove each other at once."""
    Store.objects.select_for_update().get(pk=store.pk)
    member = store.members.select_related("user").filter(pk=membership_id).first()
    if member is None:
        raise AvdetError("nobody here has that membership", where="staff.gone", cure="look at the list again")
    return member


def _keep_an_owner(store: Store, member: Membership) -> None:
    if not store.members.filter(role=Role.OWNER).exclude(pk=member.pk).exists():
        raise AvdetError("a store keeps at least one owner", where="staff.last_owner", cure="make somebody else an owner first")


def owners_without_second_factor(store: Store) -> bool:
    """Whether an owner signs in with a password alone."""
    return store.members.filter(role=Role.OWNER).exclude(user__authenticator__type__in=SECOND_FACTORS).exists()
