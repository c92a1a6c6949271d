"""A clause's text must state the figures of its rule, in every language, and no others."""

import pytest

from avdet.analysis.wording import check_wording
from tests.analysis.bookshop import bookshop


def kinds(*changes: tuple[str, str]) -> list[tuple[str, str, str]]:
    """(kind, clause, message) of each finding in the bookshop with pieces of its file changed."""
    return [(finding.kind, finding.clauses[0], finding.message) for finding in check_wording(bookshop(*changes))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("10 gün içinde geri", "7 gün içinde geri", "tr says 7 days; its rule says 10 days"),
        ("10 gün içinde geri", "yedi gün içinde geri", "tr says 7 days; its rule says 10 days"),
        ("تا ۱۰ روز", "تا هفت روز", "fa says 7 days"),
        ("تا ۱۰ روز", "تا بیست‌وچهار روز", "fa says 24 days"),
        ("within 10 days of", "within fourteen days of", "en says 14 days"),
        ("within 10 days of", "within 10 working days of", "en says 10 working days; its rule says 10 days"),
        ("within 10 days of", "within 240 hours of", "en says 240 hours"),
        ("within 10 days of", "within 2 weeks of", "en says 2 weeks"),
        ("3 ila 5 iş", "3 ila 6 iş", "tr says 6 working days"),
        ("bu haktan", "100 TL altında bu haktan", "tr says 100; its rule says 7 days"),
    ],
)
def test_a_figure_that_no_rule_states_is_refused(old: str, new: str, said: str) -> None:
    found = kinds((old, new))
    assert [kind for kind, _, _ in found] == ["figure_without_rule"]
    assert said in found[0][2]


def test_a_changed_rule_contradicts_every_language() -> None:
    found = kinds(("withdrawal_days: 10", "withdrawal_days: 12"))
    assert [(kind, clause) for kind, clause, _ in found] == [("figure_without_rule", "BKS-WDR-2")] * 3


@pytest.mark.parametrize(
    ("old", "new", "language"),
    [
        ("teslimden sonra 10 gün içinde ", "", "tr"),
        ("تا ۱۰ روز پس از تحویل ", "", "fa"),
        ("within 10 days of delivery", "soon", "en"),
        (" 3 to 5 working days", " 5 working days", "en"),
        ("تا یک هفته خبر", "زود خبر", "fa"),
    ],
)
def test_a_period_that_the_text_leaves_out_is_refused(old: str, new: str, language: str) -> None:
    ((kind, _, message),) = kinds((old, new))
    assert kind == "period_without_figure"
    assert f"the text in {language} does not name the rule's" in message


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("      fa: کتاب صوتیِ بازشده مشمول این حق نیست.\n", "", "missing_text"),
        ("An audio book cannot be sent back for a change of mind", "کتاب صوتیِ بازشده مشمول این  حق نیست", "same_text"),
        ("کتاب صوتیِ", "كتاب صوتیِ", "foreign_letters"),
        ("مشمول این", "مشمول اين", "foreign_letters"),
        ("تا ۲۴ ساعت", "تا 24 ساعت", "foreign_letters"),
        ("تا ۲۴ ساعت", "تا ٢٤ ساعت", "foreign_letters"),
        ("genellikle 24 saat", "genellikle ۲۴ saat", "foreign_letters"),
    ],
)
def test_languages_and_letters(old: str, new: str, kind: str) -> None:
    assert [found for found, _, _ in kinds((old, new))] == [kind]


def test_an_exception_may_name_the_general_rule_s_figure_as_it_stands_in_each_version() -> None:
    (first, second) = kinds(("Açılmış sesli", "7 veya 10 gün geçmese de açılmış sesli"))
    assert "says 10 days; its rule says 7 days" in first[2]
    assert "says 7 days; its rule says 10 days" in second[2]


def test_a_gap_may_not_invent_a_figure_either() -> None:
    ((kind, clause, message),) = kinds(("an order that never came", "an order that is 30 days late"))
    assert (kind, clause) == ("figure_without_rule", "BKS-DEF-1")
    assert "30 days" in message


def test_findings_name_their_line() -> None:
    policy = bookshop(("within 10 days of", "within 9 days of"))
    lines = {finding.line for finding in check_wording(policy)}
    assert lines == {policy.newest.by_id["BKS-WDR-2"].line}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("within 10 days of", "within ten days of"),
        ("bir hafta içinde bildirin", "7 gün içinde bildirin"),
        ("تا یک هفته", "تا هفت روز"),
        ("states: [24]", "states: [24, 365]"),
        ("Açılmış sesli kitap", "BKS-WDR-2 bir sesli kitapta geçmez; sesli kitap"),
        ("withdrawal_days: 10", "withdrawal_days: 10, spare: 3"),
    ],
)
def test_what_says_the_same_is_left_alone(old: str, new: str) -> None:
    assert kinds((old, new)) == []


def test_months_and_years_weeks_and_days_say_the_same() -> None:
    assert kinds(("{days: withdrawal_days, after", "{months: 24, after"), ("10 gün içinde", "2 yıl içinde"),
                 ("تا ۱۰ روز", "تا دو سال"), ("within 10 days", "within 24 months")) == []  # fmt: skip


def test_amounts_are_compared_in_the_unit_that_people_say() -> None:
    dear = ("reason == withdrawal and sealed_media", "reason == withdrawal and sealed_media and unit_price > 50000")
    assert kinds(dear, ("An audio book", "An audio book above ₺500")) == []
    ((kind, _, _),) = kinds(dear, ("An audio book", "An audio book above ₺400"))
    assert kind == "figure_without_rule"


def test_a_time_of_day_is_a_figure_too() -> None:
    cut_off = ("    then: {outcome: approve, deadlines: {dispatch_by",
               "    when: local_minute <= 870\n    then: {outcome: approve, deadlines: {dispatch_by")  # fmt: skip
    assert kinds(cut_off, ("Siparişinizi ödemeniz", "Saat 14:30'a kadar verdiğiniz siparişi ödemeniz")) == []
    ((kind, _, message),) = kinds(cut_off, ("Siparişinizi ödemeniz", "Saat 14:00'e kadar verdiğiniz siparişi ödemeniz"))
    assert (kind, "14:00" in message) == ("figure_without_rule", True)
