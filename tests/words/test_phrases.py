"""The catalogues of pages and messages: the same keys in three languages, none missing, none that nobody says."""

import re
from functools import cache
from string import Formatter

import pytest

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES
from avdet.words.phrases import ROOT, catalogue, folders, pattern, phrase
from tests.house.sources import python_files

FACES = "|".join(sorted(folders()))
SPOKEN = re.compile(rf"""["']((?:{FACES})(?:\.\w+)+)["']""")
BEGUN = re.compile(rf"""f["']((?:{FACES})(?:\.\w+)*)\.\{{""")
"""A name that is completed at run time: `f"portal.state.{{state}}"`."""
TECHNICAL = ("api.problem.", "api.field.", "api.docs.")
"""What is said to people who write programs: codes, moments and the names of standards stand there as machines write them."""
FILES = (".html", ".py", ".css", ".js", ".json", ".svg", ".txt", ".mjml", ".yaml")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@cache
def said() -> tuple[frozenset[str], frozenset[str]]:
    """(names that stand whole in a template or module, names that are begun there)."""
    templates = [path for path in ROOT.rglob("templates/**/*") if path.suffix in (".html", ".txt")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*templates, *python_files("src")))
    whole = {name for name in SPOKEN.findall(text) if not name.endswith(FILES)}
    return frozenset(whole), frozenset(BEGUN.findall(text))


def unpaired(key: str) -> str:
    return key.removesuffix(".one")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    here, english = ({unpaired(key) for key in catalogue(each)} for each in (language, "en"))
    assert here == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_for_one_stands_beside_the_form_for_many(language):
    lonely = [key for key in catalogue(language) if key.endswith(".one") and unpaired(key) not in catalogue(language)]
    assert lonely == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_has_the_same_places_to_fill(language):
    english = catalogue("en")
    differ = [key for key, text in catalogue(language).items() if not key.endswith(".one") and places(text) != places(english[key])]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty_or_ends_in_a_stray_blank(language):
    loose = [key for key, text in catalogue(language).items() if not text.strip() or text != text.lstrip()]
    assert loose == []


def test_nothing_is_said_that_no_catalogue_holds():
    known = catalogue("en")
    whole, begun = said()
    unknown = [name for name in whole | begun if name not in known and not any(key.startswith(f"{name}.") for key in known)]
    assert unknown == []


def test_no_phrase_is_never_said():
    whole, begun = said()
    starts = tuple(f"{name}." for name in whole | begun)
    silent = [key for key in catalogue("en") if unpaired(key) not in whole and not key.startswith(starts)]
    assert silent == []


def test_whatever_begins_a_name_names_a_group():
    assert [name for name in said()[1] if "." not in name] == []


def test_persian_is_written_in_persian_letters_and_turkish_without_them():
    persian, turkish = (" ".join(catalogue(language).values()) for language in ("fa", "tr"))
    assert not re.search(r"[يك]", persian)
    pages = " ".join(text for key, text in catalogue("fa").items() if not key.startswith(TECHNICAL))
    assert not re.search(r"[0-9]", re.sub(r"\{\w+\}", "", pages)), "figures are Persian, or given"
    assert not re.search(r"[\u0600-\u06ff]", turkish)


def test_an_unknown_phrase_and_an_unknown_language_are_named():
    with pytest.raises(AvdetError, match=r"no phrase is called 'shared\.nothing'"):
        phrase("fa", "shared.nothing")
    with pytest.raises(AvdetError, match="no language here"):
        phrase("de", "shared.page.skip")


@pytest.mark.parametrize(("language", "count", "expected"), [
    ("en", 0, "0 days ago"), ("en", 1, "1 day ago"), ("en", 1200, "1,200 days ago"), ("tr", 1, "1 gün önce"), ("fa", 12, "۱۲ روز پیش"),
])  # fmt: skip
def test_a_phrase_counts_as_its_language_does(language, count, expected):
    assert phrase(language, "shared.ago.days", count=count) == expected


def test_true_is_no_count_of_one():
    assert pattern("en", "shared.ago.days", "1") == "{count} days ago"
