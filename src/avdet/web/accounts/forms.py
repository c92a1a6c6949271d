"""allauth's forms in this house's words; digits of any script are taken for what they are."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.app_settings import TOTP_PERIOD, TOTP_TOLERANCE
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache

from avdet.web.accounts.fields import language, say
from avdet.web.shared.contacts import contact
from avdet.words.digits import digits

ATTRIBUTES: Final = {
    "code": {"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr", "maxlength": "12"},
    "login": {"autocomplete": "username", "dir": "ltr", "autocapitalize": "none", "spellcheck": "false"},
    "name": {"autocomplete": "name"},
    "email": {"dir": "ltr", "autocomplete": "email"},
}
"""What a browser is told of a field, by its name."""


class Spoken:
    """Labels and hints are ours, placeholders are none, and a code may be typed in Persian digits."""

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = say(f"accounts.field.{name}")
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(ATTRIBUTES.get(name, {}))
        if "password1" in fields:
            fields["password1"].help_text = say("accounts.hint.password1")
        self._read_digits()

    def _read_digits(self) -> None:
        if self.is_bound and self.data.get("code"):  # type: ignore[attr-defined, has-type]
            self.data = self.data.copy()  # type: ignore[has-type]
            self.data["code"] = digits(str(self.data["code"])[:40], "en").strip()


class Reached(forms.Form):
    """A form that asks for an e-mail address or a mobile number in one box called `login`."""

    def reached(self) -> tuple[str, str]:
        """(`email` or `phone`, what was typed in its one spelling); a fault of the form for neither."""
        kind, found = contact(self.cleaned_data.get("login", ""), language())
        if not kind:
            raise forms.ValidationError(say("accounts.fault.contact"))
        return kind, found


class SignIn(Spoken, account.LoginForm):  # type: ignore[misc]
    """By e-mail or mobile number, and password."""

    def clean_login(self) -> str:
        """The address or number in its one spelling; what is neither is refused as any wrong sign-in is."""
        typed = str(self.cleaned_data["login"])[:254]
        return contact(typed, language())[1] or typed.strip()

    def clean(self) -> dict[str, Any]:
        """What is neither address nor number is no sign-in, and says no more than a wrong password does."""
        if not self.errors and not contact(self.cleaned_data["login"], language())[0]:
            raise forms.ValidationError(say("accounts.fault.sign_in"))
        said: dict[str, Any] = super().clean()  # type: ignore[no-untyped-call]
        return said


class SignUp(Spoken, Reached, account.SignupForm):  # type: ignore[misc]
    """A name, one address or number, and a password."""

    field_order = ("name", "login", "password1")
    name = forms.CharField(max_length=120)
    login = forms.CharField(max_length=254)

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        for name in ("email", "phone"):
            self.fields.pop(name, None)

    def clean_login(self) -> str:
        """Fills in what allauth knows as `email` or `phone`."""
        kind, found = self.reached()
        self.cleaned_data["email"] = self.validate_unique_email(found) if kind == "email" else ""
        self.cleaned_data["phone"] = found if kind == "phone" else ""
        return found


class AskCode(Spoken, Reached, account.RequestLoginCodeForm):  # type: ignore[misc]
    """A code instead of a password; whether anybody has that address or number is not said."""

    login = forms.CharField(max_length=254)

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        self._user = None
        for name in ("email", "phone"):
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """What allauth asks of its own two fields, asked of the one."""
        if self.errors:
            return dict(self.cleaned_data)
        kind, found = self.reached()
        self.cleaned_data.update({"email": "", "phone": "", kind: found})
        (self.clean_email if kind == "email" else self.clean_phone)()
        return dict(self.cleaned_data)


class SignInCode(Spoken, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that was sent for a sign-in."""


class EmailCode(Spoken, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that was sent to an e-mail address."""


class PhoneCode(Spoken, account.VerifyPhoneForm):  # type: ignore[misc]
    """The code that was sent to a mobile number."""


class Once(forms.Form):
    """A code of an app that was taken is not taken again for as long as it would be right; allauth forgets it sooner."""

    def clean_code(self) -> str:
        """The code, if it is right and new."""
        code: str = super().clean_code()  # type: ignore[misc]
        taken = f"second step:{self.user.pk}:{code}"  # type: ignore[attr-defined]
        if not cache.add(taken, 1, timeout=TOTP_PERIOD * (2 * TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStep(Spoken, Once, mfa.AuthenticateForm):  # type: ignore[misc]
    """The app's code, or one of the recovery codes."""


class SecondStepAgain(Spoken, Once, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The app's code once more, before something that matters."""


class ActivateApp(Spoken, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""


class ChangePhone(Spoken, account.ChangePhoneForm):  # type: ignore[misc]
    """Another mobile number."""


class AddEmail(Spoken, account.AddEmailForm):  # type: ignore[misc]
    """Another e-mail address."""


class ChangePassword(Spoken, account.ChangePasswordForm):  # type: ignore[misc]
    """A new password instead of the old one."""


class ChosenPassword(Spoken, account.SetPasswordForm):  # type: ignore[misc]
    """A new password, for somebody who has just come in by a code."""


class Password(Spoken, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""
