"""`avdet ask`: only what matters, answers taken back, three languages, any digits; and the same answer as `decide`."""

import json

import pytest

from avdet.policies import STORES
from tests.cli.bookshop import POLICY, QUESTION

NOW = ("--now", "2026-03-09T10:00:00+03:00")


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "bookshop.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return str(file)


def typed(*answers):
    return "".join(f"{answer}\n" for answer in answers).encode()


def test_a_gift_is_refused_after_two_questions(avdet, shop):
    ran = avdet("ask", shop, *NOW, stdin=typed("1", "y"))
    assert ran.code == 0
    assert ran.out.startswith("✘ We are sorry")
    assert "BKS-GFT-1" in ran.out
    assert ran.err.count("> ") == 2


def test_an_interview_ends_in_the_slip(avdet, shop):
    ran = avdet("ask", shop, *NOW, stdin=typed("1", "n", "2026-03-05", "y", "12950", "1"))
    assert ran.out.startswith("✔ Your claim is accepted.")
    assert "Monday 16 March 2026" in ran.out
    assert "₺129.50" in ran.out


def test_its_answer_is_that_of_decide(avdet, shop):
    asked = avdet("ask", shop, "--json", *NOW, stdin=typed("1", "n", "2026-03-05", "y", "12950", "1")).json
    claim = {key: value for key, value in QUESTION["claim"].items() if key != "return_cost"}
    decided = avdet("decide", "--json", "-", stdin=json.dumps(QUESTION | {"store": shop, "claim": claim}).encode()).json
    for part in ("outcome", "remedies", "requires", "because", "amounts"):
        assert asked[part] == decided[part]
    assert asked["deadlines"]["report_by"]["at"] == decided["deadlines"]["report_by"]["at"]


def test_answers_are_taken_back(avdet, shop):
    ran = avdet("ask", shop, *NOW, stdin=typed("b", "1", "b", "1", "n", "b", "y"))
    assert "There is nothing to take back." in ran.err
    assert ran.out.startswith("✘")
    assert "BKS-GFT-1" in ran.out


def test_leaving_is_no_error_and_no_answer(avdet, shop):
    ran = avdet("ask", shop, *NOW, stdin=typed("1", "q"))
    assert (ran.code, ran.out) == (130, "")
    assert "You left before the decision." in ran.err


def test_answers_that_run_out(avdet, shop):
    ran = avdet("ask", shop, *NOW, stdin=typed("1"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].endswith("answer every question, or q to leave")


@pytest.mark.parametrize(("answers", "said"), [
    (["9"], "number from 1 to 8"), (["x"], "number from 1 to 8"), (["1", "perhaps"], "answer y or n"),
    (["1", "n", "soon"], "a date such as"), (["1", "n", "2026-13-01"], "a date such as"), (["1", "n", "2027-01-01"], "not come yet"),
    (["1", "n", "-3", "\x1b[A"], "a date such as"),
], ids=str)  # fmt: skip
def test_an_answer_that_is_none_is_asked_again(avdet, shop, answers, said):
    ran = avdet("ask", shop, *NOW, stdin=typed(*answers, "q"))
    assert said in ran.err
    assert ran.code == 130


def test_events_out_of_order_are_asked_again():
    from datetime import datetime

    from avdet.cli.interview import Interview
    from avdet.core.errors import QuestionError
    from avdet.policies import calendar_of, load

    policy = load("fetrashop")
    interview = Interview(policy, calendar_of(policy), point="claim", now=datetime.fromisoformat("2026-04-04T12:00:00+03:30"), given=None)
    day = datetime.fromisoformat("2026-04-01T12:00:00+03:30").date()
    with pytest.raises(QuestionError, match="delivered is before handed_to_carrier"):
        interview.settled({"reason": "withdrawal", "handed_to_carrier_at": day.replace(day=3), "delivered_at": day})


@pytest.mark.parametrize(("language", "answers"), [
    ("fa", ["۱", "خ", "۱۴۰۴/۱۲/۱۴", "ب", "۱۲۹۵۰", "۱"]), ("fa", ["1", "خیر", "14.12.1404", "بله", "12950", "1"]),
    ("tr", ["1", "h", "05.03.2026", "e", "12.950", "1"]), ("tr", ["١", "HAYIR", "2026-03-05", "EVET", "12950", "1"]),
    ("en", ["1", "no", "2026/03/05", "YES", "12,950", "1"]),
], ids=str)  # fmt: skip
def test_any_digits_and_the_readers_calendar(avdet, shop, language, answers):
    ran = avdet("ask", shop, "--json", "--lang", language, *NOW, stdin=typed(*answers))
    assert ran.code == 0, ran.err
    assert ran.json["outcome"] == "approve"
    assert ran.json["deadlines"]["report_by"]["since"].startswith("2026-03-05")
    assert ran.json["amounts"]["refund"] == 12950


def test_today_and_yesterday_are_words(avdet, shop):
    ran = avdet("ask", shop, "--json", *NOW, stdin=typed("1", "n", "yesterday", "y", "1", "1"))
    assert ran.json["deadlines"]["report_by"]["since"].startswith("2026-03-08")


def test_with_the_order_at_hand_only_the_customer_is_asked(avdet, shop, tmp_path):
    order = tmp_path / "order.json"
    order.write_text(json.dumps(QUESTION["order"]), encoding="utf-8")
    ran = avdet("ask", shop, "--order", str(order), *NOW, stdin=typed("1", "y"))
    assert ran.out.startswith("✔ Your claim is accepted.")
    assert ran.err.count("> ") == 2


def test_a_question_already_answered_asks_nothing(avdet, shop, tmp_path):
    file = tmp_path / "question.json"
    file.write_text(json.dumps(QUESTION), encoding="utf-8")
    ran = avdet("ask", shop, "--order", str(file), *NOW)
    assert ran.out.startswith("✔ Your claim is accepted.")
    assert "> " not in ran.err


@pytest.mark.parametrize("order", ["[]", "{}", '{"lines": []}', '{"lines": [1]}', '{"lines": [{"sku": "B"}]}', '{"lines": {"a": 1}}',
                                   '{"placed_at": "2026-03-02T10:00:00", "lines": [{"sku": "B", "quantity": 1, "unit_price": 1, "currency": "TRY"}]}'])  # fmt: skip
def test_an_order_that_is_none(avdet, shop, tmp_path, order):
    file = tmp_path / "order.json"
    file.write_text(order, encoding="utf-8")
    ran = avdet("ask", shop, "--order", str(file), *NOW, stdin=typed("1"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("avdet: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("reason", range(1, 9))
@pytest.mark.parametrize("store", STORES)
def test_every_store_can_be_asked_about_every_reason(store, reason):
    """Whatever is answered, the interview ends in a decision, and no question is put twice."""
    from datetime import date, datetime

    from avdet.cli.interview import Interview
    from avdet.cli.prompts import prompt
    from avdet.policies import calendar_of, load

    policy = load(store)
    now = datetime.fromisoformat("2026-04-04T12:00:00+03:30")
    interview = Interview(policy, calendar_of(policy), point="claim", now=now, given=None)
    replies = {}
    while (key := interview.next(replies)) is not None:
        assert key not in replies
        asked = prompt(key, policy.languages[0], policy.currency, interview.today)
        answer = {"yes_no": len(replies) % 2 == 0, "day": date(2026, 4, 1), "clock": 600, "amount": 1000, "count": 1}
        replies[key] = asked.values[reason - 1 if key == "reason" else 0] if asked.kind == "menu" else answer[asked.kind]
        assert len(replies) < 25
    assert interview.settled(replies).decision.outcome != "ask"
