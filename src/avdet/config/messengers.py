"""What carries messages: Apprise to people, HTTP to programs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from avdet.adapters.webhooks import HttpCourier
from avdet.config import environment
from avdet.ports import notices, webhooks

if TYPE_CHECKING:
    from avdet.adapters.notices.apprise_notices import AppriseMessenger


def connect_messengers() -> None:
    """Makes them known to the ports."""
    notices.connect(_messenger)
    private = environment.flag("ALLOW_PRIVATE_WEBHOOKS", settings.DEMO)
    webhooks.connect(HttpCourier(allow_private=private))


@lru_cache(maxsize=64)
def _messenger(address: str) -> AppriseMessenger:
    """`KAVENEGAR_URL` and `NETGSM_URL` lead to another host than the carrier's own, for demonstrations and tests."""
    from avdet.adapters.notices.apprise_notices import AppriseMessenger  # its library takes a while, and workers alone need it

    made = AppriseMessenger(address, base_url=environment.text(f"{address.split(':')[0].upper()}_URL"))
    made.check()
    return made
