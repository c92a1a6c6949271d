"""The store's own account, from which refunds are paid, and the way to a bank that takes files over the network."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.web.desk.pages import actor_of, done, page, refused, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.workflows.money.change_payer import change_payer

_OWNERS: Final = ("owner", "support")


@open_to(*_OWNERS)
def payer(request: PageRequest) -> HttpResponse:
    """The form. A key that is left empty stays as it is; it is never shown."""
    known: dict[str, Any] = request.store.payout_account
    said = {name: request.POST.get(name, "").strip()[:300] for name in ("iban", "holder", "bic", "bank_url", "bank_key")}
    fault, status = "", 200
    if request.method == "POST":
        try:
            change_payer(request.store, said, now=timezone.now(), actor=actor_of(request))
            return done(request, "payer", to(request, "batches"))
        except AvdetError as found:
            fault, status = refused(request, found), 422
    shown = {**known, **said} if fault else known
    context = {"account": shown, "has_key": bool(known.get("bank_key")), "fault": fault}
    return page(request, "payer", "payouts", context, status=status)
