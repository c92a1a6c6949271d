"""The page of one's sessions says in plain words where they are, and never what a browser says of itself."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from avdet.web.accounts.devices import device
from tests.web.accounts.people import PASSWORD, known

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("", "A browser that we do not know"),
        ("<script>alert(1)</script>", "A browser that we do not know"),
        ("\u202eWindows", "A browser on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Nothing/1", "A browser on ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
    ],
)
def test_a_device_is_called_by_its_name(said: str, called: str) -> None:
    with translation.override("en"):
        assert device(said) == called


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "called"), [("tr", "iPhone üzerinde Safari"), ("fa", "Safari روی iPhone"), ("en", "Safari on iPhone")])
def test_the_page_names_it_in_the_readers_language(language: str, called: str) -> None:
    client, user = Client(headers={"User-Agent": IPHONE}), known()
    client.cookies["language"] = language
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    page = client.get("/account/sessions/").content.decode()
    assert called in page
    assert "Mozilla" not in page
