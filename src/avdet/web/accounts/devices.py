"""Where somebody is signed in: the browser and the system of each session, as the browser itself gives them away."""

from __future__ import annotations

from typing import Any, Final

from allauth.usersessions.views import ListUserSessionsView

from avdet.web.accounts.fields import language
from avdet.words.phrases import phrase

BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("YaBrowser", "Yandex"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""What a browser says of itself → its name. Most call themselves Chrome or Safari as well, so the rarer stand first."""
SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(said: str) -> str:
    """What a user agent comes to in the reader's language; what is not known is said to be so, and never repeated."""
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    kind = "both" if browser and system else "browser" if browser else "system" if system else "unknown"
    return phrase(language(), f"accounts.device.{kind}", browser=browser, system=system)


class Devices(ListUserSessionsView):
    """One's sessions, each with its device in plain words; the others can be ended."""

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Adds `devices`: (session, what it is called)."""
        context: dict[str, Any] = super().get_context_data(**given)
        context["devices"] = [(session, device(session.user_agent)) for session in context["sessions"]]
        return context
