"""Every error of a policy file names file, line, clause and cure."""

import pytest

from avdet.core.errors import PolicyError
from tests.core.policies import HEADER, clause, from_clauses, policy

GOOD = '  - {id: SHP-A-1, at: claim, when: sealed, then: {outcome: approve}, text: {en: "A."}}\n'


@pytest.mark.parametrize(
    ("clauses", "line", "says"),
    [
        ("  - {id: SHP-A-1}\n", 10, "'text' is missing"),
        ("  - {id: SHP-A-1, text: {en: A.}, colour: red}\n", 10, "unknown field 'colour'"),
        ("  - {id: SHP-A-1, text: {en: A.}}\n", 10, "SHP-A-1: the clause sets nothing"),
        ("  - {id: shp, text: {en: A.}, carried_by: x}\n", 10, "is no clause id"),
        ("  - {id: SHP-A-1, text: {en: A.}, then: {outcome: approve}}\n", 10, "no decision point"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: clame, then: {outcome: approve}}\n", 10, "did you mean 'claim'"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {outcome: yes}}\n", 10, "is no outcome"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {}}\n", 10, "nothing is set"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {remedies: [refund, refund]}}\n", 10, "listed twice"),
        ("  - {id: SHP-A-1, text: {xx: A.}, at: claim, then: {outcome: deny}}\n", 10, "is no language"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, otherwise: {outcome: deny}}\n", 10, "without `then`"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {outcome: deny}, otherwise: {outcome: deny}}\n", 10, "can never hold"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {outcome: deny}, cases: [{then: {outcome: deny}}]}\n", 10, "one of the two"),
        (GOOD + GOOD, 11, "SHP-A-1 stands twice"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, then: {outcome: deny}, exception_to: [SHP-A-2]}\n", 10, "no other clause"),
        ("  - id: SHP-A-1\n    text: {en: A.}\n    at: claim\n    when: seald\n    then: {outcome: deny}\n", 13, "SHP-A-1: 'seald' is no fact"),
        ("  - id: SHP-A-1\n    text: {en: A.}\n    at: claim\n    within: {days: test_dys, after: delivered}\n    then: {outcome: deny}\n", 13,
         "did you mean 'test_days'"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, within: {after: delivered}, then: {outcome: deny}}\n", 10, "exactly one unit"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, within: {days: 1, hours: 1, after: delivered}, then: {outcome: deny}}\n", 10, "one unit"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, within: {days: -1, after: delivered}, then: {outcome: deny}}\n", 10, "out of range"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, within: {days: 1, after: delivry}, then: {outcome: deny}}\n", 10, "did you mean 'delivered'"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, valid_from: tomorrow, then: {outcome: deny}}\n", 10, "is no date"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, valid_from: 2026-01-02, valid_to: 2026-01-02, then: {outcome: deny}}\n", 10, "ends before"),
        ("  - {id: SHP-A-1, text: {en: \"A\\u202E\"}, at: claim, then: {outcome: deny}}\n", 10, "U+202E"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, when: {all: sealed}, then: {outcome: deny}}\n", 10, "one of all / any / not"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, when: {fact: sealed, op: like}, then: {outcome: deny}}\n", 10, "no comparison"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, once: later, then: {requires: [invoice]}}\n", 10, "no outcome to wait for"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, once: granted, then: {outcome: deny}}\n", 10, "sets one"),
        ("  - {id: SHP-A-1, text: {en: A.}, at: claim, once: granted, exception_to: [SHP-A-2], then: {requires: [invoice]}}\n", 10, "is an exception"),
        ("  - &a {id: SHP-A-1}\n  - *a\n", 10, "an anchor"),
        ("  - !!python/object:os.system {id: SHP-A-1}\n", 10, "a tag"),
        ("  - {id: SHP-A-1, id: SHP-A-2}\n", 10, "stands twice"),
        ("  - {<<: {id: SHP-A-1}}\n", 10, "a merge key"),
        ("  - [\n", 11, "line"),
    ],
)  # fmt: skip
def test_refusals(clauses, line, says):
    with pytest.raises(PolicyError) as error:
        policy(clauses)
    assert error.value.where == f"shop.yaml:{line}" or says == "line"
    assert says in str(error.value) or says == "line"
    assert error.value.cure
    assert "\n" not in str(error.value)


