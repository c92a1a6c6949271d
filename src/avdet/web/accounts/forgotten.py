"""A forgotten password: a code that was sent by e-mail or SMS lets its owner in, and then a new password is chosen."""

from __future__ import annotations

import time
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from avdet.web.accounts.fields import say
from avdet.web.accounts.forms import AskCode, ChosenPassword
from avdet.web.shared.access import PageRequest, open_to

FRESH_SECONDS: Final = 900
"""How long after a code a new password may be chosen without the old one."""


@open_to("anyone")
def forgotten(request: PageRequest) -> HttpResponse:
    """Asks where to send the code. The answer is the same whether anybody has that address or number."""
    form = AskCode(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/forgotten.html", {"form": form}, status=422 if form.is_bound else 200)
    LoginCodeVerificationProcess.initiate(
        request=request, user=form._user, email=form.cleaned_data["email"] or None, phone=form.cleaned_data["phone"] or None
    )
    return HttpResponseRedirect(f"{reverse('account_confirm_login_code')}?next={reverse('accounts:new_password')}")


@open_to("signed_in")
def new_password(request: PageRequest) -> HttpResponse:
    """Takes a new password from somebody who came in by a code just now; every other session of theirs ends."""
    if not _by_code(request):
        return HttpResponseRedirect(reverse("account_change_password"))
    form = ChosenPassword(request.user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/new_password.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    update_session_auth_hash(request, request.user)
    messages.success(request, say("accounts.done.password"))
    return HttpResponseRedirect(reverse("accounts:front"))


def _by_code(request: PageRequest) -> bool:
    fresh = time.time() - FRESH_SECONDS
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "code" and record["at"] > fresh for record in records)
