"""Accounts as this house keeps them: found by e-mail or phone, told by the outbox, never sent to strangers' sites."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.http import url_has_allowed_host_and_scheme

from avdet.records.people import accounts
from avdet.records.people.models import User
from avdet.records.people.queries import homes_of
from avdet.records.shared.sealed import fingerprint, seal, unseal
from avdet.web.accounts.fields import PhoneField, say
from avdet.web.accounts.home import home_store
from avdet.workflows.notices.tell_account import tell_account
from avdet.workflows.orders.claim_orders import claim_orders

KINDS: Final = {
    "email_confirmation": "verify_email",
    "email_confirmation_signup": "verify_email",
    "login_code": "sign_in_code",
    "password_reset_key": "password_reset",
    "account_already_exists": "account_exists",
}
"""What allauth calls a message → our kind of it. Every other message of its says that something about the account changed."""
CHANGES: Final = ("password_changed", "email_changed", "totp_activated", "totp_deactivated", "recovery_codes_generated")
"""allauth's messages about a change that we have words of our own for."""
SAID: Final = {
    "password_changed": "accounts.done.password", "password_set": "accounts.done.password",
    "email_confirmed": "accounts.done.email", "phone_verified": "accounts.done.phone",
    "totp_activated": "accounts.done.second_on", "totp_deactivated": "accounts.done.second_off",
    "recovery_codes_generated": "accounts.done.codes", "sessions_logged_out": "accounts.done.sessions",
}  # fmt: skip
"""allauth's message → our phrase. What is not here the page itself says already."""
FAULTS: Final = {
    **{code: code for code in (
        "account_inactive", "duplicate_email", "enter_current_password", "incorrect_code", "incorrect_password",
        "max_email_addresses", "rate_limited", "same_as_current", "too_many_login_attempts", "unverified_email",
    )},
    "email_password_mismatch": "sign_in", "phone_password_mismatch": "sign_in", "username_password_mismatch": "sign_in",
    "invalid_login": "sign_in", "email_taken": "taken", "phone_taken": "taken", "cannot_delete_authenticator": "keep_second",
}  # fmt: skip
"""allauth's name of a fault → ours."""
WEAK: Final = {
    "password_too_short": "password_too_short", "password_too_similar": "password_too_similar",
    "password_too_common": "password_too_common", "password_entirely_numeric": "password_too_common",
}  # fmt: skip
"""Django's name of a password's weakness → ours."""
FRESH_SECONDS: Final = 300
"""So long after signing in nobody is asked again who they are."""