def test_exceptions_in_a_circle():
    one = clause("SHP-A-1", at="claim", then={"outcome": "deny"}, exception_to=["SHP-A-2"])
    two = clause("SHP-A-2", at="claim", then={"outcome": "deny"}, exception_to=["SHP-A-1"])
    with pytest.raises(PolicyError, match="exceptions to each other"):
        from_clauses(one, two)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ({"avdet": 2}, "policy language 2"),
        ({"store": "My Shop"}, "lower-case"),
        ({"currency": "XXX"}, "no currency"),
        ({"languages": []}, "no language"),
        ({"name": {"tr": "x"}}, "no text in en"),
        ({"versions": []}, "no version"),
        (
            {"versions": [{"version": "2", "in_force_from": "2021-01-01"}, {"version": "1", "in_force_from": "2020-01-01"}]},
            "order",
        ),
        ({"parameters": {"sealed": 1}}, "cannot name a parameter"),
        ({"parameters": {"x": 10**17}}, "too large"),
        ({"calendar": {"country": "IR", "zone": "Mars/Base", "weekend": []}}, "no time zone"),
        ({"calendar": {"country": "IR", "zone": "../../etc/passwd", "weekend": []}}, "no time zone"),
        ({"gaps": [{"about": "SHP-A-9", "at": "claim", "text": {"en": "x"}}]}, "is no clause here"),
    ],
)
def test_header_refusals(header, says):
    with pytest.raises(PolicyError, match=says):
        from_clauses(clause("SHP-A-1", at="claim", then={"outcome": "deny"}), **header)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"a: \xff", "not UTF-8"),
        (b"a: \x00", "U\\+0000"),
        (b"a: 1\n---\nb: 2", "second document"),
        (b"[" * 60 + b"]" * 60, "nested more"),
        (b"- x\n" * 120_000, "more than 100000 values"),
        (b"x" * (1 << 20) + b"y", "larger than"),
        (b'a: "\\ud800"', "shop.yaml"),
        (b"a: 99999999999999999999999999", "more than 19 digits"),
        (b"? [a, b]\n: 1", "no plain word"),
        (b"just text", "keys with values"),
    ],
    ids=range(11),
)
def test_files_that_cannot_be_read(raw, says):
    from avdet.policies.shelf import read_bytes

    with pytest.raises(PolicyError, match=says):
        read_bytes(raw, "shop.yaml")


def test_tree_and_infix_forms_mean_the_same():
    tree = {"all": [{"fact": "sealed", "op": "==", "value": True}, {"not": {"fact": "days_since_delivery", "op": ">", "value": "test_days"}},
                    {"fact": "reason", "op": "in", "value": ["defect", "mismatch"]}]}  # fmt: skip
    infix = "sealed and not days_since_delivery > test_days and reason in (defect, mismatch)"
    keys = {"at": "claim", "then": {"outcome": "deny"}}
    parameters = {"test_days": 7}
    one = from_clauses(clause("SHP-A-1", when=tree, **keys), parameters=parameters)
    two = from_clauses(clause("SHP-A-1", when=infix, **keys), parameters=parameters)
    assert one.newest.clauses[0].when == two.newest.clauses[0].when


def test_the_fingerprint_hangs_on_content_and_not_on_layout():
    plain = policy(GOOD)
    spaced = policy("\n\n# a remark\n" + GOOD.replace("{outcome: approve}", "{outcome:   approve}"))
    other = policy(GOOD.replace('"A."', '"B."'))
    assert plain.newest.fingerprint == spaced.newest.fingerprint
    assert plain.newest.fingerprint != other.newest.fingerprint


def test_versions_hold_the_clauses_that_are_valid_when_they_take_force():
    header = HEADER.replace('{version: "1", in_force_from: 2020-01-01}',
                            '{version: "1", in_force_from: 2020-01-01}, {version: "2", in_force_from: 2026-01-01}')  # fmt: skip
    found = policy(
        '  - {id: SHP-A-1, valid_to: 2026-01-01, at: claim, then: {outcome: deny}, text: {en: "A."}}\n'
        '  - {id: SHP-A-2, valid_from: 2026-01-01, at: claim, then: {outcome: approve}, text: {en: "B."}}\n',
        header,
    )
    assert [[c.id for c in edition.clauses] for edition in found.editions] == [["SHP-A-1"], ["SHP-A-2"]]
    from datetime import date

    assert found.edition_on(date(2019, 12, 31)) is None
    assert found.edition_on(date(2025, 12, 31)) is found.editions[0]
    assert found.edition_on(date(2026, 1, 1)) is found.editions[1]


def test_a_period_of_a_parameter_that_is_text():
    one = clause("SHP-A-1", at="claim", within={"days": "soon", "after": "delivered"}, then={"outcome": "deny"})
    with pytest.raises(PolicyError, match="the parameter soon is no figure"):
        from_clauses(one, parameters={"soon": "tomorrow"})
