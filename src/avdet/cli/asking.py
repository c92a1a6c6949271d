"""`avdet ask`: the interview in the terminal. Questions go to standard error, so that the answer can be piped."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from avdet.cli import INTERRUPTED
from avdet.cli.deciding import known_language, show
from avdet.cli.interview import POINTS, Interview
from avdet.cli.prompts import Prompt, Reply, Unclear, prompt, understand
from avdet.cli.terminal import read, write
from avdet.contract.answer import builtins, render
from avdet.contract.question import MAX_BYTES
from avdet.core.errors import AvdetError, QuestionError
from avdet.policies import calendar_of, load
from avdet.policies.yaml_reader import read_yaml
from avdet.words.catalogue import RLM, say
from avdet.words.digits import digits
from avdet.words.faults import said


def run(store: str, *, order: str | None, at: str, now: str | None, json: bool, trace: bool,
        language: str | None) -> int:  # fmt: skip
    """Interview until the answer is certain, then print it."""
    known_language(language)
    if at not in POINTS:
        raise AvdetError(f"{at!r:.40} cannot be asked about", where="--at", cure=f"use {', '.join(POINTS)}")
    policy = load(store)
    calendar = calendar_of(policy)
    moment = _moment(now) if now else datetime.now(calendar.tz).replace(microsecond=0)
    interview = Interview(policy, calendar, point=at, now=moment, given=_given(order) if order else None)
    interview.settled({})  # an order that breaks the contract is refused before anything is asked
    language = language or policy.languages[0]
    _say(say(language, "ask", "title", store=policy.names.get(language, policy.store)), language)
    _say(say(language, "ask", "hint"), language)
    replies = _interview(interview, language)
    if replies is None:
        _say(say(language, "ask", "left"), language)
        return INTERRUPTED
    return _print(interview, replies, json=json, trace=trace, language=language)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise AvdetError(f"{text!r:.40} is no moment", where="--now", cure="write one as 2026-04-04T12:00:00+03:30") from None
    if found.tzinfo is None:
        raise AvdetError("a moment without an offset", where="--now", cure="write one as 2026-04-04T12:00:00+03:30")
    return found


def _given(file: str) -> dict[str, Any]:
    """An order, alone or inside a question."""
    found, _ = read_yaml(read(file, MAX_BYTES), file)
    order = found.get("order", found) if isinstance(found, dict) else None
    if not isinstance(order, dict) or not order.get("lines") or not isinstance(order["lines"], list):
        raise QuestionError("no order with lines", where=file, cure="give `placed_at` and `lines`, as in a question")
    return {"order": order, **{part: found[part] for part in ("claim", "inspection") if isinstance(found.get(part), dict)}}


def _interview(interview: Interview, language: str) -> dict[str, Reply] | None:
    """The answers, in the order they were given; `None` if the person left."""
    replies: dict[str, Reply] = {}
    while (key := interview.next(replies)) is not None:
        asked = prompt(key, language, interview.policy.currency, interview.today)
        said = _hear(asked, language)
        if said in ("q", "Q"):
            return None
        if said in ("b", "B"):
            _take_back(replies, language)
            continue
        _keep(interview, replies, asked, said, language)
    return replies


def _take_back(replies: dict[str, Reply], language: str) -> None:
    if replies:
        replies.popitem()
    else:
        _say(say(language, "ask", "first"), language)


def _keep(interview: Interview, replies: dict[str, Reply], asked: Prompt, said: str, language: str) -> None:
    """Keep an answer that can be understood and that fits the others."""
    try:
        reply = understand(asked, said, language, interview.today)
        interview.settled({**replies, asked.key: reply})
    except Unclear as unclear:
        _say(str(unclear), language)
    except QuestionError as error:
        _say(_unfit(error, language), language)
    else:
        replies[asked.key] = reply


def _unfit(error: QuestionError, language: str) -> str:
    """Why an answer does not fit the others, in the person's words where it is the order of events."""
    if error.code != "question.order_of_events":
        what, _, cure = said(error, language)
        return f"{what} → {cure}"
    return say(language, "ask", "wrong_order", event=say(language, "event", str(error.values["earlier"])))


def _hear(asked: Prompt, language: str) -> str:
    _say("", language)
    for i, option in enumerate(asked.options, 1):
        _say(digits(f"  {i}  ", language) + option, language)
    _say(asked.text, language)
    sys.stderr.write("> ")
    sys.stderr.flush()
    line = sys.stdin.readline(1000)
    if not line:
        _say("", language)
        raise AvdetError("the answers ended before the decision", where="standard input",
                         cure="answer every question, or q to leave")  # fmt: skip
    return line.strip()


def _say(text: str, language: str) -> None:
    print((RLM if language == "fa" else "") + text, file=sys.stderr)


def _print(interview: Interview, replies: dict[str, Reply], *, json: bool, trace: bool, language: str) -> int:
    settled, question = interview.settled(replies), interview.question(replies)
    if json:
        import msgspec

        write(msgspec.json.encode(builtins(render(settled, question, language))))
        return 0
    from avdet.cli.terminal import console

    _say("", language)
    show(settled, question, console(), language, trace=trace)
    return 0
