import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core import conditions as c
from avdet.core.facts import UNKNOWN
from avdet.core.typecheck import TypeCheckError, check_condition


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("sealed and", "expected"),
        ("(sealed", r"expected '\)'"),
        ("sealed sealed", "was not expected"),
        ("sealed == 'x'", "cannot read"),
        ("__import__('os')", "cannot read"),
        ("a.b", "cannot read"),
        ("sealed == 1.5", "cannot read"),
        ("reason in defect", "needs a list"),
        ("5 <= days_since_delivery", "expected a fact"),
        ("and", "expected a fact"),
        ("known 5", "expected a fact"),
        ("days_since_delivery between 1 or 2", "expected 'and'"),
        ("days_since_delivery <= and", "expected a value"),
        ("sеaled", "cannot read"),  # a Cyrillic letter
        ("not " * 30 + "sealed", "too many"),
        ("(" * 30 + "sealed" + ")" * 30, "nested more"),
        ("sealed or " * 1500 + "sealed", "longer than"),
    ],
)
def test_what_cannot_be_read(text, what):
    with pytest.raises(c.ConditionError, match=what):
        c.parse(text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("reason = defect", "write =="), ("days_since_delivery ≤ 7", "write <="), ("sealed & used", "write and"), ("!sealed", "or not"),
        ("reason == 'defect'", "without quotes"), ("unit_price >= 1.5", "whole figures"), ("sealed; used", "use facts"),
    ],
)  # fmt: skip
def test_signs_of_other_notations_are_told_apart(text, cure):
    with pytest.raises(c.ConditionError) as fault:
        c.parse(text)
    assert cure in fault.value.cure


@pytest.mark.parametrize(
    ("text", "point", "what", "cure"),
    [
        ("seald", "claim", "no fact", "sealed"),
        ("reason == defekt", "claim", "no value of reason", "defect"),
        ("reason < defect", "claim", "no figure", "use =="),
        ("reason", "claim", "one of a list", "reason =="),
        ("days_since_delivery", "claim", "a figure", "<= 7"),
        ("days_since_delivery <= 99999999", "claim", "no value", "40000"),
        ("days_since_delivery == sealed", "claim", "cannot be compared", "same unit"),
        ("days_since_delivery <= hours_since_delivery", "claim", "cannot be compared", "same unit"),
        ("days_since_delivery <= nonsense", "claim", "neither a parameter nor a fact", ""),
        ("days_since_delivery between 7 and 3", "claim", "nothing lies between", "smaller figure first"),
        ("finding == confirmed", "claim", "only the expert", "later decision point"),
        ("sealed", "dispatch", "no claim yet", "later decision point"),
        ("known sealed", "claim", "simply be asked", "fact itself"),
        ("sealed == 1", "claim", "no value of sealed", "true or false"),
        ("sealed == no", "claim", "no value of sealed", "not sealed"),
    ],
)
def test_what_does_not_type_check(text, point, what, cure):
    with pytest.raises(TypeCheckError, match=what) as fault:
        check_condition(c.parse(text), point)
    assert cure in fault.value.cure


@pytest.mark.parametrize(
    ("text", "known", "value"),
    [
        ("sealed", {}, None),
        ("sealed", {"sealed": True}, True),
        ("not sealed", {"sealed": True}, False),
        ("sealed and used", {"sealed": False}, False),
        ("sealed or used", {"sealed": True}, True),
        ("sealed and used", {"sealed": True}, None),
        ("reason in (defect, mismatch)", {"reason": "mismatch"}, True),
        ("days_since_delivery between 2 and 7", {"days_since_delivery": 7}, True),
        ("days_since_delivery < limit", {"days_since_delivery": 7}, False),
        ("claimed_quantity < quantity", {"quantity": 2, "claimed_quantity": 1}, True),
        ("known finding", {}, False),
        ("known finding", {"finding": "misuse"}, True),
        ("always", {}, True),
    ],
)
def test_kleene(text, known, value):
    left = c.simplify(c.parse(text, {"limit": 7}), UNKNOWN | known)
    assert left == {True: c.ALWAYS, False: c.NEVER}[value] if value is not None else left not in (c.ALWAYS, c.NEVER)


_LEAVES = st.sampled_from(
    [c.Atom("sealed", "==", True), c.Atom("reason", "==", "defect"), c.Atom("reason", "in", ("defect", "mismatch")),
     c.Atom("days_since_delivery", "<=", 7), c.Atom("days_since_delivery", "between", (1, c.Parameter("limit", 7))),
     c.Atom("finding", "known", True), c.Atom("claimed_quantity", "<", c.FactRef("quantity")), c.Atom("used", "!=", False)]
)  # fmt: skip
TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(c.Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: c.All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: c.Any(tuple(parts))),
    ),
    max_leaves=8,
)


@given(TREES)
def test_printed_and_read_back(tree):
    assert c.parse(c.show(tree), {"limit": 7}) == tree
