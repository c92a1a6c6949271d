"""Who may open a page. Each view says it once, and a page that says nothing is refused by a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from avdet.records.orders.models import Order
from avdet.records.people.models import User
from avdet.records.people.queries import has_second_factor, role_of
from avdet.records.stores.models import Store

P = ParamSpec("P")
STAFF: Final = ("desk", "expert", "accountant", "owner", "support")
ROLES: Final = ("anyone", "signed_in", *STAFF)
PROVEN: Final = "second_factor"
"""In a session: its user has shown a second factor, at sign-in or by setting one up."""
GRANTS: Final = "guest_orders"
"""In a guest's session: order id → until when it may be seen, in seconds since 1970."""


class PageRequest(HttpRequest):
    """A request as `speak` and `open_to` leave it. `role` is what the user is to `store`: None, customer, or one of STAFF."""

    user: User
    store: Store
    language: str
    role: str | None


def open_to(
    *roles: str,
) -> Callable[[Callable[Concatenate[PageRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Lets only these roles in. `anyone` needs no sign-in; `signed_in` any account; staff roles are those of the page's store.

    A stranger is sent to sign in; somebody who is signed in but has no such role is told that there is no such page. Staff
    who have not shown a second factor are led to do so first.
    """
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"no such roles: {unknown}")

    def guard(view: Callable[Concatenate[PageRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = cast(PageRequest, request)
            page.role = role_of(page.user, getattr(page, "store", None)) if page.user.is_authenticated else None
            if "anyone" not in roles:
                if not page.user.is_authenticated:
                    return redirect_to_login(page.get_full_path())
                if "signed_in" not in roles:
                    if page.role not in roles:
                        raise Http404
                    if not proven(page):
                        return redirect_to_login(page.get_full_path(), login_url=_second_step(page.user))
            return view(page, *args, **kwargs)

        guarded.access = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def proven(request: PageRequest) -> bool:
    """Whether somebody on the staff has shown a second factor in this session, or need not. No statement is spent on it."""
    if not settings.SECOND_FACTOR or request.session.get(PROVEN) == request.user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _second_step(user: User) -> str:
    """Where a second factor is shown, or set up by somebody who has none yet."""
    return reverse("mfa_reauthenticate" if has_second_factor(user) else "mfa_activate_totp")


def may_see(request: HttpRequest, order: Order) -> bool:
    """Whether an order is the reader's own: of their account, or opened to them as a guest by a code that was sent to it.

    The order comes with its customer (`select_related`); then no statement is spent on it.
    """
    user, customer = request.user, order.customer
    if user.is_authenticated and customer is not None and customer.user_id == user.pk:
        return True
    until = request.session.get(GRANTS, {}).get(str(order.pk), 0)
    return bool(until > timezone.now().timestamp())


def grant(request: HttpRequest, order: Order, until: float) -> None:
    """Opens one order to a guest. The session gets a new key, so that one which was planted before is worth nothing."""
    request.session.cycle_key()
    request.session[GRANTS] = {**request.session.get(GRANTS, {}), str(order.pk): until}
