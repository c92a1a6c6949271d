"""Figures as sentences state them: three kinds of digits, separators, words, ranges; and words that only look so."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from avdet.core.vocabulary import LANGUAGES
from avdet.words.figures import figures
from avdet.words.numerals import WORDS


def stated(text: str, language: str) -> list[tuple[int, str]]:
    return [(figure.count, figure.unit) for figure in figures(text, language) if not figure.article]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "Bir ürünü geri gönderebilirsiniz; bir sorun olursa bize yazın."),
        ("tr", "Her iki yön için kargo sizindir."),
        ("tr", "Salı günü, FET-WDR-1 uyarınca, A4 kâğıda yazın. Yüz yüze konuşun."),
        ("fa", "یک نفر، نه فروشنده و نه پیک، روز سه‌شنبه یا پنج‌شنبه بررسی می‌کند."),
        ("fa", "هزینهٔ هر دو مسیر با شماست؛ دوباره می‌فرستیم."),
        ("tr", "Üç boyutlu yazıcı; iki yöndeki kargo."),
        ("en", "A three-dimensional printer, a two-step button, two ways."),
        ("en", "One of us, or an expert, looks at it on Tuesday; see FET-MIS-1 and USB3."),
    ],
)
def test_what_is_no_figure(language: str, text: str) -> None:
    assert stated(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("tr", "Teslimden sonra 7 gün içinde", [(7, "days")]),
        ("tr", "7 iş günü içinde", [(7, "working_days")]),
        ("tr", "YEDİ İŞ GÜNÜ", [(7, "working_days")]),
        ("tr", "yirmi dört saat", [(24, "hours")]),
        ("tr", "en geç on dört günde", [(14, "days")]),
        ("tr", "7 ila 10 iş günü", [(7, "working_days"), (10, "working_days")]),
        ("tr", "7-10 iş günü", [(7, "working_days"), (10, "working_days")]),
        ("tr", "7 günlük test; 3 ay; 2 yıl", [(7, "days"), (3, "months"), (2, "years")]),
        ("tr", "100.000.000 riyal", [(100_000_000, "")]),
        ("tr", "yüz milyon riyal", [(100_000_000, "")]),
        ("tr", "100 milyon riyal, 10 milyon tümen", [(100_000_000, ""), (100_000_000, "")]),
        ("tr", "saat 14:30'a kadar 81 ilde", [(870, "clock"), (81, "")]),
        ("tr", "otuz bir gün, iki yüz elli gün", [(31, "days"), (250, "days")]),
        ("tr", "48 iş saati", [(48, "working_hours")]),
        ("tr", "6 yüzünden", [(6, "")]),
        ("fa", "تا ۷ روز کاری", [(7, "working_days")]),
        ("fa", "تا ٧ روزِ کاری", [(7, "working_days")]),
        ("fa", "هفت روز", [(7, "days")]),
        ("fa", "بیست‌وچهار ساعت", [(24, "hours")]),
        ("fa", "بیست و چهار ساعت", [(24, "hours")]),
        ("fa", "۷ تا ۱۰ روز کاری", [(7, "working_days"), (10, "working_days")]),
        ("fa", "مهلت تست هفت‌روزه یا ۷روزه یا ۷‌روزه", [(7, "days")] * 3),
        ("fa", "نه روز", [(9, "days")]),
        ("fa", "سی روز، سی و یک روز، صد و بیست روز", [(30, "days"), (31, "days"), (120, "days")]),
        ("fa", "۱۰۰٬۰۰۰٬۰۰۰ ریال یا ۱۰ میلیون تومان", [(100_000_000, "")] * 2),
        ("fa", "صد میلیون ریال", [(100_000_000, "")]),
        ("fa", "از شش سو عکس بگیرید", [(6, "")]),
        ("en", "photos from six sides", [(6, "")]),
        ("fa", "کمتر از ۱۸ سال", [(18, "years")]),
        ("en", "within 7 to 10 working days", [(7, "working_days"), (10, "working_days")]),
        ("en", "twenty-four hours", [(24, "hours")]),
        ("en", "a 7-day test of seven days", [(7, "days"), (7, "days")]),
        ("en", "ten business days or 2 weeks", [(10, "working_days"), (2, "weeks")]),
        ("en", "IRR 100,000,000", [(100_000_000, "")]),
        ("en", "one hundred million rial", [(100_000_000, "")]),
        ("en", "two thousand five hundred", [(2_500, "")]),
        ("en", "before 14:00", [(840, "clock")]),
    ],
)
def test_what_is_stated(language: str, text: str, wanted: list[tuple[int, str]]) -> None:
    assert stated(text, language) == wanted


@pytest.mark.parametrize(
    ("language", "text"),
    [("tr", "en geç bir hafta içinde"), ("fa", "حداکثر یک هفته"), ("en", "within a week"), ("en", "one week")],
)
def test_a_lone_one_is_marked_and_keeps_its_unit(language: str, text: str) -> None:
    (figure,) = figures(text, language)
    assert (figure.count, figure.unit, figure.article) == (1, "weeks", True)


@given(text=st.text(max_size=80) | st.lists(st.sampled_from([*WORDS["fa"], *WORDS["tr"], *WORDS["en"], "و", "-", "7", "۷", "\u200c",
                                                            "gün", "روز", "23:59", "1.000", "²"]), max_size=12).map(" ".join),
       language=st.sampled_from(LANGUAGES))  # fmt: skip
@example(text="\u200cو\u200c و", language="fa")
@example(text="١٢٫٣٤ १२ ²", language="fa")
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    assert all(figure.count >= 0 for figure in figures(text, language))


@given(n=st.integers(2, 999_999), language=st.sampled_from(LANGUAGES))
@example(n=100, language="tr")
@example(n=1000, language="tr")
@example(n=9, language="fa")
def test_a_number_spelt_out_reads_back(n: int, language: str) -> None:
    unit = {"tr": "gün", "fa": "روز", "en": "days"}[language]
    assert [(figure.count, figure.unit) for figure in figures(f"{spelt(n, language)} {unit}", language)] == [(n, "days")]


def spelt(n: int, language: str) -> str:
    """A number in words, as the language joins them."""
    word = {value: name for name, value in reversed(WORDS[language].items())}
    if n >= 1000:
        head = "" if language == "tr" and n < 2000 else spelt(n // 1000, language) + " "
        return f"{head}{word[1000]}{joined(n % 1000, language)}"
    if n in word and n != 100:
        return word[n]
    if n >= 100:
        hundreds = word.get(n // 100 * 100) if language == "fa" else None
        head = "" if language == "tr" and n < 200 else word[n // 100] + " "
        return (hundreds or head + word[100]) + joined(n % 100, language)
    return word[n // 10 * 10] + {"tr": " ", "fa": "\u200cو", "en": "-"}[language] + word[n % 10]


def joined(rest: int, language: str) -> str:
    return ({"fa": " و ", "tr": " ", "en": " "}[language] + spelt(rest, language)) if rest else ""


def test_a_long_word_is_read_in_a_moment():
    from time import process_time

    start = process_time()
    for letter in ("a", "A", "1", "ا"):
        for language in ("en", "tr", "fa"):
            figures(letter * 4_000, language)
    assert process_time() - start < 0.5
