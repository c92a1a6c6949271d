"""Where a customer's money goes back to: one of their registered accounts, or a new one, for what is owed on an order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.orders.models import Order
from avdet.records.people import bank_accounts
from avdet.records.people.models import BankAccount
from avdet.records.refunds.queries import waiting_for_account
from avdet.web.portal.account import account_form, registered
from avdet.web.portal.ownership import own_order, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.refusals import why
from avdet.words import money as priced
from avdet.words.phrases import phrase
from avdet.workflows.money.ask_destination import choose_account


@open_to("anyone")
def refund_to(request: PageRequest, number: str) -> HttpResponse:
    """The page that the notice leads to. Nothing is asked where nothing is owed, or where it is on its way."""
    order = own_order(request, number)
    owed, customer = waiting_for_account(order), order.customer
    if not owed or customer is None:
        messages.info(request, phrase(request.language, "portal.money_to.nothing"))
        return HttpResponseRedirect(_page(request, order))
    now = timezone.now()
    minor, new = bank_accounts.is_minor(customer, now), "number" in request.POST
    form = account_form(request, customer, minor=minor, sent=new)
    own = request.user.is_authenticated and customer.user_id == request.user.pk  # a guest is shown nobody's accounts
    known = bank_accounts.bank_accounts_of(customer) if own else []
    chosen = registered(form, customer) if new else _named(request, known)
    if chosen is not None and _kept(request, order, chosen):
        return HttpResponseRedirect(_page(request, order))
    amount = sum(each.amount_minor for each in owed)
    shown = priced(amount, order.currency, request.language)
    context = {"order": order, "accounts": known, "form": form, "amount": shown, "minor": minor}
    return render(request, "portal/refund_to.html", context, status=422 if request.method == "POST" else 200)


def _kept(request: PageRequest, order: Order, account: BankAccount) -> bool:
    try:
        choose_account(order, account, now=timezone.now(), actor=reader(request))
    except AvdetError as fault:
        messages.error(request, why(request.language, fault, "portal.refused.not_now"))
        return False
    messages.success(request, phrase(request.language, "portal.money_to.done"))
    return True


def _named(request: PageRequest, known: list[BankAccount]) -> BankAccount | None:
    wanted = request.POST.get("account", "") if request.method == "POST" else ""
    return next((each for each in known if str(each.pk) == wanted), None)


def _page(request: PageRequest, order: Order) -> str:
    return to(request, "order", number=order.number)
