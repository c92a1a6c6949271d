"""A customer's own pages in one store: who they are, where things are sent, where money goes back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.people import bank_accounts, book
from avdet.records.people.accounts import customer_for
from avdet.records.people.customers import introduce
from avdet.records.people.models import BankAccount, Customer
from avdet.web.portal.account_forms import About, Account, Place, as_written, shown_year
from avdet.web.portal.ownership import to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.words.phrases import phrase
from avdet.workflows.orders.claim_orders import customer_here

ROOMS: Final = ("account", "account_addresses", "account_bank", "account_data")
BESIDE: Final = {
    "bank.card": "number", "bank.iban": "number", "bank.twice": "number", "bank.consent": "consent", "bank.father": "no_father",
    "bank.name": "holder_name", "bank.other_name": "holder_name", "bank.holder": "holder", "bank.of_age": "holder",
}  # fmt: skip
"""Where an account's fault is → the field that it stands beside."""


def me(request: PageRequest) -> Customer:
    """What this store knows of the reader."""
    now = timezone.now()
    return customer_here(request.user, request.store, now=now) or customer_for(request.user, request.store, now=now)


def page(request: PageRequest, name: str, room: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """One of the account's pages; `room` is the tab that it belongs to."""
    tabs = [
        {"label": phrase(request.language, f"accounts.room.{each}"), "url": to(request, each), "current": each == room}
        for each in ROOMS
    ]
    return render(request, f"portal/account/{name}.html", {"tabs": tabs, **context}, status=status)


def done(request: PageRequest, key: str, name: str) -> HttpResponse:
    """Says what was done, and goes on."""
    messages.success(request, phrase(request.language, f"accounts.done.{key}"))
    return HttpResponseRedirect(to(request, name))


@open_to("signed_in")
def account(request: PageRequest) -> HttpResponse:
    """Name, language, year of birth, and by which ways one hears of one's orders."""
    customer = me(request)
    said = {
        "name": customer.name, "language": customer.language, "birth_year": shown_year(customer, request.language),
        "order_news": customer.order_news,
    }  # fmt: skip
    choices = [(code, NAMES[code]) for code in request.store.languages]
    form = About(request.POST or None, initial=said, language=request.language, choices=choices)
    if request.method != "POST" or not form.is_valid():
        return page(request, "about", "account", {"form": form}, status=422 if form.is_bound else 200)
    introduce(customer, **form.cleaned_data)
    return done(request, "about", "account")


# ---- addresses -------------------------------------------------------------------------------------------------------


@open_to("signed_in")
def account_addresses(request: PageRequest) -> HttpResponse:
    """The address book; `?removed=` offers to take the last removal back."""
    removed = request.GET.get("removed", "")
    removed = removed if removed.isdecimal() and len(removed) < 19 else ""
    context = {"addresses": book.addresses_of(me(request)), "removed": removed}
    return page(request, "addresses", "account_addresses", context)


@open_to("signed_in")
def account_address_add(request: PageRequest) -> HttpResponse:
    """A new entry."""
    form = Place(request.POST or None, initial={"country": request.store.country}, language=request.language)
    if request.method != "POST" or not form.is_valid():
        return page(request, "address", "account_addresses", {"form": form}, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        book.add_address(me(request), said, label=said["label"], usual=said["usual"], now=timezone.now())
    except AvdetError as fault:
        form.add_error(None, form.say(f"accounts.fault.{fault.where}"))
        return page(request, "address", "account_addresses", {"form": form}, status=422)
    return done(request, "address", "account_addresses")


@open_to("signed_in")
def account_address(request: PageRequest, pk: int) -> HttpResponse:
    """Changes an entry."""
    address = book.address_of(me(request), pk)
    if address is None:
        raise Http404
    form = Place(request.POST or None, initial=as_written(address), language=request.language)
    if request.method != "POST" or not form.is_valid():
        return page(request, "address", "account_addresses", {"form": form}, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    book.change_address(address, said, label=said["label"], usual=said["usual"])
    return done(request, "address", "account_addresses")


@open_to("signed_in")
def account_address_move(request: PageRequest, pk: int, move: str) -> HttpResponse:
    """Removes an entry, takes the removal back, or makes it the usual one."""
    moves = {
        "remove": lambda: book.remove_address(me(request), pk, now=timezone.now()),
        "restore": lambda: book.restore_address(me(request), pk),
        "usual": lambda: book.make_usual(me(request), pk),
    }
    if move not in moves:
        raise Http404
    if request.method == "POST" and not moves[move]():
        raise Http404
    back = to(request, "account_addresses")
    return HttpResponseRedirect(f"{back}?removed={pk}" if request.method == "POST" and move == "remove" else back)


# ---- cards and IBANs -------------------------------------------------------------------------------------------------


@open_to("signed_in")
def account_bank(request: PageRequest) -> HttpResponse:
    """Cards and IBANs, masked; and the form that registers another one."""
    customer, now = me(request), timezone.now()
    minor = bank_accounts.is_minor(customer, now)
    form = account_form(request, customer, minor=minor, sent=bool(request.POST))
    if request.method == "POST" and registered(form, customer):
        return done(request, "bank", "account_bank")
    context = {"form": form, "accounts": bank_accounts.bank_accounts_of(customer), "minor": minor}
    return page(request, "bank", "account_bank", context, status=422 if form.is_bound else 200)


def account_form(request: PageRequest, customer: Customer, *, minor: bool, sent: bool) -> Account:
    """The form that registers a card or an IBAN; `sent` is whether it is being answered."""
    return Account(
        request.POST if sent else None, initial={"holder_name": customer.name}, language=request.language, minor=minor,
        store=request.store.name_in(request.language),
    )  # fmt: skip


def registered(form: Account, customer: Customer) -> BankAccount | None:
    """A new account, registered with its consent; None where something is wrong with it, which the form then says."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    consent = form.agreed if said["consent"] else ""
    wish = bank_accounts.Registration(
        said["number"], said["holder"], said["holder_name"], consent, said.get("no_father", False)
    )
    try:
        return bank_accounts.register(customer, wish, now=timezone.now())
    except AvdetError as fault:
        beside = BESIDE.get(fault.where)
        form.add_error(beside if beside in form.fields else None, form.say(f"accounts.fault.{fault.where}"))
        return None


@open_to("signed_in")
def account_bank_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Takes an account off the list, and forgets its number."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "account_bank"))
    if not bank_accounts.remove_bank_account(me(request), pk, now=timezone.now()):
        raise Http404
    return done(request, "bank_removed", "account_bank")
