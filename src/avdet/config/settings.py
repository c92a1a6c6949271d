"""Django's settings. What an operator may set is read from the environment: see `docs/how-to/operate.md`."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels

from avdet.config import environment, secrets
from avdet.config.logs import logging_settings

HOME = environment.home()
DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
SECRET_KEY = secrets.secret_key(HOME)
DATA_KEYS = secrets.data_keys(HOME)
URL = environment.text("URL", "http://127.0.0.1:8000")
"""Where this installation is reached from outside: links in messages begin with it."""
SECURE = URL.startswith("https://")
ALLOWED_HOSTS = environment.several("HOSTS") or [
    "127.0.0.1",
    "localhost",
    "[::1]",
    URL.split("//")[-1].split("/")[0].split(":")[0],
]
CSRF_TRUSTED_ORIGINS = [URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "avdet.web.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "avdet.config",
    "avdet.records.stores",
    "avdet.records.people",
    "avdet.records.catalogue",
    "avdet.records.orders",
    "avdet.records.deliveries",
    "avdet.records.payments",
    "avdet.records.cases",
    "avdet.records.parcels",
    "avdet.records.inspections",
    "avdet.records.remedies",
    "avdet.records.refunds",
    "avdet.records.payouts",
    "avdet.records.ledger",
    "avdet.records.outbox",
    "avdet.records.connections",
    "avdet.records.access",
    "avdet.adapters.jobs",
    "avdet.web.shared",
    "avdet.web.portal",
    "avdet.web.desk",
    "avdet.web.studio",
    "avdet.web.operations",
    "avdet.web.webhooks",
    "avdet.web.api",
]

MIDDLEWARE = [
    "avdet.web.shared.middleware.observe",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "avdet.web.shared.middleware.Speak",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "avdet.config.urls"
WSGI_APPLICATION = "avdet.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "csp.context_processors.nonce",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "avdet.web.shared.context.page",
            ],
            "builtins": [
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "avdet.web.shared.templatetags.avdet",
                "avdet.web.shared.templatetags.parts",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]
COTTON_SNAKE_CASED_NAMES = False

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'avdet.sqlite3'}",
        conn_max_age=None,
        conn_health_checks=True,
    )
}
POSTGRES = "postgresql" in DATABASES["default"]["ENGINE"]
if not POSTGRES:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
        ),
    }
CACHES = {"default": {"BACKEND": "avdet.records.people.marks.Marks"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "avdet.web.accounts.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    name: f"avdet.web.accounts.forms.{form}"
    for name, form in {
        "login": "SignIn", "signup": "SignUp", "request_login_code": "AskCode", "confirm_login_code": "SignInCode",
        "confirm_email_verification_code": "EmailCode", "verify_phone": "PhoneCode", "change_phone": "ChangePhone",
        "add_email": "AddEmail", "change_password": "ChangePassword", "reauthenticate": "Password",
    }.items()
}  # fmt: skip
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_CHANGE_EMAIL = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,10/5m/key", "guest_ask": "20/h/ip", "guest_try": "40/h/ip", "send_test": "10/h/user",
}  # fmt: skip
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.flag("BEHIND_PROXY") else 0
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
MFA_ADAPTER = "avdet.web.accounts.adapter.SecondFactors"
MFA_FORMS = {
    "authenticate": "avdet.web.accounts.forms.SecondStep",
    "reauthenticate": "avdet.web.accounts.forms.SecondStepAgain",
    "activate_totp": "avdet.web.accounts.forms.ActivateApp",
}
MFA_TOTP_ISSUER = "Avdet"
MFA_TOTP_TOLERANCE = 1
DEMO_PASSWORD = "avdet-demo-2026"
"""What the people of a demonstration sign in with; its first page says so."""
SECOND_FACTOR = not DEMO
"""Whether staff must sign in with a second factor. Only a demonstration, whose people are invented, goes without."""

AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "avdet.web.accounts.attempts.print_of_login"
AXES_CLIENT_STR_CALLABLE = "avdet.web.accounts.attempts.unnamed"
AXES_CLIENT_IP_CALLABLE = "avdet.web.accounts.attempts.client_address"
AXES_SENSITIVE_PARAMETERS = ["login", "email", "phone", "password", "next"]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("tr", "Türkçe"), ("fa", "فارسی"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there yet
MEDIA_ROOT = HOME / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "avdet.web.shared.assets.Fingerprinted"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # so that whoever sends too many photographs is told so by their page
MESSAGE_TAGS = {
    message_levels.ERROR: "error",
    message_levels.WARNING: "warn",
    message_levels.SUCCESS: "success",
    message_levels.INFO: "info",
}

JOBS = environment.text("JOBS") or ("procrastinate" if POSTGRES else "embedded")
"""Which adapter carries out jobs: `embedded` (a leased table of this database) or `procrastinate` (PostgreSQL)."""
if JOBS == "procrastinate":
    INSTALLED_APPS.append("procrastinate.contrib.django")
MAIL_URL = environment.text("MAIL_URL")
SMS_URL = environment.text("SMS_URL")
"""Apprise addresses of the installation's mail and SMS gateways; a store may have its own."""

METRICS_TOKEN = environment.text("METRICS_TOKEN")
"""Who may read /metrics: whoever bears this token; without one, this machine only."""
LOGGING = logging_settings(plain=environment.text("LOG_FORMAT") == "plain")

SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"
