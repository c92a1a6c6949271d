"""What carries messages: Apprise to people, HTTP to programs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from avdet.adapters.webhooks import HttpCourier
from avdet.adapters.webhooks.places import ForbiddenPlaceError, resolve
from avdet.config import environment
from avdet.core.errors import AvdetError
from avdet.ports import notices, webhooks

if TYPE_CHECKING:
    from avdet.adapters.notices.apprise_notices import AppriseMessenger


def connect_messengers() -> None:
    """Makes them known to the ports."""
    notices.connect(_messenger)
    private = environment.flag("ALLOW_PRIVATE_WEBHOOKS", settings.DEMO)
    webhooks.connect(HttpCourier(allow_private=private))


@lru_cache(maxsize=64)
def _messenger(address: str) -> notices.Messenger:
    """`KAVENEGAR_URL` and `NETGSM_URL` lead to another host than the carrier's own, for demonstrations and tests."""
    from avdet.adapters.notices.apprise_notices import AppriseMessenger  # its library takes a while, and workers alone need it

    scheme = address.split(":")[0].lower()
    ours = address in (settings.MAIL_URL, settings.SMS_URL) or environment.flag("ALLOW_PRIVATE_MAIL", settings.DEMO)
    if not ours and scheme not in notices.OF_STORES:
        cure = f"use {', '.join(notices.OF_STORES)}"
        raise AvdetError("a store's own messages cannot leave by this", where=scheme[:20], cure=cure)
    made = AppriseMessenger(address, base_url=environment.text(f"{scheme.upper()}_URL"))
    made.check()
    return made if ours else _Outward(made)


@dataclass(frozen=True, slots=True)
class _Outward:
    """A store's own gateway is its owner's to write, so its mail server must not stand in our own network."""

    messenger: AppriseMessenger

    def send(self, notice: notices.Notice) -> notices.Sent | notices.Failed:
        """Sends it, unless the mail server lies where nobody is to be sent."""
        place = self.messenger.mail_server
        try:
            if place:
                resolve(*place, allow_private=False)
        except ForbiddenPlaceError:
            return notices.Failed("the mail server does not lie in the public internet", permanent=True)
        except (OSError, UnicodeError):
            return notices.Failed("no such mail server", permanent=False)
        return self.messenger.send(notice)
