"""`avdet policy …`: findings with their claims, differences, pages, cases, exports and a file to begin with."""

import json

import pytest

from avdet.policies import STORES
from tests.cli.bookshop import POLICY, QUESTION


@pytest.fixture
def shop(tmp_path):
    """`shop(**replacements)` → the path of the bookshop's policy with some of its text changed."""
    def written(name="bookshop", **changes):
        text = POLICY
        for before, after in changes.values():
            assert before in text
            text = text.replace(before, after)
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return written


def kinds(ran):
    return {finding["kind"] for finding in ran.json["findings"] if finding["level"] == "error"}


# ---- check ----


def test_a_policy_with_gaps_fails_and_each_gap_has_its_claim(avdet, shop, tmp_path):
    ran = avdet("policy", "check", shop(), "--json", "--save-witness", str(tmp_path / "claims"))
    assert ran.code == 1
    assert "gap" in kinds(ran)
    for finding in ran.json["findings"]:
        if finding.get("saved"):
            again = avdet("decide", "--json", finding["saved"])
            assert again.code == 0
            assert again.json["outcome"] == finding["decided"]["outcome"]
    assert any(finding.get("saved") for finding in ran.json["findings"])


def test_a_figure_that_the_text_gets_wrong_is_found(avdet, shop):
    ran = avdet("policy", "check", shop(figure=("working_days: 7", "working_days: 9")), "--json")
    assert ran.code == 1
    wrong = [finding for finding in ran.json["findings"] if finding["clauses"] == ["BKS-WDR-1"] and "7" in finding["message"]]
    assert wrong


def test_findings_for_people_name_file_line_and_cure(avdet, shop):
    file = shop()
    ran = avdet("policy", "check", file)
    assert ran.code == 1
    assert ran.out.startswith("bookshop 1: ")
    assert "✘ gap at claim" in ran.out
    assert "→" in ran.out


@pytest.mark.parametrize("store", STORES)
def test_the_shipped_policies_are_clean(avdet, store):
    ran = avdet("policy", "check", store, "--json")
    assert kinds(ran) == set()
    assert ran.code == 0


def test_below_the_law_fails_only_when_asked_to(avdet):
    assert avdet("policy", "check", "fetrashop", "--law").code == 1


# ---- diff ----


def test_a_shorter_period_makes_claims_fare_worse(avdet, shop):
    ran = avdet("policy", "diff", shop(), shop("draft", rule=("working_days: 7", "working_days: 5")), "--json")
    assert ran.code == 1
    assert {change["fares"] for change in ran.json["changes"]} == {"worse"}
    assert "outcome" in {change["effect"] for change in ran.json["changes"]}


def test_the_same_terms_differ_in_nothing(avdet, shop):
    ran = avdet("policy", "diff", shop(), shop("again"))
    assert (ran.code, ran.err) == (0, "")
    assert "0 ways to fare worse, 0 to fare better" in ran.out


@pytest.mark.parametrize(("old", "new", "why"), [("fetrashop", "ofiskutum", "one currency"), ("fetrashop", "fetrashop", "one version")])
def test_policies_that_cannot_be_compared(avdet, old, new, why):
    ran = avdet("policy", "diff", old, new)
    assert ran.code == 2
    assert why in ran.err


# ---- publish, export ----


def test_pages_of_terms(avdet, shop, tmp_path):
    page = tmp_path / "terms.html"
    assert avdet("policy", "publish", shop(), "--lang", "fa", "-o", str(page)).out == ""
    html = page.read_text(encoding="utf-8")
    assert 'lang="fa"' in html
    assert 'dir="rtl"' in html
    assert 'id="BKS-WDR-1"' in html
    assert "BKS-WDR-1" in avdet("policy", "publish", shop(), "--to", "markdown").out
    assert "5" in avdet("policy", "publish", shop("draft", rule=("working_days: 7", "working_days: 5")), "--since", shop()).out


@pytest.mark.parametrize("to", ["jdm", "jsonlogic", "sql"])
def test_exports(avdet, shop, to):
    ran = avdet("policy", "export", shop(), "--to", to)
    assert (ran.code, ran.err) == (0, "")
    assert "BKS-WDR-1" in ran.out
    if to != "sql":
        json.loads(ran.out)


def test_an_export_of_a_point_at_which_nothing_is_said(avdet, shop):
    ran = avdet("policy", "export", shop(), "--to", "sql", "--at", "checkout")
    assert ran.code == 2
    assert ran.err.count("\n") == 1


# ---- test ----


def cases(tmp_path, expect):
    question = {key: value for key, value in QUESTION.items() if key != "store"}
    scenario = {"id": "in-time", "says": "In time.", "input": {"store": "bookshop", **question}, "expect": expect}
    file = tmp_path / "cases.yaml"
    file.write_text(json.dumps({"scenarios": [scenario]}), encoding="utf-8")
    return str(file)


