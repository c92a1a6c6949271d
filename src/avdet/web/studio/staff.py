"""Who works for the store: invite, change a role, let go; and the page on which somebody takes an invitation."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.people.models import Role
from avdet.records.people.staff import change_role, remove_member, staff_of
from avdet.records.stores.actions import note
from avdet.records.stores.invitations import invitation_by_token, withdraw_invitation
from avdet.records.stores.queries import open_invitations
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.contacts import contact
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.phrases import phrase
from avdet.workflows.people.invite_staff import invite_staff, join_staff


@open_to(*OWNERS)
def staff(request: PageRequest) -> HttpResponse:
    """Everybody on the staff, and who has been asked."""
    return _shown(request)


@open_to(*OWNERS)
def invite(request: PageRequest) -> HttpResponse:
    """Invites somebody by e-mail or mobile number, and shows the link once."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "staff"))
    _, address = contact(request.POST.get("to", ""), request.language, request.store.country)
    role = request.POST.get("role", "")
    errors = {}
    if not address:
        errors["to"] = phrase(request.language, "studio.staff.fault.to")
    if role not in Role.values:
        errors["role"] = phrase(request.language, "studio.staff.fault.role")
    if errors:
        return _shown(request, errors)
    token = invite_staff(request.store, role, address, actor=actor_of(request), now=timezone.now())
    link = request.build_absolute_uri(to(request, "join", token=token))
    return page(request, "staff_invited", "staff", {"to": address, "to_role": role, "link": link})


@open_to(*OWNERS)
def member(request: PageRequest, pk: int) -> HttpResponse:
    """Gives somebody another role, or lets them go."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "staff"))
    role, gone = request.POST.get("role", ""), "remove" in request.POST
    if not gone and role not in Role.values:
        return _shown(request, {"": phrase(request.language, "studio.staff.fault.role")})
    now, actor = timezone.now(), actor_of(request)
    try:
        found = remove_member(request.store, pk) if gone else change_role(request.store, pk, role)
    except AvdetError as error:
        return _shown(request, {"": phrase(request.language, f"studio.fault.{error.where}")})
    note(request.store, "staff_removed" if gone else "staff_changed", actor=actor, now=now, role=found.role, user=found.user_id)
    return done(request, "staff_removed" if gone else "staff_changed", "staff")


@open_to(*OWNERS)
def uninvite(request: PageRequest, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    if request.method == "POST" and withdraw_invitation(request.store, pk, actor=actor_of(request), now=timezone.now()):
        return done(request, "uninvited", "staff")
    return HttpResponseRedirect(to(request, "staff"))


@open_to("signed_in")
def join(request: PageRequest, token: str) -> HttpResponse:
    """Whoever holds the link and is signed in may take the role."""
    now = timezone.now()
    invitation = invitation_by_token(request.store, token, now)
    if invitation is None:
        raise Http404
    if request.method != "POST":
        return page(request, "join", "", {"invitation": invitation})
    try:
        join_staff(request.store, token, request.user, now=now)
    except AvdetError:
        raise Http404 from None
    return HttpResponseRedirect(reverse("desk:home", kwargs={"store": request.store.slug}))


def _shown(request: PageRequest, errors: dict[str, str] | None = None) -> HttpResponse:
    roles = [(role, phrase(request.language, f"studio.role.{role}")) for role in Role.values]
    context = {
        "members": staff_of(request.store),
        "invitations": open_invitations(request.store, timezone.now()),
        "options": roles,
        "hints": {role: phrase(request.language, f"studio.role_hint.{role}") for role in Role.values},
        "typed": request.POST,
        "fields": errors or {},
        "errors": list((errors or {}).items()),
    }
    return page(request, "staff", "staff", context, status=422 if errors else 200)