def _faults(theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Their faults in our words where we have them, said in the language of whoever reads them."""
    ours = lazy(lambda name: say(f"accounts.fault.{name}"), str)
    return {code: ours(FAULTS[code]) if code in FAULTS else text for code, text in theirs.items()}  # type: ignore[no-untyped-call]


class Accounts(DefaultAccountAdapter):
    """allauth's questions, answered by `records/people` and `workflows/notices/tell_account`."""

    error_messages = _faults(DefaultAccountAdapter.error_messages)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: ARG002
        """A new account of what the sign-up form holds; it is told in the language it was asked for in."""
        said = form.cleaned_data
        user.email, user.name = said.get("email") or None, said.get("name", "")
        user.language, user.joined_at = request.language, timezone.now()  # type: ignore[attr-defined]
        user.set_password(said["password1"])
        user.save()
        if said.get("phone"):
            self.set_phone(user, said["phone"], False)
        return user

    def get_login_stages(self) -> list[str]:
        """As allauth's, but an e-mail address is verified only where there is one."""
        ours = {"allauth.account.stages.EmailVerificationStage": "avdet.web.accounts.stages.EmailWhereThereIsOne"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # ---- the phone ---------------------------------------------------------------------------------------------------

    def phone_form_field(self, **said: Any) -> PhoneField:
        """A field that takes a number in any digits and gives E.164."""
        return PhoneField(**said)

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Keeps a number that is (or is not yet) known to be theirs."""
        accounts.set_phone(user, phone, verified=verified)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """(number, verified), or nothing."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """The number is theirs; so are the orders that were placed with it."""
        accounts.set_phone(user, phone, verified=True)
        claim_orders(user, now=timezone.now())

    def get_user_by_phone(self, phone: str) -> User | None:
        """Whose number it is."""
        return accounts.user_by_phone(phone)

    # ---- telling -----------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts what allauth would send into the outbox, by our own words."""
        name = template_prefix.rsplit("/", 1)[-1]
        values = {} if name in KINDS else {"change": say(f"accounts.change.{name if name in CHANGES else 'other'}")}
        for ours, theirs in (("code", "code"), ("url", "password_reset_url"), ("url", "signup_url")):
            if theirs in context and name in KINDS:
                values.setdefault(ours, str(context[theirs]))
        self._tell(KINDS.get(name, "account_changed"), {"email": email}, values)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **_: Any) -> None:  # noqa: ARG002
        """The code for a sign-in, a sign-up or a new number."""
        self._tell("sign_in_code", {"phone": phone}, {"code": code})

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Somebody signs up with a number that has an account: its owner learns so, and the page does not."""
        self._tell("account_exists", {"phone": phone}, {"url": context.request.build_absolute_uri("/account/login/")})

    def send_unknown_account_sms(self, phone: str, **_: Any) -> None:
        """A number without an account is told nothing: nobody is to be bothered by a stranger's typing."""

    def _tell(self, kind: str, to: dict[str, str], values: dict[str, str]) -> None:
        request = context.request
        tell_account(home_store(request), kind, to, request.language, values, now=timezone.now())

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *_: Any, **said: Any) -> None:
        """What was done, in our words; nothing of what the page says already."""
        name = (message_template or "").rsplit("/", 1)[-1].removesuffix(".txt")
        text = said.get("message") or (say(SAID[name]) if name in SAID else "")
        if text:
            messages.add_message(request, level, text)

    # ---- being sure --------------------------------------------------------------------------------------------------

    def clean_password(self, password: str, user: Any = None) -> str:
        """A password that is good enough; what is wrong with one is said in our words."""
        try:
            return str(super().clean_password(password, user))
        except ValidationError as fault:
            weak = (WEAK.get(each.code or "", "password_too_common") for each in fault.error_list)
            raise ValidationError([say(f"accounts.fault.{name}") for name in dict.fromkeys(weak)]) from None

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:  # noqa: ARG002
        """Who they are is asked again before what matters, unless they have only just signed in."""
        records = get_authentication_records(context.request, context.request.user)
        return not any(record["at"] > time.time() - FRESH_SECONDS for record in records)

    # ---- where to ----------------------------------------------------------------------------------------------------

    def is_safe_url(self, url: str | None) -> bool:
        """Only this very site is gone on to."""
        return url_has_allowed_host_and_scheme(url, {context.request.get_host()}, require_https=context.request.is_secure())

    def get_login_redirect_url(self, request: Any) -> str:
        """Staff to their desk, platform support to the operator's page, a customer to their orders."""
        return front_door(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody new begins: the store that they came from."""
        store = home_store(request)
        return f"/{store.slug}/" if store else "/"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Attempts are counted for each account, those by phone as well."""
        typed = credentials.get("email") or credentials.get("phone") or credentials.get("username") or ""
        return fingerprint(str(typed).lower(), "attempts")


class SecondFactors(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes lie in the database sealed; staff cannot do without them."""

    error_messages = _faults(DefaultMFAAdapter.error_messages)

    def encrypt(self, text: str) -> str:
        """Sealed."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Unsealed."""
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The picture that an app reads, on white: on dark paper no camera could make it out."""
        drawn: str = super().build_totp_svg(url)
        return drawn.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Who works for a store keeps a second factor."""
        works, _ = homes_of(authenticator.user)
        return not works and not authenticator.user.is_support


def front_door(user: User) -> str:
    """Where somebody is at home who has just signed in."""
    works, buys = homes_of(user)
    if user.is_support:
        return "/operator/"
    return f"/{works[0]}/desk/" if works else f"/{buys[0]}/orders/" if buys else "/"
