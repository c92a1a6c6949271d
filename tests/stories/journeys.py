"""A journey through the pages: a customer with a phone, colleagues at their desks, and one clock that all of them go by."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.cache import cache
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from avdet.core.bookings import REFUNDS
from avdet.ports import jobs
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.deliveries.actions import Sighting
from avdet.records.ledger.queries import statement_of_order, trial_balance
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.people.models import Customer, User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import make_customer, make_staff, make_user
from tests.stories.test_desk import enter

LOOKED_AT = ("sweep_refunds", "watch_deadlines")
"""Jobs that come round by themselves."""
MACHINE = Actor.system("test")
PICTURES = os.environ.get("STORY_PICTURES", "")
"""A folder in which pages are kept as pictures, if somebody wishes to look at them."""
_shades = count(40, 23)
expect.set_options(timeout=20_000)  # a busy machine is slow; what never comes is missed all the same


@dataclass
class Journey:
    """`now` is what every page, job and colleague takes for the present."""

    open_page: OpenPage
    deferred: Any
    now: datetime
    scheme: str = "light"
    store: Store = field(init=False)
    buyer: User = field(init=False)
    phone: Page = field(init=False)
    desks: dict[str, Page] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"/{self.store.slug}"

    @property
    def door(self) -> str:
        """Where everybody comes in."""
        return f"{self.root}/help/"

    def begin(self, store: Store, order: Order) -> None:
        """The customer opens their order on a phone, in the store's language."""
        assert order.customer is not None
        assert order.customer.user is not None
        self.store, self.buyer = store, order.customer.user
        self.phone = self.open_page(self.door, language=store.language, width=PHONE, scheme=self.scheme)
        enter(self.phone, self.buyer, f"{self.root}/orders/{order.number}/")

    def later(self, **time: float) -> None:
        """Time passes, and what waits to be done is done."""
        self.now += timedelta(**time)
        self.work()

    def work(self) -> None:
        """What waits to be done is done, and what is looked at every few minutes is looked at."""
        for name in LOOKED_AT:
            jobs.KINDS[name].work({}, self.now)
        self.deferred.run(self.now)

    def at_desk(self, role: str, path: str) -> Page:
        """What a colleague of this role sees at their desk."""
        if role in self.desks:
            self.desks[role].goto(f"{self.root}/desk/{path}")
        else:
            self.desks[role] = self.open_page(self.door, language=self.store.language, width=DESK, scheme=self.scheme)
            enter(self.desks[role], make_staff(self.store, role), f"{self.root}/desk/{path}")
        return self.desks[role]

    def on_phone(self, path: str) -> Page:
        self.phone.goto(f"{self.root}/{path}")
        return self.phone

    def claim(self, reason: str, words: str = "") -> None:
        """From the order's page, or from the form where a product is chosen already, to the first question."""
        page = self.phone
        if "/claim/" not in page.url:
            press(page, "#choices .actions a[href$='/claim/']")
        press(page, "form.claim button.main")
        page.fill("[name=words]", words)
        page.check(f"[name=reason][value={reason}]")
        press(page, "form.claim button.main")

    def answer(self, **said: bool) -> list[str]:
        """Answers whatever is asked, yes where nothing else is said; the questions as they came."""
        page, asked = self.phone, list[str]()
        while page.locator(".answers").count():
            fact = page.url.rstrip("/").rpartition("/")[2]
            assert fact not in asked, "nothing is asked twice"
            asked.append(fact)
            press(page, f".answers button[value={'yes' if said.get(fact, True) else 'no'}]")
        return asked

    def show(self, *files: dict[str, Any], kind: str = "photo") -> None:
        """Hands files in by the form of the page that is open."""
        page = self.phone
        unfold(page, "details.more")
        page.select_option("details.more [name=kind]", kind)
        page.set_input_files("#more-file", list(files))  # type: ignore[arg-type]
        press(page, "details.more button")

    def file(self) -> Case:
        """By way of the evidence and the check; the case that comes of it."""
        page = self.phone
        if page.url.endswith("/claim/evidence/"):
            press(page, "main button[name=onward]")
        expect(page.locator("article.slip")).to_have_count(1)
        press(page, "main form button.main")
        page.wait_for_url("**/cases/**")
        self.work()
        return Case.objects.latest("pk")

    def send_back(self, order: Order, way: str, tracking: str) -> str:
        """Announces a parcel, looks at its slip, and hands it to the post with a photographed receipt; its code."""
        page = self.on_phone(f"orders/{order.number}/send-back/")
        page.check(f"[name=way][value={way}]")
        seen(self, page, "send-back")
        press(page, "main form button.main")
        seen(self, page, "parcel")
        parcel = page.url
        press(page, "#print a[href$='/slip/']")
        expect(page.locator("main")).to_contain_text(order.number)
        page.goto(parcel)
        page.fill("[name=tracking_number]", tracking)
        page.set_input_files("[name=receipt]", picture())  # type: ignore[arg-type]
        press(page, "#hand button.main")
        self.work()
        return parcel.rstrip("/").rpartition("/")[2]

    def receive(self, code: str) -> None:
        """The parcel is scanned at the bench, and everything is in it."""
        page = self.at_desk("expert", "bench/")
        page.fill("main input[name=q]", code)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/parcels/{code}/**")
        press(page, ".deed.main form button.main")
        self.work()

    def examine(self, case: Case, finding: str, **facts: str) -> Page:
        """The expert says what was found, sees what follows, and signs."""
        page = self.at_desk("expert", f"bench/cases/{case.number}/")
        if page.locator("#again").count():
            page.click("#again summary")
        page.check(f"#finding [name=finding][value='{finding}']")
        for name, said in facts.items():
            page.select_option(f"#finding select[name={name}]", said)
        press(page, "#finding button.plain")
        seen(self, page, "bench")
        press(page, "#finding button[name=sign]")
        self.work()
        return page

    def choose(self, kind: str) -> None:
        """On the page of what may be chosen: one of them, and yes."""
        press(self.phone, f"a[href$='/remedy/{kind}/']")
        seen(self, self.phone, f"choice-{kind}")
        press(self.phone, "main form.confirm button")
        self.work()
        self.phone.reload()

    def repay_postage(self, case: Case, amount: str) -> None:
        """What the customer laid out for the way to the store is written down, and paid back against its receipt."""
        desk = self.at_desk("expert", f"cases/{case.number}/remedy/")
        unfold(desk, "#move-carriage")
        desk.fill("#carriage-amount", amount)
        desk.check("#move-carriage [name=receipt]")
        press(desk, "#move-carriage button")
        desk = self.at_desk("accountant", f"cases/{case.number}/remedy/")
        seen(self, desk, "carriage")
        desk.fill("#repay-reference", "BANK-77")
        press(desk, "#move-repay button")
        self.work()

    def is_done(self, case: Case) -> None:
        """The customer reads that all has been done."""
        page = self.on_phone(f"cases/{case.number}/")
        seen(self, page, "settled")
        expect(page.locator("h1")).to_contain_text("کار شما انجام شد")

    def books(self, order: Order) -> Locator:
        """What the accountant reads of an order: every sum, where from and where to."""
        since = (self.now - timedelta(days=90)).date()
        page = self.at_desk("accountant", f"books/?from={since}&to={self.now.date()}&order={order.number}")
        seen(self, page, "books")
        return page.locator("main .stack.wide > *").last

    def settled(self, case: Case, *orders: Order) -> None:
        """Nothing is owed, the books come to zero, no sum is under way, and no history was touched."""
        stands = trial_balance(self.store)
        assert sum(stands.values()) == 0
        assert not stands.get((REFUNDS, self.store.currency)), "nothing is owed"
        moves = [each for order in orders for each in statement_of_order(self.store, order.number)]
        assert {each.state for each in moves} == {"posted"}, "nothing is under way"
        case.refresh_from_db()
        assert broken(case, events_of(case)) is None
        assert case.state == "settled"


class Travel(Protocol):
    def __call__(self, now: datetime, *, scheme: str = "light") -> Journey: ...


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, deferred: Any) -> Iterator[Travel]:
    """Begins a journey at some time, which everything in this process then takes for the present."""
    cache.clear()

    def begun(now: datetime, *, scheme: str = "light") -> Journey:
        journey = Journey(open_page, deferred, now, scheme)
        monkeypatch.setattr(timezone, "now", lambda: journey.now)
        return journey

    yield begun
    cache.clear()


def press(page: Page, where: str) -> None:
    """Clicks what leads to another page, and is there."""
    with page.expect_navigation():
        page.click(where)


def unfold(page: Page, where: str) -> None:
    """Opens what is folded, if it is."""
    page.locator(where).evaluate("each => { each.open = true }")


def seen(journey: Journey, page: Page, name: str, *, sound: bool = False) -> None:
    """A page that somebody has read, held to what every page owes its readers where it is `sound`; and its picture."""
    if sound:
        assert_sound(page)
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{journey.store.slug}-{journey.scheme}-{name}.png"), full_page=True)


def picture(name: str = "photo.jpg") -> dict[str, Any]:
    """A photograph that nobody has handed in before."""
    drawn, file = Image.effect_noise((96, 72), next(_shades)).convert("RGB"), io.BytesIO()
    drawn.save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def bought(
    store: Store, sku: str, *, at: datetime, paid: dict[str, Any], days: float = 3, name: str, customer: Customer | None = None, **place: str
) -> Order:  # fmt: skip
    """An order that was placed and paid then, left a day later, and reached its buyer so many days after it was placed."""
    customer = customer or make_customer(store, make_user(sku), name=name)
    home = {"country": store.country, **({"province": "تهران", "street": "ولیعصر ۱"} if store.country == "IR" else {})}
    address = {"recipient": name, "phone": "+989121234567", **home, **place}
    draft = OrderDraft(
        lines=(DraftLine(sku),), customer=customer, contact=Contact(name, "+989121234567", "b@example.test"), address=address,
        payment_method=paid["method"], language=store.language,
    )  # fmt: skip
    order = place_order(store, draft, actor=MACHINE, now=at)
    record_payment(order, amount_minor=order.total_minor, paid_at=at, now=at, actor=MACHINE, **paid)
    send(order, at=at + timedelta(days=1), arrives=at + timedelta(days=days))
    return Order.objects.select_related("customer__user", "store").get(pk=order.pk)


def send(order: Order, *, at: datetime, arrives: datetime) -> None:
    """An order goes out, and arrives."""
    prepare_order(order, actor=MACHINE, now=at)
    delivery = hand_over(order, actor=MACHINE, now=at, source="shop", carrier="Tipax")
    record_delivery(order, delivery, Sighting("delivered", arrives), source="carrier", actor=MACHINE, now=arrives)
