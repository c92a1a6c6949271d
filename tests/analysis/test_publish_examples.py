"""Worked examples: every dated period has one, and its last day is counted again here, day by day, on fingers."""

from datetime import date, datetime, timedelta

import pytest

from avdet.analysis.publish.examples_of import Example, examples_of
from avdet.analysis.publish.marks import weeks
from avdet.analysis.publish.probe_claims import ask_probe, timeline, ways
from avdet.core.calendar import Calendar
from avdet.core.conditions import ALWAYS, NEVER, parse
from avdet.core.policy import Edition
from avdet.policies import calendar_of, load
from avdet.policies.shelf import STORES
from tests.analysis.bookshop import bookshop

UNSHOWN = {"FET-INSP-7": "an average is no deadline"}
"""Clauses with a period that no example shows, and why."""


def counted(start: date, unit: str, count: int, calendar: Calendar) -> date:
    """The last day of a period, one day at a time."""
    day = start
    if unit == "working_days" and count == 0:
        while day.isoweekday() in calendar.weekend or day in calendar.holidays:
            day += timedelta(days=1)
        return day
    while count:
        day += timedelta(days=1)
        count -= unit == "days" or (day.isoweekday() not in calendar.weekend and day not in calendar.holidays)
    return day


def shown(store: str) -> list[Example]:
    return list(examples_of(load(store).newest, "en").values())


@pytest.mark.parametrize("store", STORES)
def test_every_clause_that_sets_a_dated_period_has_an_example(store: str) -> None:
    edition = load(store).newest
    wanted = {clause.id for clause in edition.clauses
              if any(case.then.deadlines and case.then.outcome != "deny" for case in clause.cases)}  # fmt: skip
    assert wanted - examples_of(edition, "en").keys() - UNSHOWN.keys() == set()


@pytest.mark.parametrize("store", [store for store in STORES if store != "hepsiburada"])
def test_deadlines_are_what_a_calendar_on_the_wall_says(store: str) -> None:
    calendar = calendar_of(load(store))
    examples = shown(store)
    assert examples
    for example in examples:
        for due in example.deadlines.values():
            since, at = (datetime.fromisoformat(due[key]) for key in ("since", "at"))
            if due["unit"] == "hours":
                assert at - since == timedelta(hours=due["count"])
            elif due["unit"] != "months":
                assert calendar.local(at) == counted(calendar.local(since), due["unit"], due["count"], calendar), example


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_every_language_tells_the_same_days(language: str) -> None:
    edition = load("fetrashop").newest
    told, english = examples_of(edition, language), examples_of(edition, "en")
    assert told.keys() == english.keys()
    assert all(told[name].deadlines == english[name].deadlines for name in told)
    assert not any("{" in example.sentence for example in told.values())


def test_withdrawal_around_nowruz() -> None:
    example = examples_of(load("fetrashop").newest, "fa")["FET-WDR-2"]
    assert "پنجشنبه ۲۸ اسفند ۱۴۰۴ به شرکت حمل سپرده شد" in example.sentence
    assert "تا پایان شنبه ۱۵ فروردین ۱۴۰۵ می‌توانید از خرید منصرف شوید" in example.sentence
    assert sum(cell.count > 0 for cell in example.strips[0].cells) == 7


def test_the_drawn_weeks_begin_after_the_weekend_and_hold_every_day() -> None:
    policy = load("fetrashop")
    example = examples_of(policy.newest, "en")["FET-WDR-2"]
    drawn = weeks(example.strips[0], calendar_of(policy), "en")
    assert [short for short, _ in drawn.head] == ["Sa", "Su", "Mo", "Tu", "We", "Th", "Fr"]
    cells = [cell for _, row in drawn.rows for cell in row if cell.kind != "out"]
    assert [cell.kind for cell in cells].count("start") == 1
    assert cells[0].kind == "start"
    assert cells[-1].kind == "last"
    assert cells[-1].count == "7"
    assert [month for month, _ in drawn.rows] == ["March", "", "April", ""][: len(drawn.rows)]
    assert len(cells) == len(example.strips[0].cells) + 1
    assert any(closing.startswith("Nature's Day: 2 April") for closing in drawn.closings)


def edition() -> Edition:
    return bookshop().newest


def test_no_couriers_call_on_holidays() -> None:
    calendar = calendar_of(bookshop())
    dates = timeline(calendar, "delivered", date(2026, 6, 1))
    assert list(dates.values()) == sorted(dates.values())
    assert all(calendar.is_working(moment.date()) for name, moment in dates.items() if name != "reported")
    assert timeline(calendar, "found", date(2026, 6, 1))["found"].date() == date(2026, 6, 1)


def test_a_probe_that_cannot_be_is_none() -> None:
    dates = timeline(calendar_of(bookshop()), "delivered", date(2026, 6, 1))
    assert ask_probe(edition(), "claim", {"reason": "withdrawal", "country": "XX"}, dates, "en") is None
    assert ask_probe(edition(), "checkout", {"sealed": True}, dates, "en") is None


@pytest.mark.parametrize(
    ("given", "outcome"),
    [({}, "approve"), ({"sealed_media": True}, "deny"), ({"reason": "not_received", "delivered": False}, "review")],
)
def test_probes_are_answered_by_the_policy(given: dict[str, bool | str], outcome: str) -> None:
    dates = timeline(calendar_of(bookshop()), "delivered", date(2026, 6, 1))
    probe = ask_probe(edition(), "claim", given, dates, "en")
    assert probe is not None
    assert probe.answer.outcome == outcome


def test_ways_to_make_a_condition_hold() -> None:
    assert list(ways(ALWAYS)) == [{}]
    assert list(ways(NEVER)) == []
    assert list(ways(parse("large and not large"))) == []
    assert next(ways(parse("not (sealed or used)"))) == {"sealed": False, "used": False}
    assert next(ways(parse("reason in (defect, mismatch) and quantity > 3"))) == {"reason": "defect", "quantity": 4}
    assert list(ways(parse("days_since_delivery > 7"))) == [{}]
