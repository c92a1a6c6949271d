"""The catalogue lists every clause of the five stores once, and each store's policy holds exactly those."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import avdet.policies
from avdet.policies.shelf import STORES, load
from avdet.policies.yaml_reader import read_yaml

FILE = Path(avdet.policies.__file__).parent / "catalogue.yaml"
PREFIXES = {"OFI": "ofiskutum", "OFK": "offykala", "HEP": "hepsiburada", "PPS": "persianpetshop", "FET": "fetrashop"}
CLAUSES = {"ofiskutum": 21, "offykala": 25, "hepsiburada": 8, "persianpetshop": 38, "fetrashop": 48}
"""How many clauses each store's published terms were found to have."""


def document() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(FILE.read_bytes(), str(FILE))[0]
    return found


def ids(store: str) -> list[str]:
    return [entry["id"] for entry in document()["clauses"] if entry["store"] == store]


def test_no_clause_is_listed_twice() -> None:
    assert [name for name, times in Counter(entry["id"] for entry in document()["clauses"]).items() if times > 1] == []


def test_every_clause_of_every_store_is_listed() -> None:
    assert Counter(entry["store"] for entry in document()["clauses"]) == CLAUSES


def test_an_id_tells_its_store() -> None:
    for entry in document()["clauses"]:
        assert PREFIXES[entry["id"].split("-")[0]] == entry["store"]


def test_each_clause_is_restated_in_one_line_of_its_own() -> None:
    for entry in document()["clauses"]:
        assert set(entry) == {"id", "store", "says"}
        assert 20 <= len(entry["says"]) <= 220, entry["id"]
        assert "\n" not in entry["says"]
        assert entry["says"][0].isupper(), entry["id"]
        assert entry["says"].endswith("."), entry["id"]


@pytest.mark.parametrize("store", STORES)
def test_a_policy_holds_the_clauses_of_its_store_and_no_other(store: str) -> None:
    held = {clause.id for edition in load(store).editions for clause in edition.clauses}
    assert held == set(ids(store))


@pytest.mark.parametrize("store", STORES)
def test_a_clause_that_decides_nothing_names_what_keeps_it(store: str) -> None:
    idle = [clause.id for clause in load(store).newest.clauses if not clause.cases and not clause.carried_by]
    assert idle == []


def test_a_reading_speaks_of_listed_clauses() -> None:
    known = {entry["id"] for entry in document()["clauses"]}
    for entry in document()["readings"]:
        assert set(entry) == {"clauses", "what", "reading"}
        assert set(entry["clauses"]) <= known
        assert entry["what"].endswith(".")
        assert entry["reading"].endswith(".")


def test_every_open_place_has_a_reading() -> None:
    assert len(document()["readings"]) == 13
