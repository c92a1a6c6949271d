"""The play: so many cases in some simulated weeks, by a clock of its own. Everything in it is drawn from one seed."""

from __future__ import annotations

import gc
import heapq
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from avdet.contract.question import Answers
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import REASONS
from avdet.ports import gateways, jobs
from avdet.records.cases.models import OVER, Case, CaseEvent
from avdet.records.orders.models import Order
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import RefundEvent
from avdet.records.shared.composed import composed
from avdet.records.stores.terms import calendar_in_force
from avdet.workflows.claims.file_claim import Unanswered, Wanted, file_claim
from avdet.workflows.money.hear_gateway import hear_gateway
from tests.simulation import invariants
from tests.simulation.acts import CUSTOMER, FACTS, Acts, where
from tests.simulation.gateway import NAME, SimulatedGateway
from tests.simulation.office import Office
from tests.simulation.post import Post
from tests.simulation.timetable import Killed, Timetable, dying
from tests.simulation.world import SHOPS, START, WEEK, Shop, Sold, World

WEEKS: Final = 104
LATER: Final = 8
"""Weeks after which a play that still lacks cases gives up."""
PERIODIC: Final = {
    "watch_deadlines": 0.9, "watch_custody": 0.3, "sweep_refunds": 0.8, "reconcile_payments": 0.3, "check_books": 0.02,
    "close_orders": 0.03,
}  # fmt: skip
"""A periodic job → how often it is done when the workers wake."""
LOOKED: Final = ("watch_deadlines", "watch_custody", "sweep_refunds", "reconcile_payments", "check_books")
"""Those of which nothing may be left when it is looked whether all is well."""
STEPS: Final = 14
"""Acts on one case after which it is left to the clock."""
DEATHS: Final = 0.03
"""Share of the acts and jobs whose process is killed, if it does not end before."""
ASLEEP: Final = (720, 4_320)
"""Minutes between two awakenings of the workers: on average half a day, and up to three where little happens."""


