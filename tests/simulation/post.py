"""What leaves the house: a sample of the notices is really written and handed to a post that fails, and so are some webhooks."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.conf import settings

from avdet.ports import notices, webhooks
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.stores.models import Store

SAMPLE: Final = 0.03
"""Share of the notices that are written and sent: writing them all would be most of the play."""
LISTENED: Final = ("case.settled", "refund.failed", "case.missed")
URL: Final = "https://hooks.example.test/avdet"


class Post:
    """Messenger and courier in one: it loses, refuses for good, and carries; what it has carried it remembers."""

    def __init__(self, dice: random.Random, tally: Counter[str]) -> None:
        self.dice, self.tally = dice, tally
        self.sampled: set[str] = set()
        self.carried: Counter[str] = Counter()
        self.told: Counter[str] = Counter()

    @contextmanager
    def open(self) -> Iterator[None]:
        """While it is open everything that is sent goes through it."""
        before = list(notices._openers), list(webhooks._connected), settings.MAIL_URL, settings.SMS_URL
        notices.connect(lambda _: self)
        webhooks.connect(self)
        settings.MAIL_URL = settings.SMS_URL = "simulated://post"
        try:
            yield
        finally:
            notices._openers[:], webhooks._connected[:], settings.MAIL_URL, settings.SMS_URL = before

    def listen(self, store: Store, now: datetime) -> None:
        """A program that wants to know of some things."""
        add_endpoint(store, URL, kinds=LISTENED, now=now)

    def takes(self, keys: list[str]) -> bool:
        """Whether these notices are of the sample."""
        if self.dice.random() >= SAMPLE:
            return False
        self.sampled |= set(keys)
        return True

    def others_left(self, now: datetime) -> None:
        """What is not of the sample has left without anybody looking."""
        rows = Notice.objects.filter(state="queued").exclude(key__in=self.sampled)
        self.tally["notices not looked at"] += rows.update(state="sent", sent_at=now, next_at=None)

    def broken(self, *, last: bool) -> Iterator[str]:
        """What was sent has been carried, once unless its sender died; in the end all of it was sent or given up."""
        states = dict(Notice.objects.filter(key__in=self.sampled).values_list("key", "state"))
        yield from (
            f"{key} is sent, and was never carried"
            for key, state in states.items()
            if state == "sent" and not self.carried[key]
        )
        twice = sum(count - 1 for count in self.carried.values() if count > 1)
        if twice > self.tally["workers killed: send_notices"]:
            yield f"{twice} notices were carried twice"
        again = sum(count - 1 for count in self.told.values() if count > 1)
        if again > self.tally["workers killed: send_webhook"]:
            yield f"{again} webhooks were carried twice"
        if last:
            yield from (f"{key} is still {state}" for key, state in states.items() if state not in ("sent", "dead"))
            left = WebhookMessage.objects.exclude(state__in=("sent", "dead")).count()
            yield from [f"{left} webhooks have not left"] * bool(left)
        done = {key for key, state in states.items() if state in ("sent", "dead")}
        self.sampled -= done

    # ---- the ports -----------------------------------------------------------------------------------------------------

    def send(self, notice: notices.Notice) -> notices.Sent | notices.Failed:
        assert notice.text, f"{notice.key} says nothing"
        cast = self.dice.random()
        if cast < 0.15:
            self.tally["post: notice failed"] += 1
            return notices.Failed("the gateway is away", permanent=False)
        if cast < 0.18:
            self.tally["post: notice refused for good"] += 1
            return notices.Failed("nobody lives there", permanent=True)
        self.carried[notice.key] += 1
        return notices.Sent(f"N{len(self.carried)}")

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> webhooks.Answer | webhooks.Unreached:
        assert (url, bool(body)) == (URL, True)
        if self.dice.random() < 0.2:
            self.tally["post: webhook failed"] += 1
            return self.dice.choice((webhooks.Unreached("no answer"), webhooks.Answer(503)))
        self.told[headers["webhook-id"]] += 1
        return webhooks.Answer(204)
