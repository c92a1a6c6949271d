"""The page of differences: what was added, taken out and changed, in words and in the rule."""

import pytest

from avdet.analysis.publish import differences_html
from avdet.analysis.publish.conditions import spoken_condition
from avdet.analysis.publish.differences import Piece, differences, word_diff
from avdet.core.conditions import parse
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES
from tests.analysis.bookshop import bookshop
from tests.analysis.pages import Page, words

OLD = bookshop().newest


def rule(*changes: tuple[str, str], language: str = "en") -> dict[str, tuple[str, ...]]:
    """Clause id → what its rule does differently, with pieces of the bookshop's file changed."""
    found = differences(OLD, bookshop(*changes).newest, language)
    return {change.id: change.rule for change in found.changed}


def test_a_language_that_one_version_lacks_is_refused() -> None:
    with pytest.raises(AvdetError, match="not written in 'fa'"):
        differences_html(OLD, bookshop(("[tr, fa, en]", "[tr, en]")).newest, "fa")


def test_the_same_terms_differ_in_nothing() -> None:
    assert not differences(OLD, bookshop().newest, "en")
    assert "The two versions say the same." in differences_html(OLD, bookshop().newest, "en")


def test_moving_a_figure_into_a_parameter_changes_nothing() -> None:
    assert not differences(OLD, bookshop(("{days: withdrawal_days, after", "{days: 10, after")).newest, "en")


@pytest.mark.parametrize(
    ("changes", "clause", "said"),
    [
        ([("withdrawal_days: 10", "withdrawal_days: 14")], "BKS-WDR-2", "Report by: 14 days after delivery (was: 10 days after delivery)"),
        ([("{days: withdrawal_days, after", "{working_days: 10, after")], "BKS-WDR-2",
         "Report by: 10 working days after delivery (was: 10 days after delivery)"),
        ([("requires: [invoice]", "requires: [original_box]")], "BKS-DEF-1", "What is asked: Send it in its original box added"),
        ([("[replacement, refund]", "[refund]")], "BKS-DEF-1", "What is offered: the same product again removed"),
        ([("reason == withdrawal and sealed_media", "reason == withdrawal and sealed_media and unit_price > 50000")], "BKS-WDR-3",
         "“Unit price” > ₺500.00"),
        ([("exception_to: [BKS-WDR-1, BKS-WDR-2]", "exception_to: [BKS-WDR-1, BKS-WDR-2, BKS-DEF-1]")], "BKS-WDR-3",
         "Takes precedence over: BKS-DEF-1 added"),
        ([("    otherwise: {outcome: deny}\n  - id: BKS-REF-1", "    otherwise: {outcome: review}\n  - id: BKS-REF-1")], "BKS-DEF-1",
         "Outcome: a person decides (was: refused)"),
        ([("    otherwise: {outcome: deny}\n  - id: BKS-REF-1", "  - id: BKS-REF-1")], "BKS-DEF-1", "The details of the rule changed"),
    ],
)  # fmt: skip
def test_a_changed_rule_is_told_in_plain_words(changes: list[tuple[str, str]], clause: str, said: str) -> None:
    found = rule(*changes)
    assert list(found) == [clause]
    assert any(said in line for line in found[clause]), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_versions_of_one_policy(language: str) -> None:
    first, second = bookshop().editions
    page = Page(differences_html(first, second, language))
    assert page.faults == []
    assert page.outside == []
    assert {"BKS-WDR-1", "BKS-WDR-2"} <= set(page.ids)
    assert words(first.by_id["BKS-WDR-1"].text[language]) in words(page.texts["BKS-WDR-1"])


def test_words_taken_out_and_put_in_are_marked_for_eye_and_ear() -> None:
    new = bookshop(("We usually answer", "We mostly answer")).newest
    html = differences_html(OLD, new, "en")
    assert '<del><span class="sr">[removed] </span>usually</del>' in html
    assert '<ins><span class="sr">[added] </span>mostly</ins>' in html
    assert "Only the wording changed; the rule is the same." in html


def test_gaps_and_the_calendar_are_compared_too() -> None:
    new = bookshop(("an order that never came", "an order that is lost"), ("weekend: [saturday, sunday]", "weekend: [sunday]")).newest
    found = differences(OLD, new, "en")
    assert found.calendar
    assert (found.gaps_added[0].endswith("is lost."), found.gaps_removed[0].endswith("never came.")) == (True, True)


def test_word_diff_puts_nothing_in_and_leaves_nothing_out() -> None:
    old, new = "تا ۷ روزِ کاری، نه بیشتر.", "تا ۱۰ روزِ کاری؛ نه بیشتر!"
    pieces = list(word_diff(old, new))
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == new
    assert Piece("del", "۷") in pieces


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("days_since_delivery <= 7", "no more than 7 days after delivery"),
        ("hours_since_delivery > 24", "more than 24 hours after delivery"),
        ("not large", "“Large goods” no"),
        ("reason in (defect, mismatch)", "“What happened?” It has a technical fault or It is not as described"),
        ("quantity between 2 and 5", "“Quantity ordered” 2 – 5"),
        ("not (large or food)", "not: “Large goods” yes or “Food” yes"),
        ("recipient != customer", "“Recipient” not: the customer"),
        ("always", "always"),
    ],
)
def test_conditions_in_words(condition: str, said: str) -> None:
    assert spoken_condition(parse(condition), "en") == said
