"""The published terms: sound pages, every clause in every language, nothing from outside, and facts that must be on them."""

import json
import re

import pytest

from avdet.analysis.publish import terms_html, terms_markdown
from avdet.analysis.publish.marks import ACCENTS, accent, isolated
from avdet.analysis.publish.sections import sections
from avdet.analysis.publish.words import phrases
from avdet.core.errors import AvdetError
from avdet.core.policy import Policy
from avdet.core.vocabulary import DEADLINES, EVENTS, LANGUAGES
from avdet.policies import load
from avdet.policies.shelf import STORES
from tests.analysis.bookshop import bookshop
from tests.analysis.pages import Page, words

EVERY_PAGE = [(store, language) for store in STORES for language in LANGUAGES]


def page(policy: Policy, language: str) -> Page:
    return Page(terms_html(policy, policy.newest, language))


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_a_language_without_texts_is_refused() -> None:
    only = bookshop(("languages: [tr, fa, en]", "languages: [tr, fa]"))
    with pytest.raises(AvdetError, match="not written in 'en'"):
        terms_html(only, only.newest, "en")
    with pytest.raises(AvdetError):
        terms_markdown(only, only.newest, "de")


def test_what_a_policy_says_cannot_become_markup() -> None:
    hostile = bookshop(("An audio book", "<script>alert(1)</script> & \"an\" audio </style> book"),
                       ("The Bookshop}", "'</script><b>Shop'}"), ("source: \"The Bookshop, help\"", "source: <i>help"))  # fmt: skip
    html = terms_html(hostile, hostile.newest, "en")
    found = Page(html)
    assert found.faults == []
    assert html.count("<script") == 1
    assert "<b>" not in html
    assert "<i>" not in html
    assert '<script>alert(1)</script> & "an" audio </style> book' in words(found.texts["BKS-WDR-3"])
    assert json.loads(found.json)["name"] == "</script><b>Shop"


def test_markdown_marks_in_a_text_stay_marks() -> None:
    hostile = bookshop(("An audio book", "A *book* [x](y) <b>"))
    assert r"A \*book\* \[x\](y) \<b\>" in terms_markdown(hostile, hostile.newest, "en")


# ---- every page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("store", "language"), EVERY_PAGE)
def test_every_shipped_page_is_sound_and_whole(store: str, language: str) -> None:
    policy = load(store)
    found = page(policy, language)
    assert found.faults == []
    assert found.outside == []
    assert found.root["lang"] == language
    assert found.root["dir"] == ("rtl" if language == "fa" else "ltr")
    assert {"header", "nav", "main", "footer"} <= set(found.tags)
    assert found.headings.count(1) == 1
    for clause in policy.newest.clauses:
        assert words(clause.text[language]) in words(found.texts[clause.id]), clause.id
        assert clause.source in found.texts[clause.id]
        assert not clause.note or clause.note not in found.texts["terms"]


@pytest.mark.parametrize(("store", "language"), EVERY_PAGE)
def test_every_shipped_markdown_names_each_clause_once(store: str, language: str) -> None:
    policy = load(store)
    text = terms_markdown(policy, policy.newest, language)
    for clause in policy.newest.clauses:
        assert text.count(f'<a id="{clause.id}"></a>') == 1
        assert text.count(f"### {clause.id}\n") == 1
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("store", STORES)
def test_exceptions_are_linked_both_ways(store: str) -> None:
    policy = load(store)
    html = terms_html(policy, policy.newest, "en")
    for clause in policy.newest.clauses:
        for target in clause.exception_to:
            there, back = html.split(f'id="{target}"')[1], html.split(f'id="{clause.id}"')[1]
            assert f'href="#{clause.id}"' in there.split("</article>")[0]
            assert f'href="#{target}"' in back.split("</article>")[0]


@pytest.mark.parametrize("store", STORES)
def test_every_gap_is_shown_where_it_is_and_listed_at_the_end(store: str) -> None:
    policy = load(store)
    found = page(policy, "tr")
    assert bool(policy.gaps) == ("open-places" in found.ids)
    for gap in policy.gaps:
        assert words(gap.text["tr"]) in words(found.texts[gap.about])
        assert "Burada bir yetkili karar verir" in found.texts[gap.about]
        assert words(found.texts["terms"]).count(words(gap.text["tr"])) >= 2


