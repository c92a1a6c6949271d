"""The play: two years by a simulated clock. `python -m tests.simulation.play CASES [SEED]` plays it on a database of its own."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from avdet.contract.question import Answers
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import REASONS
from avdet.ports import gateways, jobs
from avdet.records.cases.models import OVER, Case
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_id
from avdet.records.payments.models import Payment
from avdet.workflows.file_claim import Unanswered, Wanted, file_claim
from avdet.workflows.hear_gateway import hear_gateway
from tests.simulation import invariants
from tests.simulation.acts import CUSTOMER, FACTS, Acts, where
from tests.simulation.gateway import NAME, SimulatedGateway
from tests.simulation.office import Office
from tests.simulation.timetable import Killed, Timetable, dying
from tests.simulation.world import START, WEEK, Shop, Sold, World

WEEKS: Final = 104
PERIODIC: Final = {
    "watch_deadlines": 0.9, "watch_custody": 0.5, "sweep_refunds": 0.8, "reconcile_payments": 0.3, "check_books": 0.05, "close_orders": 0.1,
}  # fmt: skip
"""A periodic job → how often it is done when the workers wake."""
STEPS: Final = 14
"""Acts on one case after which it is left to the clock."""
DEATHS: Final = 0.03
"""Share of the acts and jobs whose process is killed, if it does not end before."""


class Play:
    """So many claims in two years, from one seed."""

    def __init__(self, cases: int, seed: int = 1, weeks: int = WEEKS, months: int = 3) -> None:
        self.cases, self.weeks, self.months = cases, weeks, months
        self.dice, self.tally = random.Random(seed), Counter[str]()
        self.timetable = Timetable(self.dice, self.tally, DEATHS)
        self.gateway = SimulatedGateway(self.dice, self.tally, self._callback)
        self.acts, self.office = Acts(self), Office(self)
        self.now = self.timetable.now = START
        self.sold: list[Sold] = []
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._serial = self._claims = 0
        self._heard: set[str] = set()
        self._steps: Counter[int] = Counter()
        self.read: dict[int, int] = {}

    def run(self) -> list[str]:
        """Plays it; gives what did not hold, and nothing when all is well."""
        before = list(jobs._connected)
        jobs.connect(self.timetable)
        self.gateway.connect()
        try:
            self.world = World(self.dice, self.gateway, shelf=max(5, self.cases // 60))
            self._shops = {shop.store.pk: shop for shop in self.world.shops}
            self._jobs_at(START)
            return self._years()
        finally:
            jobs._connected[:] = before
            del gateways._connected[NAME]

    def _years(self) -> list[str]:
        for week in range(self.weeks):
            begin = START + week * WEEK
            self._sales(begin, self.cases * (week + 1) // self.weeks - self.cases * week // self.weeks)
            self._play_until(begin + WEEK)
            for shop in self.world.shops:
                self.office.week(shop, self.now)
            if wrong := self._look(begin + WEEK):
                return [f"week {week}: {each}" for each in wrong]
        for month in range(1, self.months + 1):  # nothing new is filed, and everything that runs runs out
            self._play_until(START + self.weeks * WEEK + month * timedelta(days=30))
            for shop in self.world.shops:
                self.office.week(shop, self.now)
        return self._look(self.now, last=True)

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
        self.at(now + timedelta(minutes=self.dice.randint(1, 1_440)), self._jobs_at)

    def _callback(self, moment: datetime, news: Any) -> None:
        self.at(moment, lambda now: self._hear(news, now))

    def _hear(self, news: Any, now: datetime) -> None:
        store = Payment.objects.select_related("store").get(reference=news.reference, gateway=NAME).store
        new = hear_gateway(store, NAME, news, now=now)
        assert not (new and news.delivery in self._heard), f"{news.delivery} was heard twice"
        if new:
            self._heard.add(news.delivery)
        self.tally["callbacks heard" if new else "callbacks known"] += 1

    def _look(self, now: datetime, *, last: bool = False) -> list[str]:
        """Every job has been done by now; then everything has to hold."""
        self._pass_to(now)
        self.timetable.deaths, deaths = 0, self.timetable.deaths
        for name in PERIODIC:
            self.timetable.do(name, {}, now)
        self.timetable.run(now)
        self.timetable.deaths = deaths
        return invariants.broken_by(self, now, last=last)

    # ---- claims ------------------------------------------------------------------------------------------------------

    def _sales(self, begin: datetime, claims: int) -> None:
        """A week's claims: at any moment, at midnight, and a second before it; some orders have several."""
        moments = [self._moment(begin) for _ in range(claims)]
        orders = moments[: max(1, claims * 2 // 3)] if claims else []
        sold: list[Sold] = []
        for at, shop in enumerate(self.world.shops):
            sold += self.world.sell(shop, orders[at :: len(self.world.shops)])
        self.sold = (self.sold + sold)[-5_000:]
        for at, moment in enumerate(moments):
            about = sold[at % len(sold)] if self.dice.random() < 0.9 else self.dice.choice(self.sold)
            self.at(moment, lambda now, about=about: self.claim(about.order, now))

    def _moment(self, begin: datetime) -> datetime:
        found = begin + timedelta(seconds=self.dice.randrange(7 * 24 * 3600))
        if self.dice.random() < 0.05:  # 20:30 in UTC is midnight in Tehran, 21:00 in Istanbul
            found = found.replace(hour=self.dice.choice((20, 21)), minute=self.dice.choice((0, 30)), second=0)
            found -= timedelta(seconds=self.dice.randint(0, 1))
        return max(found, begin)

    def claim(self, order_id: int, now: datetime) -> None:
        """A claim on an order: whatever it is answered, and filed twice under one key now and then."""
        order = order_by_id(order_id)
        assert order is not None
        lines = list(order.lines.order_by("position"))
        chosen = self.dice.sample(lines, self.dice.choice((1, 1, min(2, len(lines)))))
        self._claims += 1
        key = f"claim {self._claims}"
        wanted = [self._wanted(order, line) for line in chosen]
        found = self.tried("filing", lambda: self._file(order, wanted, key, now)) or []
        for case in found:
            self.tally["cases filed"] += 1
            self._next(case.pk, now)

    def claim_on_replacement(self, order_id: int, now: datetime) -> None:
        self.tally["claims on replacements"] += 1
        self.at(now + timedelta(hours=self.dice.randint(1, 300)), lambda then: self.claim(order_id, then))

    def _wanted(self, order: Order, line: Any) -> Wanted:
        travelling = order.delivered_at is None
        reason = self.dice.choice(("not_received", "withdrawal") if travelling else REASONS)
        said = {name: value ^ (self.dice.random() < 0.1) for name, value in FACTS.items()}
        if reason == "withdrawal":
            said["sealed"] = self.dice.random() < 0.7
        answers = {} if self.dice.random() < 0.2 else said
        return Wanted(line.pk, self.dice.randint(1, line.quantity + self.dice.choice((0, 0, 0, 1))), reason, answers)

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

    def _next(self, case_id: int, now: datetime) -> None:
        """The next act on a case: after minutes, or after weeks."""
        hours = self.dice.choice((0.1, 2, 9, 20, 30, 50, 75, 200)) * self.dice.uniform(0.5, 1.5)
        if self._steps[case_id] < STEPS:
            self._steps[case_id] += 1
            self.at(now + timedelta(hours=hours), lambda then: self._act(case_id, then))

    def _act(self, case_id: int, now: datetime) -> None:
        case = self.again(Case(pk=case_id))
        self.tally["acts"] += 1
        self.tried(f"{case.state}", lambda: self.acts.act(case, now))
        if case.reason == "transit_damage" and self.dice.random() < 0.5:
            self.tried("carrier", lambda: self.acts.carriers_word(case, now))
        if case.state not in OVER or self.dice.random() < 0.4:
            self._next(case_id, now)

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
        """Somebody who is too late, or may not: it has to be refused."""
        try:
            act()
        except AvdetError:
            self.tally[f"too late: {what}"] += 1
        else:
            raise AssertionError(f"not refused: {what}")

    def shop_of(self, case: Case) -> Shop:
        return self._shops[case.store_id]

    @staticmethod
    def again(case: Case) -> Case:
        rows = Case.objects.select_related("order__customer", "order__store", "order_line", "claim", "store", "policy_version")
        found: Case = rows.get(pk=case.pk)
        return found

    # ---- what came of it ---------------------------------------------------------------------------------------------

    def digest(self) -> str:
        """A hash of how everything stands: the same seed gives the same. Ids are left out; numbers stand for them."""
        return invariants.digest()


def main(cases: int, seed: int) -> dict[str, Any]:
    """Plays it once and says what came of it."""
    import time

    began = time.monotonic()
    play = Play(cases, seed)
    wrong = play.run()
    seconds = time.monotonic() - began
    filed = Case.objects.count()
    return {
        "wrong": wrong, "cases": filed, "seconds": round(seconds), "cases a second": round(filed / seconds, 1),
        "digest": play.digest(), "states": dict(sorted(Counter(Case.objects.values_list("state", "goods")).items())) and {
            f"{state}/{goods}": count for (state, goods), count in Counter(Case.objects.values_list("state", "goods")).most_common()
        }, "tally": dict(sorted(play.tally.items())),
    }  # fmt: skip
