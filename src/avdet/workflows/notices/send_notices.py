"""Notices leave: each is taken by one sender, handed to its gateway outside any transaction, and ends as what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, defer, job
from avdet.ports.notices import Failed, Sent, messenger
from avdet.records.outbox import actions
from avdet.records.outbox.models import Notice
from avdet.records.outbox.queries import notice_by_key, overdue_notices
from avdet.workflows.notices.write_notice import written

WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60, 24 * 60))
"""After how long a notice that did not leave is tried again; then it is dead."""
SECRET_WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60))
"""The same for a code, which is of no use an hour later."""
FORGOTTEN: Final = timedelta(minutes=3)
"""So long after its time a notice that nobody has sent is taken to have lost its job."""

log = structlog.get_logger("avdet.notices")


@job("send_notices")
def send_notices(payload: Payload, now: datetime) -> None:
    """Sends the notices of some keys, those that are still due."""
    for key in payload["keys"]:
        notice = notice_by_key(key)
        if notice is not None and actions.take(notice, now=now):
            _send(notice, now)


@job("send_forgotten_notices", every=timedelta(minutes=5))
def send_forgotten_notices(_payload: Payload, now: datetime) -> None:
    """Has notices sent whose job was lost, or whose sender vanished on the way."""
    for key in overdue_notices(now - FORGOTTEN, most=1_000):
        defer("send_notices", {"keys": [key]}, key=f"notice:{key}"[:160])


def _send(notice: Notice, now: datetime) -> None:
    try:
        outcome = messenger(_address(notice)).send(written(notice))
    except AvdetError as error:
        outcome = Failed(str(error), permanent=True)
    log.info("notice", kind=notice.kind, channel=notice.channel, attempt=notice.attempts, sent=isinstance(outcome, Sent))
    if isinstance(outcome, Sent):
        actions.sent(notice, now=now, reference=outcome.reference[:120])
        return
    waits = SECRET_WAITS if notice.kind in actions.SECRET else WAITS
    if outcome.permanent or notice.attempts > len(waits):
        actions.give_up(notice, outcome.what)
        return
    at = now + waits[notice.attempts - 1]
    with transaction.atomic():
        if actions.retry(notice, outcome.what, at=at):
            defer("send_notices", {"keys": [notice.key]}, run_at=at)


def _address(notice: Notice) -> str:
    """The gateway that the notice leaves by: the store's own, or the installation's."""
    own, ours = (
        (notice.store.mail_url, settings.MAIL_URL) if notice.channel == "email" else (notice.store.sms_url, settings.SMS_URL)
    )
    address = str(own or ours)
    if not address:
        name = "AVDET_MAIL_URL" if notice.channel == "email" else "AVDET_SMS_URL"
        raise AvdetError(f"no gateway for {notice.channel} is set", where=name, cure="name one, then have it sent again")
    return address