# ---- the bookshop ----------------------------------------------------------------------------------------------------


def test_sections_keep_the_policy_s_order() -> None:
    found = sections(bookshop().newest)
    assert [section.subject for section in found] == ["order", "withdrawal", "defect", "refund", "account"]
    assert [clause.id for section in found for clause in section.clauses] == list(bookshop().newest.by_id)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("tr", "teslim aldınız: 28 Mayıs 2026 Perşembe gününün sonuna kadar cayabilirsiniz. (teslimden sonra 10 gün)"),
        ("fa", "کالا را تحویل گرفتید: تا پایان پنجشنبه ۷ خرداد ۱۴۰۵ می‌توانید از خرید منصرف شوید. (۱۰ روز پس از تحویل)"),
        ("en", "delivered on Monday 18 May 2026: you may withdraw until the end of Thursday 28 May 2026. (10 days after delivery)"),
    ],
)
def test_the_worked_example_is_told_in_each_language(language: str, said: str) -> None:
    assert said in words(page(bookshop(), language).texts["BKS-WDR-2"])


def test_the_calendar_shows_what_counted_and_what_did_not() -> None:
    text = words(page(bookshop(), "en").texts["BKS-REF-1"])
    assert "your money is paid between" in text
    assert "Eid al-Adha" in text
    assert "weekend" in text
    assert "days that count" in text


def test_an_older_version_shows_its_own_clauses_and_dates() -> None:
    policy = bookshop()
    found = Page(terms_html(policy, policy.editions[0], "en"))
    assert "BKS-WDR-1" in found.ids
    assert "BKS-WDR-2" not in found.ids
    assert "2025" in found.texts["BKS-WDR-1"]
    assert "2026" not in found.texts["BKS-WDR-1"]


def test_version_date_and_fingerprint_stand_at_the_head() -> None:
    policy = bookshop()
    html = terms_html(policy, policy.newest, "fa")
    assert policy.newest.fingerprint in html
    assert '<time datetime="2026-01-01">پنجشنبه ۱۱ دی ۱۴۰۴</time>' in html


def test_no_latin_digit_stands_in_persian_prose() -> None:
    policy = bookshop()
    found = page(policy, "fa")
    prose = re.sub(r"[A-Z]+-[A-Z]+-\d|[A-Za-z][\w-]*", "", found.texts["terms"])
    assert not re.search(r"[0-9]", prose)


def test_latin_words_in_persian_are_isolated() -> None:
    assert str(isolated("شمارهٔ IBAN <را>", "fa")) == 'شمارهٔ <bdi lang="en" dir="ltr">IBAN</bdi> &lt;را&gt;'
    assert str(isolated("IBAN & no", "tr")) == "IBAN &amp; no"


def test_pages_are_the_same_bytes_each_time() -> None:
    assert terms_html(bookshop(), bookshop().newest, "fa") == terms_html(bookshop(), bookshop().newest, "fa")


# ---- words and colours -----------------------------------------------------------------------------------------------


def test_every_language_has_every_phrase_with_the_same_places() -> None:
    keys = set(phrases("en"))
    wanted = {f"event.{name}" for name in EVENTS} | {f"after.{name}" for name in EVENTS}
    wanted |= {f"{unit}.{name}" for unit in ("day", "hour") for name in DEADLINES if name not in ("remind_at", "average_decision_by")}
    assert wanted <= keys
    for language in LANGUAGES:
        assert set(phrases(language)) == keys
        for key, text in phrases(language).items():
            assert text.strip() or key == "joint"
            assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", phrases("en")[key])), (language, key)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", range(len(ACCENTS)))
def test_text_is_legible_on_both_papers(number: int) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1, for ink, soft ink and the accent, on paper and on the tint."""
    css = terms_html(bookshop(), bookshop().newest, "en")
    light, dark = (dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in re.findall(r":root {([^}]*--paper[^}]*)}", css)[:2])
    for theme, own in ((light, ACCENTS[number][0]), (dark, ACCENTS[number][1])):
        for ink in (theme["ink"], theme["soft"], own):
            assert contrast(ink, theme["paper"]) >= 4.5
            assert contrast(ink, theme["tint"]) >= 4.5
    assert accent("bookshop") in ACCENTS
