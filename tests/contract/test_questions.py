"""Questions that break the contract are refused with the path of the value; nothing is guessed."""

import copy
import json

import pytest

from avdet.contract import answer, read_question
from avdet.contract.answer import builtins, settle_question
from avdet.contract.question import read_question_file
from avdet.core.errors import AvdetError, QuestionError
from tests.core.policies import HEADER

POLICY = """\
  - id: SHP-NEW-1
    text: {en: "A later clause."}
    carried_by: terms_page
  - id: SHP-WDR-1
    text: {en: "Withdrawal within 7 working days of hand-over."}
    at: [claim, cancellation]
    when: reason == withdrawal
    provided: not delivered or sealed
    within: {working_days: 7, after: handed_to_carrier, sets: report_by}
    then: {outcome: approve, return_shipping: customer, remedies: [refund], requires: [accessories, invoice]}
    otherwise: {outcome: deny}
  - id: SHP-ORD-1
    text: {en: "We sell in Iran."}
    at: checkout
    cases: [{when: country == IR and not short_of_stock, then: {outcome: approve}}, {then: {outcome: deny}}]
"""


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(HEADER + POLICY, encoding="utf-8")
    return str(path)


@pytest.fixture
def question(store):
    return {
        "store": store,
        "at": "claim",
        "order": {
            "number": "S-1",
            "placed_at": "2026-03-17T10:00:00+03:30",
            "handed_to_carrier_at": "2026-03-19T09:00:00+03:30",
            "delivered_at": "2026-03-26T14:00:00+03:30",
            "lines": [
                {"sku": "A", "quantity": 3, "unit_price": 1000, "currency": "IRR", "in_stock": 1},
                {"sku": "B", "quantity": 1, "unit_price": 500, "currency": "IRR", "in_stock": 1},
            ],
            "discount": 350,
        },
        "claim": {
            "sku": "A",
            "quantity": 2,
            "reason": "withdrawal",
            "reported_at": "2026-04-04T23:59:59.999999+03:30",
            "answers": {"sealed": True},
        },
    }


def put(question, path, value):
    changed = copy.deepcopy(question)
    here = changed
    *steps, last = path
    for step in steps:
        here = here[step]
    if value is DROP:
        del here[last]
    else:
        here[last] = value
    return changed


DROP = object()


def asked(question):
    return builtins(answer(read_question(json.dumps(question).encode())))


@pytest.mark.parametrize(
    ("path", "value", "where", "says"),
    [
        (["colour"], "red", "$", "unknown field 'colour'"),
        (["order", "colour"], "red", "$.order", "unknown field 'colour'"),
        (["order", "lines", 1, "colour"], "red", "$.order.lines[1]", "unknown field"),
        (["order", "lines", 1, "quantity"], "1", "$.order.lines[1].quantity", "Expected 'int'"),
        (["order", "lines", 0, "quantity"], 0, "$.order.lines[0].quantity", ">= 1"),
        (["order", "lines", 0, "quantity"], 1.5, "$.order.lines[0].quantity", "Expected 'int'"),
        (["order", "lines", 0, "unit_price"], -1, "$.order.lines[0].unit_price", ">= 0"),
        (["order", "lines", 0, "unit_price"], 10**16, "$.order.lines[0].unit_price", "<="),
        (["order", "lines", 0, "traits"], ["fod"], "$.order.lines[0].traits[0]", "Invalid enum value 'fod'"),
        (["order", "lines", 1, "currency"], "TRY", "$.order.lines[1].currency", "beside"),
        (["order", "lines", 0, "discount"], 4000, "$.order.lines[0].discount", "above the line"),
        (["order", "lines", 0, "returned"], 4, "$.order.lines[0].returned", "more returned"),
        (["order", "lines"], [], "$.order.lines", "0 lines"),
        (["order", "discount"], 10**6, "$.order.discount", "above the order"),
        (["order", "placed_at"], "2026-03-17T10:00:00", "$.order.placed_at", "timezone"),
        (["order", "placed_at"], "yesterday", "$.order.placed_at", "Invalid RFC3339"),
        (["order", "placed_at"], DROP, "$.order", "missing required field 'placed_at'"),
        (["order", "placed_at"], "2026-03-25T10:00:00+03:30", "$.order.handed_to_carrier_at", "is before placed"),
        (["order", "delivered_at"], "2026-03-18T10:00:00+03:30", "$.order.delivered_at", "before handed_to_carrier"),
        (["order", "delivered_at"], "2026-05-18T10:00:00+03:30", "$.order.delivered_at", "lies after now"),
        (["order", "placed_at"], "2019-03-17T10:00:00+03:30", "$.order.placed_at", "no version"),
        (["now"], "2026-04-01T00:00:00+03:30", "$.claim.reported_at", "lies after now"),
        (["claim", "reported_at"], "2026-03-01T00:00:00+03:30", "$.claim.reported_at", "before placed"),
        (["claim", "quantity"], 4, "$.claim.quantity", "4 claimed, 3 left"),
        (["claim", "sku"], "Z", "$.claim.sku", "no line has the sku"),
        (["order", "lines", 1, "sku"], "A", "$.claim.sku", "2 lines have the sku"),
        (["claim", "reason"], "boredom", "$.claim.reason", "Invalid enum value 'boredom'"),
        (["claim", "answers"], {"sealed": "yes"}, "$.claim.answers.sealed", "Expected 'bool"),
        (["at"], "tomorrow", "$.at", "Invalid enum value"),
        (["store"], "nowhere", "$.store", "is no store"),
        (["store"], "/nowhere/x.yaml", "/nowhere/x.yaml", "No such file"),
        (["order", "destination"], {"country": "Iran"}, "$.order.destination.country", "matching regex"),
        (["order", "deliveries"], [{"attempted_at": "2026-03-25T10:00:00+03:30"}, {"attempted_at": "2026-03-24T10:00:00+03:30"}],
         "$.order.deliveries", "not in order"),
        (["inspection"], {"finding": "confirmed", "goods_received_at": "2026-04-01T00:00:00+03:30"}, "$.inspection.goods_received_at", "before reported"),
    ],
)  # fmt: skip
def test_refusals(question, path, value, where, says):
    with pytest.raises(AvdetError) as error:
        asked(put(question, path, value))
    assert error.value.where == where
    assert says in str(error.value)
    assert error.value.cure


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"3", b"{", b'{"store": "x"', b"\xff\xfe", b"a: &b 1", b"x" * 300_000, b'{"store": "\\ud800"}']
)
def test_what_is_no_question(raw):
    with pytest.raises(QuestionError) as error:
        read_question(raw)
    assert error.value.cure


