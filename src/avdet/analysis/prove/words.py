"""What a witness says, in a few words: only what is not as usual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from avdet.analysis.prove.claims import USUAL, home
from avdet.analysis.prove.time import DAY, ORDINARY_AGES
from avdet.analysis.prove.witness import Witness
from avdet.core.vocabulary import TRAITS


def told(witness: Witness) -> str:
    """The claim in a few words.

    A claim of a defect in goods with a 7-day test, whose box is lost, is told as `defect, seven_day_test, not box_kept`.
    """
    values = witness.claim.values
    words = [str(values["reason"])] if "reason" in values else []
    words += [trait for trait in TRAITS if values.get(trait)]
    usual = {**USUAL, "country": home(witness.settled.calendar)}
    odd = {name: value for name, value in values.items() if value != usual.get(name, False)}
    words += [f"{name} {odd[name]}" for name in _FIGURES if name in odd]
    words += [str(odd[name]) for name in _CHOICES if name in odd]
    words += [name if odd[name] else f"not {name}" for name in _RECORD if name in odd]
    answers = witness.question.get("claim", {}).get("answers", {})
    words += [name if said else f"not {name}" for name, said in answers.items() if said is not USUAL.get(name, False)]
    return ", ".join([*words, *_inspected(witness), *_when(witness)])


_FIGURES: Final = ("quantity", "claimed_quantity", "unit_price", "order_total", "attempts")
_CHOICES: Final = ("payment_method", "delivery_method", "place", "country")
_RECORD: Final = ("partial_consent", "short_of_stock", "sales_stopped", "form_complete", "recipient_details", "card_registered")


def _inspected(witness: Witness) -> Iterator[str]:
    for name, said in witness.question.get("inspection", {}).items():
        usual = USUAL.get("replacement_in_stock" if name == "in_stock" else name, False)
        if not name.endswith("_at") and said != usual:
            yield f"{name} {said}" if name == "finding" else name if said else f"not {name}"


def _when(witness: Witness) -> Iterator[str]:
    """Events that have or have not happened against expectation, and those at an unusual time."""
    ages, point = witness.claim.ages, witness.claim.point
    if "delivered" not in ages and point in ("claim", "inspection"):
        yield "not delivered"
    for event in ("delivered", "refused", "handed_to_carrier"):
        if event in ages and (event == "refused" or ages[event] != ORDINARY_AGES[event]):
            yield f"{event} {_span(ages[event])} before"


def _span(minutes: int) -> str:
    """A length of time as it is read aloud.

    >>> _span(1441), _span(90)
    ('1 day 1 min', '1 h 30 min')
    """
    days, rest = divmod(minutes, DAY)
    parts = [(days, "day" if days == 1 else "days"), (rest // 60, "h"), (rest % 60, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"


def listed(clauses: Iterable[str]) -> str:
    """Clause ids as they are read aloud.

    >>> listed(["A-1", "A-2", "A-3"])
    'A-1, A-2 and A-3'
    """
    ids = list(clauses)
    return " and ".join([", ".join(ids[:-1]), ids[-1]] if len(ids) > 2 else ids) or "no clause"
