"""The reference pages follow from the code, and the published schemas accept what the reader accepts."""

import json
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

from avdet.contract import answer, read_question
from avdet.contract.answer import builtins
from avdet.policies.shelf import HERE, LAWS, STORES
from avdet.policies.yaml_reader import read_yaml

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
REFERENCE = ROOT / "docs/reference"


def test_reference_pages_are_current(capsys):
    import reference

    assert reference.main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("file", [*(HERE / f"{store}.yaml" for store in STORES), *(HERE / f"law/{law}.yaml" for law in LAWS)], ids=lambda f: f.stem)
def test_shipped_policies_fit_the_published_schema(file):
    schema = json.loads((REFERENCE / "policy.schema.json").read_text("utf-8"))
    jsonschema.validate(read_yaml(file.read_bytes(), str(file))[0], schema)


def test_the_published_schema_refuses_what_the_reader_refuses():
    schema = json.loads((REFERENCE / "policy.schema.json").read_text("utf-8"))
    document = read_yaml((HERE / "fetrashop.yaml").read_bytes(), "f")[0]
    document["clauses"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        jsonschema.validate(document, schema)


def test_questions_and_answers_fit_their_schemas():
    question = {
        "store": "fetrashop", "at": "claim",
        "order": {"placed_at": "2026-04-05T10:00:00+03:30", "delivered_at": "2026-04-08T14:00:00+03:30",
                  "lines": [{"sku": "A", "quantity": 1, "unit_price": 45000000, "currency": "IRR", "traits": ["seven_day_test"]}]},
        "claim": {"sku": "A", "quantity": 1, "reason": "defect", "reported_at": "2026-04-10T12:00:00+03:30",
                  "answers": {"misuse": False, "box_kept": True, "box_marked": False}},
    }  # fmt: skip
    jsonschema.validate(question, json.loads((REFERENCE / "question.schema.json").read_text("utf-8")))
    found = builtins(answer(read_question(msgspec.json.encode(question))))
    jsonschema.validate(found, json.loads((REFERENCE / "answer.schema.json").read_text("utf-8")))
