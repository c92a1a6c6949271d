"""Coded errors have their words in three languages, with the same places; the program raises each of them, and no other."""

import ast
import re
from string import Formatter

import pytest

from avdet.core.errors import AvdetError, QuestionError
from avdet.core.lifecycles import ALL
from avdet.core.spreadsheet import decoded, read_rows
from avdet.core.vocabulary import LANGUAGES
from avdet.words.faults import coded, faults, in_words, said
from tests.house.sources import python_files, tree
from tests.words.fault_codes import CODES, latin_sentence

GROUPS = sorted(set(faults("en")) - {"place", "question", "lifecycle", "policy"})
NAMED = re.compile(rf"""["]((?:{"|".join(GROUPS)})\.\w+)["]""")
CODED = re.compile(r"""coded\(\s*\w+,\s*"([a-z_]+\.[a-z_0-9]+)["]""")
OF_CLAIMS = ("cases", "parcels", "inspections", "remedies", "refunds", "payouts")
"""Nouns of which every refusal is met by customers or at the desk."""
JOBS = {"ask_bank", "watch_deadlines"}
"""What only the log hears of."""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_what_has_no_code_is_said_as_it_was_raised():
    error = AvdetError("a draft", where="x.yaml:3", cure="publish it")
    assert {in_words(error, language) for language in LANGUAGES} == {"x.yaml:3: a draft → publish it", "x.yaml:3: a draft ← publish it"}
    assert said(error, "tr") == ("a draft", "x.yaml:3", "publish it")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words_with_the_same_places(code, language):
    group, name = code.split(".")
    known, english = faults(language)[group][name], faults("en")[group][name]
    assert all(known[part].strip() for part in ("what", "cure"))
    for part in ("what", "cure"):
        assert places(known[part]) == places(english[part])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_hold_the_same_codes_and_places(language):
    assert {group: set(names) for group, names in faults(language).items()} == {group: set(names) for group, names in faults("en").items()}
    assert all(places(text) == {"n"} for text in faults(language)["place"].values())


def test_no_code_of_a_file_is_never_raised_and_none_is_unknown():
    named = {name for path in python_files("src") for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    raised = {name for name in named if not name.endswith((".json", ".py", ".csv"))} | {"remedy.carriage", "remedy.gift"}
    assert {code for code in CODES if code.split(".")[0] in GROUPS} <= raised


def test_every_code_that_is_raised_has_words():
    named = {name for path in python_files("src") for name in CODED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert named <= set(CODES)


def claims_way() -> list[str]:
    """The sources of what happens to a claim from its filing to its money."""
    rooms = [f"src/avdet/records/{noun}/" for noun in OF_CLAIMS]
    begun = tuple(f"avdet.records.{noun}." for noun in OF_CLAIMS)
    flows = [path for path in python_files("src/avdet/workflows") if any(f"from {room}" in path.read_text("utf-8") for room in begun)]
    return [*(path for path in python_files("src/avdet/records") if any(room in path.as_posix() for room in rooms)), *flows]  # type: ignore[return-value]


@pytest.mark.parametrize("path", claims_way(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_refusal_of_a_claims_way_is_without_a_code(path):
    """It would be met in English by whoever reads Turkish or Persian."""
    calls = [node.exc for node in ast.walk(tree(path)) if isinstance(node, ast.Raise)]
    bare = [
        f"line {call.lineno}" for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("AvdetError", "Conflict")
        and path.stem not in JOBS
    ]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("lifecycle", ALL, ids=lambda lifecycle: lifecycle.noun)
def test_every_lifecycle_says_in_three_languages_which_move_is_not_open(lifecycle):
    with pytest.raises(AvdetError) as caught:
        lifecycle.after(lifecycle.first, "nonesuch")
    assert caught.value.code == f"lifecycle.{lifecycle.noun.replace(' ', '_')}"
    assert all(lifecycle.first in said(caught.value, language).what for language in LANGUAGES)


def test_an_unknown_code_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        coded(AvdetError, "cell.nonesuch")


def test_a_coded_error_keeps_its_kind_its_place_and_its_english():
    error = coded(QuestionError, "question.order_of_events", where="$.order.paid_at", later="paid", earlier="placed")
    assert isinstance(error, QuestionError)
    assert str(error) == "$.order.paid_at: paid is before placed → put the events in the order in which they happened"
    assert in_words(error, "tr").startswith("$.order.paid_at: paid, placed olayından önce")


def test_places_and_figures_are_in_the_readers_words():
    error = coded(AvdetError, "order_file.quantity", at=(("file", "a.csv"), ("row", 1200), ("column", "quantity")), quantity=-2)
    assert error.where == "a.csv: row 1200, column quantity"
    assert said(error, "tr")[:2] == ("bir üründen −2 adet", "a.csv: satır 1200, sütun quantity")
    assert said(error, "fa").where == "\u2066a.csv\u2069: ردیف ۱۲۰۰، ستون \u2066quantity\u2069"


def test_what_cannot_be_seen_is_not_repeated():
    error = coded(AvdetError, "cell.not_whole", at=(("row", 2),), said="1\x1b[2J\u202e")
    assert error.what == "'1\ufffd[2J\ufffd' is no whole number"


@pytest.mark.parametrize(("spoiled", "code", "place"), [
    (lambda: decoded(b"\xff\xfe\x00", "tr"), "file.letters", "بایت"), (lambda: list(read_rows('a\n"' + "x" * 140_000)), "file.row", "ردیف"),
], ids=["letters", "row"])  # fmt: skip
def test_a_table_says_the_english_of_the_catalogue_itself(spoiled, code, place):
    with pytest.raises(AvdetError) as caught:
        spoiled()
    error = caught.value
    assert (error.code, said(error, "en")) == (code, (error.what, error.where, error.cure))
    assert said(error, "fa").where.startswith(place)
    assert not latin_sentence(error)