class Play:
    """So many cases in so many weeks, from one seed: in one shop, or in several whose cases take turns."""

    def __init__(
        self, cases: int, seed: int | str = 1, weeks: int = WEEKS, months: int = 3, *, shops: Sequence[str] = SHOPS,
        begin: datetime = START, look_every: int = 4, told: Callable[[str], None] = str,
    ) -> None:  # fmt: skip
        self.cases, self.weeks, self.months, self.slugs, self.begin = cases, weeks, months, shops, begin
        self.look_every, self.told = look_every, told
        self.dice, self.tally = random.Random(seed), Counter[str]()
        self.post = Post(self.dice, self.tally)
        self.timetable = Timetable(self.dice, self.tally, DEATHS, self.post.takes)
        self.gateway = SimulatedGateway(self.dice, self.tally, self._callback)
        self.acts, self.office = Acts(self), Office(self)
        self.now = self.timetable.now = begin
        self.sold: list[Sold] = []
        self.marks = invariants.Marks()
        self._paid_every = 1 if cases > 20 * weeks * len(shops) else 2
        low, high = ASLEEP
        self._asleep = min(high, max(low, weeks * 7 * 24 * 60 // max(1, cases // 2)))
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._serial = self._claims = 0
        self._heard: set[str] = set()
        self._newest = 0
        self._steps: Counter[int] = Counter()
        self._pages: dict[int, Case] = {}

    def run(self) -> list[str]:
        """Plays it; gives what did not hold, and nothing when all is well."""
        before = list(jobs._connected)
        jobs.connect(self.timetable)
        self.gateway.connect()
        try:
            with _undisturbed(), self.post.open():
                shelf = max(8, self.cases // (10 * len(self.slugs)))
                self.world = World(self.dice, self.gateway, shelf, self.slugs, self.begin)
                self._shops = {shop.store.pk: shop for shop in self.world.shops}
                self.post.listen(self.world.shops[0].store, self.begin)
                self._jobs_at(self.begin)
                return self._years()
        finally:
            jobs._connected[:] = before
            del gateways._connected[NAME]

    def _years(self) -> list[str]:
        for week in count():
            filed = self.tally["cases filed"]
            if week >= self.weeks and (filed >= self.cases or week >= self.weeks + LATER):
                break
            begin = self.begin + week * WEEK
            self._sales(begin, max(0, self.cases * min(week + 1, self.weeks) // self.weeks - filed))
            self._play_until(begin + WEEK)
            if week % self._paid_every == 0:
                self._office()
            if week % self.look_every == self.look_every - 1 and (wrong := self._look(self.now)):
                return [f"week {week}: {each}" for each in wrong]
            self.told(f"week {week + 1} of {self.weeks}: {self.tally['cases filed']} cases")
        for _ in range(self.months * 30 // 7):  # nothing new is filed, and everything that runs runs out
            self._play_until(self.now + WEEK)
            self._office()
        return self._look(self.now, last=True)

    def _office(self) -> None:
        for shop in self.world.shops:
            self.office.week(shop, self.now)

    # ---- the clock ---------------------------------------------------------------------------------------------------

    def at(self, moment: datetime, event: Callable[[datetime], None]) -> None:
        self._serial += 1
        heapq.heappush(self._events, (moment, self._serial, event))

    def _play_until(self, end: datetime) -> None:
        while self._events and self._events[0][0] < end:
            moment, _, event = heapq.heappop(self._events)
            self._pass_to(max(moment, self.now))
            event(self.now)
            if self.dice.random() < 0.5:
                self.timetable.run(self.now)
        self._pass_to(end)

    def _pass_to(self, moment: datetime) -> None:
        self.now = self.timetable.now = moment
        self.gateway.pass_time(moment)

    def _jobs_at(self, now: datetime) -> None:
        """The workers wake at irregular moments, in whatever order, and one of the periodic jobs may not be done at all."""
        for name in self.dice.sample([*PERIODIC], len(PERIODIC)):
            if self.dice.random() < PERIODIC[name]:
                self.timetable.do(name, {}, now)
        self.timetable.run(now)
        self.at(now + timedelta(minutes=self.dice.randint(1, 2 * self._asleep)), self._jobs_at)

    def _callback(self, moment: datetime, news: Any) -> None:
        self.at(moment, lambda now: self._hear(news, now))

    def _hear(self, news: Any, now: datetime) -> None:
        store = Payment.objects.select_related("store").get(reference=news.reference, gateway=NAME).store
        new = hear_gateway(store, NAME, news, now=now)
        assert not (new and news.delivery in self._heard), f"{news.delivery} was heard twice"
        number = int(news.delivery.split(":")[0][1:])
        if new:
            self.tally["callbacks out of order"] += number < self._newest
            self._newest = max(self._newest, number)
            self._heard.add(news.delivery)
        self.tally["callbacks heard" if new else "callbacks repeated"] += 1

    def _look(self, now: datetime, *, last: bool = False) -> list[str]:
        """Every job has been done by now; then everything has to hold."""
        self._pass_to(now)
        self.timetable.deaths, deaths = 0, self.timetable.deaths
        self.post.others_left(now)
        for name in (*LOOKED, "send_forgotten_notices", "send_forgotten_webhooks"):
            self.timetable.do(name, {}, now)
        for days in range(13 if last else 1):  # in the end what was not delivered is tried until it is, or is given up
            self.timetable.run(now + timedelta(days=days))
        self.timetable.deaths = deaths
        return invariants.broken_by(self, now, last=last)

    # ---- claims ------------------------------------------------------------------------------------------------------

    def _sales(self, begin: datetime, cases: int) -> None:
        """A week's claims: at any moment, at midnight, and a second before it; some orders have several."""
        moments = [self._moment(begin) for _ in range(cases)]
        orders = moments[: max(1, cases * 9 // 10)] if cases else []
        sold: list[Sold] = []
        for at, shop in enumerate(self.world.shops):
            sold += self.world.sell(shop, orders[at :: len(self.world.shops)])
        self.sold = (self.sold + sold)[-5_000:]
        for at, moment in enumerate(moments):
            about = sold[at] if at < len(sold) else self.dice.choice(self.sold)
            self.at(moment, lambda now, about=about: self.claim(about.order, now))

    def _moment(self, begin: datetime) -> datetime:
        """Any moment of a week; of a week with the new year in it, a moment of its holidays often."""
        found = begin + timedelta(seconds=self.dice.randrange(7 * 24 * 3600))
        spring = datetime(begin.year, 3, 21, tzinfo=begin.tzinfo)
        if begin <= spring < begin + WEEK and self.dice.random() < 0.5:
            found = spring + timedelta(seconds=self.dice.randrange(4 * 24 * 3600))
        return max(self.round_midnight(found, 0.05), begin)

    def round_midnight(self, moment: datetime, share: float) -> datetime:
        """Now and then a minute, a second or nothing before or after the day's end, by the shop's clock."""
        if self.dice.random() >= share:
            return moment
        self.tally["just before or after midnight"] += 1  # 20:30 in UTC is midnight in Tehran, 21:00 in Istanbul
        found = moment.replace(hour=self.dice.choice((20, 21)), minute=self.dice.choice((0, 30)), second=0, microsecond=0)
        return found + timedelta(seconds=self.dice.choice((-60, -1, 0, 1, 60)))

    def claim(self, order_id: int, now: datetime) -> None:
        """A claim on an order: whatever it is answered, and filed twice under one key now and then."""
        order = Order.objects.select_related("customer").get(pk=order_id)
        shop = self._shops[order.store_id]
        order.store, order.policy_version = shop.store, shop.policy
        lines = list(order.lines.order_by("position"))
        chosen = self.dice.sample(lines, self.dice.choice((1, 1, min(2, len(lines)))))
        self._claims += 1
        key = f"claim {self._claims}"
        wanted = [self._wanted(order, line) for line in chosen]
        found = self.tried("filing", lambda: self._file(order, wanted, key, now)) or []
        why = calendar_in_force(shop.store, now).why_closed(now.astimezone(shop.zone).date()) if found else ""
        for case in found:
            self.tally["cases filed"] += 1
            if why and why != "weekend":
                self.tally[f"cases filed on {why.removesuffix(' Holiday')} {now.year}"] += 1
            self.next(case.pk, now)

    def claim_on_replacement(self, order_id: int, now: datetime) -> None:
        self.tally["claims on replacements"] += 1
        self.at(now + timedelta(hours=self.dice.randint(1, 300)), lambda then: self.claim(order_id, then))

    def _wanted(self, order: Order, line: Any) -> Wanted:
        """A reason that fits, nearly always; one piece more than there is, seldom."""
        fit = [each for each in REASONS if each not in ("not_received", "installation_fault")]
        if order.delivered_at is None:
            fit = ["not_received", "withdrawal"]
        elif "authorised_installation" in line.traits:
            fit.append("installation_fault")
        reason = self.dice.choice(fit if self.dice.random() < 0.98 else REASONS)
        said = {name: value ^ (self.dice.random() < 0.1) for name, value in FACTS.items()}
        if reason == "withdrawal":
            said["sealed"] = self.dice.random() < 0.7
        answers = {} if self.dice.random() < 0.2 else said
        return Wanted(line.pk, self.dice.randint(1, line.quantity) + (self.dice.random() < 0.02), reason, answers)

    def _file(self, order: Order, wanted: list[Wanted], key: str, now: datetime) -> list[Case]:
        """Answers what is asked, one question after the other, until it is filed."""
        for _ in range(2 * len(Answers.__struct_fields__)):
            try:
                found = file_claim(order, wanted, actor=CUSTOMER, channel="portal", key=key, now=now)
            except Unanswered as asked:
                self.tally["questions asked"] += 1
                wanted = [self._answered(each, asked.facts[0]) for each in wanted]
                continue
            if self.dice.random() < 0.1:
                again = file_claim(order, wanted, actor=CUSTOMER, channel="portal", key=key, now=now)
                assert [each.pk for each in again] == [each.pk for each in found], "filed twice under one key"
                self.tally["filed again under one key"] += 1
            return found
        raise AssertionError(f"the questions have no end: {wanted}")

    def _answered(self, wanted: Wanted, fact: str) -> Wanted:
        if fact in wanted.answers:
            return wanted
        value = FACTS[fact] ^ (self.dice.random() < 0.15)
        return Wanted(wanted.line, wanted.quantity, wanted.reason, {**wanted.answers, fact: value})

    # ---- acts on cases -----------------------------------------------------------------------------------------------

    def next(self, case_id: int, now: datetime) -> None:
        """The next act on a case: after minutes, or after weeks."""
        hours = self.dice.choice((0.1, 2, 9, 20, 30, 50, 75, 200)) * self.dice.uniform(0.5, 1.5)
        if self._steps[case_id] < STEPS:
            self._steps[case_id] += 1
            moment = self.round_midnight(now + timedelta(hours=hours), 0.03)
            self.at(max(moment, now), lambda then: self._act(case_id, then))

    def _act(self, case_id: int, now: datetime) -> None:
        case = self._page(case_id)
        self.tally["acts"] += 1
        self.tried(f"{case.state}", lambda: self.acts.act(case, now))
        if case.reason == "transit_damage" and self.dice.random() < 0.5:
            self.tried("carrier", lambda: self.acts.carriers_word(case, now))
        if case.state not in OVER or self.dice.random() < 0.25:
            self.next(case_id, now)

    def _page(self, case_id: int) -> Case:
        """The case as somebody sees it who acts on it: as it stands, or as it stood when they looked last."""
        left_open = self._pages.pop(case_id, None)
        if left_open is not None:
            self.tally["acts on a page that was left open"] += 1
            return left_open
        case = self.again(case_id)
        if self.dice.random() < 0.03:
            self._pages[case_id] = self.again(case_id)
        return case

    def tried(self, what: str, act: Callable[[], Any]) -> Any:
        """Does it, with whatever goes wrong: a refusal is counted, and of a killed process nothing is left."""
        try:
            if self.dice.random() < DEATHS:
                with dying(self.dice.randint(1, 40)):
                    return act()
            return act()
        except Killed:
            self.tally["processes killed"] += 1
        except Unanswered:
            self.tally[f"unanswered: {what}"] += 1
        except AvdetError as fault:
            self.tally[f"refused: {what}, {type(fault).__name__} {where(fault)}"] += 1
        return None

    def refused(self, what: str, act: Callable[[], Any]) -> None:
        """Somebody who is too late, or may not: it has to be refused, and nothing may have happened."""
        before = _written()
        try:
            act()
        except AvdetError:
            assert _written() == before, f"refused, and done all the same: {what}"
            self.tally[f"too late: {what}"] += 1
        else:
            raise AssertionError(f"not refused: {what}")

    def shop_of(self, case: Case) -> Shop:
        return self._shops[case.store_id]

    def again(self, case_id: int) -> Case:
        """The case as it stands now; what never changes comes from the shop that is at hand."""
        [case] = _cases(case_id)
        shop = self._shops[case.store_id]
        case.store = case.order.store = shop.store
        case.policy_version = case.order.policy_version = shop.policy
        return case

    # ---- what came of it ---------------------------------------------------------------------------------------------

    def digest(self) -> str:
        """A hash of how everything stands and of all that happened: the same seed gives the same."""
        return invariants.digest(self.tally)


@composed
def _cases(case_id: int) -> QuerySet[Case]:
    return Case.objects.filter(pk=case_id).select_related("order", "order_line")


def _written() -> tuple[Any, ...]:
    """How far the histories have come."""
    return tuple(table.objects.order_by("-pk").values_list("pk", flat=True)[:1].first() for table in (CaseEvent, RefundEvent))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Nothing waits for the disk, and what lives as long as the process is not looked through for garbage again and again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        gc.set_threshold(*before)
        gc.unfreeze()
