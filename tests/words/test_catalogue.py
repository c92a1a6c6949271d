"""The three catalogues say the same things, all that the vocabulary names, and nothing that is never said."""

import re
from string import Formatter
from typing import get_args

import pytest

from avdet.core import vocabulary as v
from avdet.core.facts import FACTS, KNOWERS
from avdet.core.trace import Status
from avdet.words.catalogue import outcome, words
from tests.house.sources import python_files

KEYS = {language: {(group, key) for group, phrases in words(language).items() for key in phrases} for language in v.LANGUAGES}


@pytest.mark.parametrize("language", v.LANGUAGES)
def test_the_catalogues_have_the_same_keys(language):
    assert KEYS[language] == KEYS["en"]


@pytest.mark.parametrize("language", v.LANGUAGES)
def test_each_phrase_has_the_same_places_to_fill(language):
    def places(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    differ = [(group, key) for group, key in KEYS["en"] if places(words(language)[group][key]) != places(words("en")[group][key])]
    assert differ == []


@pytest.mark.parametrize(("group", "names"), [
    ("reason", v.REASONS), ("remedy", v.REMEDIES), ("requirement", v.REQUIREMENTS), ("deadline", v.DEADLINES), ("payer", v.PAYERS),
    ("point", v.POINTS), ("event", tuple(v.EVENTS)), ("result", (*v.OUTCOMES, "ask")), ("unit", v.UNITS),
    ("value", tuple({value for fact in FACTS if fact.kind == "enum" and fact.name not in ("reason", "country") for value in fact.values})),
    ("facts", tuple(set().union(*KNOWERS.values()))),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_every_name_of_the_vocabulary_has_its_word(group, names):
    assert set(names) <= set(words("en")[group])


@pytest.mark.parametrize("language", v.LANGUAGES)
@pytest.mark.parametrize("point", v.POINTS)
def test_every_outcome_has_its_sentence_at_every_point(language, point):
    for result in (*v.OUTCOMES, "ask"):
        assert outcome(language, result, point).endswith(".")


WRITTEN_BY_NAME = {"outcome", "reason", "remedy", "requirement", "deadline", "payer", "event", "value", "point", "result", "unit", "facts",
                   "law", "trace", "effect"}  # fmt: skip
"""Groups whose keys are names that the program holds in variables."""


@pytest.mark.parametrize(("group", "key"), sorted(KEYS["en"]))
def test_no_word_is_never_said(group, key):
    source = "".join(path.read_text(encoding="utf-8") for path in python_files("src"))
    assert re.search(rf'"{re.escape(group)}"', source), f"nothing speaks of {group}"
    if group not in WRITTEN_BY_NAME:
        assert re.search(rf'["]{re.escape(key)}["]', source), f"{group}.{key} is never said"


@pytest.mark.parametrize("group", ["payer", "value", "trace", "law", "facts", "unit"])
def test_groups_spoken_by_name_hold_no_more_than_their_names(group):
    known = {
        "payer": set(v.PAYERS), "law": {"tr", "ir", "eu"},
        "trace": {*get_args(Status), "fact", "passed", "running", "not_begun", "compared", "wanted"},
        "value": {value for fact in FACTS for value in fact.values} | {"yes", "no", "unknown"},
        "facts": {"name", "kind", "known_by", "question", "record", "customer", "expert", "carrier", "bool", "enum", "int",
                  "elapsed"},
        "unit": {fact.unit for fact in FACTS},
    }  # fmt: skip
    assert set(words("en")[group]) <= known[group]


@pytest.mark.parametrize("language", v.LANGUAGES)
def test_whatever_becomes_of_a_clause_has_its_words(language):
    assert set(get_args(Status)) <= set(words(language)["trace"])


ARABIC = re.compile(r"[يك]")


def test_persian_is_written_in_persian_letters_and_turkish_without_them():
    persian = " ".join(text for phrases in words("fa").values() for text in phrases.values())
    turkish = " ".join(text for phrases in words("tr").values() for text in phrases.values())
    assert not ARABIC.search(persian)
    assert not re.search(r"[\u0600-\u06ff]", turkish)
    assert "\u200c" in persian, "half-spaces join the parts of a Persian word"


def test_no_language_that_has_no_catalogue():
    from avdet.core.errors import AvdetError

    with pytest.raises(AvdetError, match="no language here"):
        words("de")