def test_a_file_in_which_a_key_stands_twice(question):
    raw = json.dumps(question)
    with pytest.raises(QuestionError, match="'sku' stands twice") as error:
        read_question_file(raw.replace('"sku": "A", "quantity": 3', '"sku": "A", "sku": "Z", "quantity": 3').encode())
    assert error.value.cure
    assert read_question_file(raw.encode()) == read_question(raw.encode())


def test_a_question_without_a_moment(question):
    with pytest.raises(QuestionError, match="no moment"):
        asked(put(put(question, ["claim"], DROP), ["at"], "checkout"))


def test_another_currency_than_the_store_sells_in(question):
    lines = [{**line, "currency": "TRY"} for line in question["order"]["lines"]]
    with pytest.raises(QuestionError, match="TRY in a store that sells in IRR"):
        asked(put(question, ["order", "lines"], lines))


def test_the_answer_in_full(question):
    found = asked(question)
    assert (found["outcome"], found["remedies"], found["return_shipping"]) == ("approve", ["refund"], "customer")
    assert found["deadlines"]["report_by"]["at"] == "2026-04-04T23:59:59.999999+03:30"
    assert found["amounts"] == {"currency": "IRR", "goods": 1800, "deducted": 0, "refund": 1800}
    assert found["missing"] == found["ask"] == []
    values = {(row["effect"], row["value"]) for row in found["because"]}
    assert {("outcome", "approve"), ("remedies", "refund"), ("requires", "invoice"), ("return_shipping", "customer")} <= values


def test_what_is_required_and_known_to_be_undone_is_missing(question):
    assert asked(put(question, ["claim", "answers", "accessories_complete"], False))["missing"] == ["accessories"]


def test_return_cost_is_deducted_and_another_product_priced(question):
    changed = put(put(question, ["claim", "return_cost"], 300), ["claim", "other_price"], 2000)
    assert asked(changed)["amounts"] == {"currency": "IRR", "goods": 1800, "deducted": 300, "refund": 1500, "difference": 200}


def test_one_microsecond_late(question):
    late = put(question, ["claim", "reported_at"], "2026-04-05T00:00:00+03:30")
    assert asked(late)["outcome"] == "deny"


def test_a_claim_is_judged_as_things_stood_when_it_was_reported(question):
    """Reported while on its way, decided after delivery: it had not been delivered, so the seal did not matter."""
    early = put(put(question, ["claim", "reported_at"], "2026-03-25T09:00:00+03:30"), ["claim", "answers"], {})
    assert asked(put(early, ["now"], "2026-04-01T09:00:00+03:30"))["outcome"] == "approve"


def test_yaml_and_json_say_the_same(question):
    import yaml

    assert builtins(answer(read_question(yaml.safe_dump(question).encode()))) == asked(question)


def test_two_open_places_about_one_clause_keep_their_own_texts(question, store):
    gaps = """gaps:
  - {about: SHP-WDR-1, at: claim, when: reason == defect, text: {en: "Faults are open."}}
  - {about: SHP-WDR-1, at: claim, when: reason == mismatch, text: {en: "Mismatches are open."}}
"""
    from pathlib import Path

    Path(store).write_text(Path(store).read_text("utf-8") + gaps, encoding="utf-8")
    texts = [asked(put(question, ["claim", "reason"], reason))["because"][0]["text"] for reason in ("defect", "mismatch")]
    assert texts == ["Faults are open.", "Mismatches are open."]


def test_a_cancellation_needs_no_claim(question):
    plain = put(put(question, ["claim"], DROP), ["at"], "cancellation")
    order = {key: value for key, value in plain["order"].items() if key not in ("delivered_at", "handed_to_carrier_at")}
    assert asked({**plain, "order": order, "now": "2026-03-18T10:00:00+03:30"})["outcome"] == "approve"


def test_the_same_question_gives_the_same_bytes(question):
    raw = json.dumps(question).encode()
    from avdet.contract import answer_json

    assert answer_json(raw) == answer_json(raw)


def test_a_gift_is_what_is_invoiced_at_zero(question):
    free = put(question, ["order", "lines", 0, "unit_price"], 0)
    facts = settle_question(read_question(json.dumps(put(free, ["order", "discount"], 0)).encode())).facts
    assert facts["gift"] is True


@pytest.mark.parametrize(("place", "fact"), [("İstanbul", "istanbul"), ("ISTANBUL", "istanbul"), ("تهران", "tehran"),
                                             ("كرج", "karaj"), ("Ankara", "other")])  # fmt: skip
def test_places_are_known_by_their_names(question, place, fact):
    there = put(question, ["order", "destination"], {"country": "IR", "province": place})
    assert settle_question(read_question(json.dumps(there).encode())).facts["place"] == fact
