"""A customer on the telephone says where their money goes back to; from then on nobody here sees more than its last digits."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.orders.models import Order
from avdet.records.people.bank_accounts import Registration, bank_accounts_of, is_minor
from avdet.records.refunds.queries import waiting_for_account
from avdet.web.desk.order import the_order
from avdet.web.desk.pages import actor_of, done, page, to, typed
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.refusals import why
from avdet.words import money as priced
from avdet.words.faults import coded
from avdet.words.phrases import phrase
from avdet.workflows.money.ask_destination import choose_account, name_account


@open_to(*STAFF)
def refund_to(request: PageRequest, number: str) -> HttpResponse:
    """The page; posted, a registered account is chosen, or a new one kept. Nothing is asked where nothing waits."""
    order, now, fault = the_order(request, number), timezone.now(), ""
    owed, customer = waiting_for_account(order), order.customer
    if not owed or customer is None:
        messages.info(request, phrase(request.language, "desk.refund_to.nothing"))
        return redirect(to(request, "order", number=number))
    if request.method == "POST":
        try:
            _named(request, order, now)
            return done(request, "account", to(request, "order", number=number))
        except AvdetError as found:
            fault = why(request.language, found, "desk.refused.not_now")
    minor, say = is_minor(customer, now), request.language
    holders = [(each, phrase(say, f"desk.refund_to.{each}")) for each in (("self", "father", "mother") if minor else ())]
    context = {
        "order": order, "accounts": bank_accounts_of(customer), "customer": customer, "minor": minor, "holders": holders,
        "amount": priced(sum(each.amount_minor for each in owed), order.currency, say), "consent": _consent(request),
        "fault": fault, "typed": request.POST,
    }  # fmt: skip
    return page(request, "refund_to", "orders", context, status=422 if fault else 200)


def _named(request: PageRequest, order: Order, now: datetime) -> None:
    actor, chosen = actor_of(request), request.POST.get("account")
    if chosen is None:
        consent = _consent(request) if "consent" in request.POST else ""
        said = Registration(
            typed(request, "number"), typed(request, "holder") or "self", typed(request, "holder_name"), consent,
            "no_father" in request.POST,
        )  # fmt: skip
        name_account(order, said, now=now, actor=actor)
        return
    known = bank_accounts_of(order.customer) if order.customer else []
    account = next((each for each in known if str(each.pk) == chosen), None)
    if account is None:
        raise coded(AvdetError, "refund.account", where="account")
    choose_account(order, account, now=now, actor=actor)


def _consent(request: PageRequest) -> str:
    """The sentence that is kept with the account."""
    return phrase(request.language, "desk.refund_to.consent", store=request.store.name_in(request.language))