def test_a_case_that_fails_says_what_it_got(avdet, shop, tmp_path):
    ran = avdet("policy", "test", shop(), cases(tmp_path, {"outcome": "deny"}))
    assert ran.code == 1
    assert "✘ in-time  In time." in ran.out
    assert "outcome is 'approve', not 'deny'" in ran.out
    assert "0 of 1 cases hold" in ran.out


def test_cases_that_hold(avdet, shop, tmp_path):
    file = cases(tmp_path, {"outcome": "approve", "clauses": ["BKS-WDR-1"]})
    assert avdet("policy", "test", shop(), file).code == 0
    assert avdet("policy", "test", shop(), file, "--json").json["failed"] == []


@pytest.mark.parametrize("content", [b"", b"scenarios: 7", b"- 1", b"scenarios: [{id: x}]", b"\xff", b"a: &a [*a]"])
def test_a_file_of_cases_that_is_none(avdet, shop, tmp_path, content):
    file = tmp_path / "cases.yaml"
    file.write_bytes(content)
    ran = avdet("policy", "test", shop(), str(file))
    assert ran.code == 2
    assert ran.err.count("\n") == 1


# ---- new, schema ----


def test_a_new_policy_is_never_written_over_another(avdet, tmp_path):
    file = tmp_path / "taken.yaml"
    file.write_text("mine", encoding="utf-8")
    ran = avdet("policy", "new", str(file))
    assert ran.code == 2
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_new_policy_passes_its_check_and_can_be_asked(avdet, tmp_path):
    file = tmp_path / "Köşe Kitap-2.yaml"
    assert avdet("policy", "new", str(file)).code == 0
    assert avdet("policy", "check", str(file), "--json").code == 0
    ran = avdet("ask", str(file), "--now", "2026-03-09T10:00:00+03:00", stdin=b"1\n2026-03-05\nn\nn\ny\nn\n1000\n1\n")
    assert ran.out.startswith("✔"), ran.err


def test_the_schemas_accept_what_the_program_reads_and_writes(avdet, shop):
    import jsonschema

    from avdet.policies.yaml_reader import read_yaml

    question = QUESTION | {"store": shop()}
    documents = {
        "question": question,
        "answer": avdet("decide", "--json", "-", stdin=json.dumps(question).encode()).json,
        "policy": read_yaml(POLICY.encode(), "bookshop.yaml")[0],
    }
    for name, document in documents.items():
        schema = avdet("schema", name).json
        jsonschema.validate(document, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"surprise": 1}, schema)
    assert avdet("policy", "schema").json == avdet("schema", "policy").json


def test_facts_are_listed_with_their_questions(avdet):
    rows = {row["name"]: row for row in avdet("facts", "--json").json}
    assert rows["sealed"]["known_by"] == "customer"
    assert set(rows["sealed"]["question"]) == {"tr", "fa", "en"}
    assert rows["payment_method"]["values"] == ["online", "card_to_card", "cash_on_delivery"]
    assert "days_since_delivery" in avdet("facts").out
    assert "بسته‌بندی" in avdet("facts", "--lang", "fa").out


def test_facts_can_be_found_by_a_word_of_their_question(avdet):
    assert [row["name"] for row in avdet("facts", "FILM", "--json").json] == ["sealed"]
    assert "installation_fault" in avdet("facts", "reason").out, "a value's name is broken nowhere"
    refused = avdet("facts", "quill")
    assert (refused.code, "no fact speaks of 'quill'" in refused.err) == (2, True)


def test_an_extra_that_is_not_installed_is_named(avdet, monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **named):
        if name.split(".")[0] == "avdet" and name.endswith("analysis.prove"):
            raise ModuleNotFoundError("No module named 'z3'", name="z3")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    ran = avdet("policy", "check", "fetrashop")
    assert ran.code == 3
    assert ran.err == "avdet: this needs the extra “prove”, which is not installed → pip install 'avdet[prove]'\n"


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (["policy", "publish", "hepsiburada", "--to", "markdown", "--json"], {"store": "hepsiburada", "language": "tr", "form": "markdown"}),
        (["policy", "export", "fetrashop", "--to", "sql", "--json"], {"store": "fetrashop", "at": "claim", "form": "sql"}),
    ],
)
def test_documents_come_inside_json_for_programs(avdet, arguments, about):
    ran = avdet(*arguments)
    found = ran.json
    assert about.items() <= found.items()
    assert len(found["document"]) > 500


def test_the_demo_speaks_json(avdet):
    answers = avdet("demo", "--json").json
    assert [found["policy"]["store"] for found in answers] == list(STORES)
    assert all(found["because"] for found in answers)
