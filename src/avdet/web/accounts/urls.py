"""Addresses under /account/: allauth's under its own names, as far as this house has them, and ours under `accounts:`."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, include, path

from avdet.web.accounts.devices import Devices
from avdet.web.accounts.forgotten import forgotten, new_password
from avdet.web.accounts.profile import front, profile

ours: list[URLPattern | URLResolver] = [
    path("", profile, name="profile"),
    path("front/", front, name="front"),
    path("password/new/", new_password, name="new_password"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((ours, "accounts"))),
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("login/second/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("password/reset/", forgotten, name="account_reset_password"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/second/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("email/", account.email, name="account_email"),
    path("email/confirm/", account.email_verification_sent, name="account_email_verification_sent"),
    path("phone/", account.change_phone, name="account_change_phone"),
    path("phone/confirm/", account.verify_phone, name="account_verify_phone"),
    path("sessions/", Devices.as_view(), name="usersessions_list"),
    path("second/", mfa.index, name="mfa_index"),
    path("second/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second/codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
