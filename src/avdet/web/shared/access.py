"""Who may open a page. Each view says it once, and a page that says nothing is refused by a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from avdet.records.people.models import User
from avdet.records.people.queries import role_of
from avdet.records.stores.models import Store

P = ParamSpec("P")
STAFF: Final = ("desk", "expert", "accountant", "owner", "support")
ROLES: Final = ("anyone", "signed_in", *STAFF)


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

    A stranger is sent to sign in; somebody who is signed in but has no such role is told that there is no such page.
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
                if "signed_in" not in roles and page.role not in roles:
                    raise Http404
            return view(page, *args, **kwargs)

        guarded.access = roles  # type: ignore[attr-defined]
        return guarded

    return guard
