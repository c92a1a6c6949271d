"""Whatever is fed in: one clear line on standard error, exit code 2, no traceback."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.bookshop import POLICY, QUESTION
from tests.cli.conftest import run_avdet

NESTED = 100_000


def refused(ran, *words):
    assert ran.code == 2, ran
    assert ran.out == ""
    assert ran.err.startswith("avdet: ")
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    assert "fault in avdet" not in ran.err
    assert "→" in ran.err, "an error names its cure"
    for word in words:
        assert word in ran.err


BYTES = {
    "nothing": b"",
    "a blank": b" \n ",
    "NUL": b"\x00\x00",
    "not UTF-8": b"\xff\xfe{\x00}\x00",
    "half a letter": '{"store": "é'.encode()[:-1],
    "a lone surrogate": b'{"store": "\\ud800", "at": "claim"}',
    "half of JSON": b'{"store": "fetrashop", "at": ',
    "a list": b"[]",
    "a number": b"7",
    "text": b"hello",
    "deep lists": b"[" * NESTED,
    "deep objects": b'{"a":' * (NESTED // 5),
    "deep YAML": b"- " * 5_000,
    "a long figure": b'{"store": "fetrashop", "at": "claim", "now": ' + b"9" * 100_000 + b"}",
    "huge": b'{"store": "' + b"x" * 300_000 + b'"}',
    "YAML tags": b"store: !!python/object/apply:os.system ['true']\n",
    "YAML bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nstore: *c\n",
    "an alias": b"store: *x\n",
    "a repeated key": b"store: fetrashop\nstore: fetrashop\n",
    "two documents": b"store: a\n---\nstore: b\n",
    "tabs": b"store:\n\t- x\n",
    "a bell": b"store: \x07\n",
    "not a number": b'{"store": NaN}',
}


@pytest.mark.parametrize("raw", BYTES.values(), ids=BYTES.keys())
def test_a_question_that_is_none(avdet, raw):
    refused(avdet("decide", "--json", "-", stdin=raw))


@pytest.mark.parametrize("raw", BYTES.values(), ids=BYTES.keys())
def test_a_policy_that_is_none(avdet, tmp_path, raw):
    file = tmp_path / "shop.yaml"
    file.write_bytes(raw)
    refused(avdet("decide", "--json", "-", stdin=json.dumps(QUESTION | {"store": str(file)}).encode()))


@pytest.mark.parametrize("store", ["", "\0.yaml", "../../etc/passwd", "no-such-store", "x" * 5000, "\ud800.yaml", "a\nb.yaml", ".yaml", "🙂"])
def test_a_store_that_is_none(avdet, store):
    refused(avdet("decide", "--json", "-", stdin=json.dumps(QUESTION | {"store": store}).encode()))


@pytest.mark.parametrize(("change", "path"), [
    ({"at": "claims"}, "$.at"),
    ({"order": None}, "$.order"),
    ({"order": QUESTION["order"] | {"lines": []}}, "$.order.lines"),
    ({"order": QUESTION["order"] | {"placed_at": "2026-03-02T10:00:00"}}, "$.order.placed_at"),
    ({"order": QUESTION["order"] | {"delivered_at": "2026-03-01T10:00:00+03:00"}}, "$.order"),
    ({"order": QUESTION["order"] | {"placed_at": "0001-01-01T00:00:00+14:00"}}, "$.order"),
    ({"claim": QUESTION["claim"] | {"quantity": 0}}, "$.claim.quantity"),
    ({"claim": QUESTION["claim"] | {"quantity": 3}}, "$.claim.quantity"),
    ({"claim": QUESTION["claim"] | {"quantity": True}}, "$.claim.quantity"),
    ({"claim": QUESTION["claim"] | {"quantity": 1.0e400}}, "$"),
    ({"claim": QUESTION["claim"] | {"reported_at": "9999-12-31T23:59:59-14:00"}}, ""),
    ({"surprise": 1}, "$"),
])  # fmt: skip
def test_a_question_that_breaks_the_contract_names_the_place(avdet, tmp_path, change, path):
    file = tmp_path / "bookshop.yaml"
    file.write_text(POLICY, encoding="utf-8")
    refused(avdet("decide", "-", stdin=json.dumps(QUESTION | {"store": str(file)} | change).encode()), path)


@pytest.mark.parametrize("command", [["decide"], ["policy", "check"], ["policy", "publish"]])
def test_files_that_cannot_be_read(avdet, tmp_path, command):
    (tmp_path / "folder.yaml").mkdir()
    for name in ("folder.yaml", "missing.yaml", "a\0b.yaml", "x" * 5000 + ".yaml"):
        refused(avdet(*command, str(tmp_path / name)))


HOSTILE = {
    "brackets": ("provided: sealed", "provided: '" + "(" * 200_000 + "'", ":13: BKS-WDR-1"),
    "negations": ("provided: sealed", "provided: '" + "not " * 100_000 + "sealed'", ":13: BKS-WDR-1"),
    "a deep tree": ("provided: sealed", "provided: " + "{not: " * 30 + "sealed" + "}" * 30, ":13: BKS-WDR-1"),
    "too many clauses": ("clauses:", "clauses:\n" + "  - {id: A-1, text: {en: x}}\n" * 5_000, "split the policy"),
    "a name that is code": ("provided: sealed", "provided: __class__", ":13: BKS-WDR-1"),
    "an id that is code": ("BKS-WDR-1", "__import__('os')", "no clause id"),
    "a figure beyond time": ("working_days: 7", "working_days: 999999999999", ":14: BKS-WDR-1"),
    "a period of less than nothing": ("working_days: 7", "working_days: -1", ":14: BKS-WDR-1"),
    "a zone that is a file": ("Europe/Istanbul", "../../etc/passwd", ":6:"),
    "a store that is a path": ("store: bookshop", "store: ../x", ":2:"),
    "a bidi control": ("Corner Books", "Corner \u202eBooks", "U+202E"),
    "a lone surrogate": ("Corner Books", '"\\ud800"', ":3:"),
    "a clause that is its own exception": ("[BKS-WDR-1]", "[BKS-GFT-1]", "did you mean 'BKS-WDR-1'"),
    "exceptions to each other": ("    provided: sealed", "    exception_to: [BKS-GFT-1]\n    provided: sealed", "general rule"),
    "a week of holidays": ("[saturday, sunday]", "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]", "working day"),
    "a book for a text": ("Hediye iade edilmez.", "x" * 900_000, ":28: BKS-GFT-1"),
    "a figure that trails off": ("working_days: 7", "working_days: 7_", ":14: BKS-WDR-1"),
    "a compared figure that trails off": ("provided: sealed", "provided: quantity <= 7_", ":13: BKS-WDR-1"),
    "a compared figure without end": ("provided: sealed", "provided: quantity <= " + "9" * 5_000, "more than 19 digits"),
    "a parameter that is yes": ("currency: TRY", "currency: TRY\nparameters: {true: 0}", "cannot name a parameter"),
    "a version that is a program": ('version: "1"', 'version: "1\\nDROP TABLE claims; --"', ":8:"),
    "a version that clears the screen": ('version: "1"', 'version: "1\\e[2J"', "U+001B"),
    "a source that clears the screen": ("    at: claim\n    when: gift", '    source: "\\e[2J"\n    at: claim\n    when: gift', "U+001B"),
    "a holiday that turns the line round": ("weekend:", 'add: [{date: 2026-03-06, name: "\\u202ex"}], weekend:', "U+202E"),
    "a zone without end": ("Europe/Istanbul", "E/" * 2_000, ":6:"),
    "a law of nowhere": ("currency: TRY", "currency: TRY\nlaw: ../tr", ":6:"),
    "too many versions": ("versions:", "versions:\n" + "".join(
        f"  - {{version: v{i}, in_force_from: {1000 + i}-01-01}}\n" for i in range(900)), ":8: more than 100 versions"),
    "too many cases": ("clauses:", "clauses:\n  - id: BKS-ALL-1\n    text: {en: x}\n    at: claim\n    cases:\n"
                       + "      - {when: sealed, then: {outcome: deny}}\n" * 22_000, "20,000 comparisons"),
    "cases that grow": ("clauses:", "clauses:\n  - id: BKS-ALL-1\n    text: {en: x}\n    at: claim\n    cases:\n"
                        + "      - {when: sealed, then: {outcome: deny}}\n" * 1_000, ":10: BKS-ALL-1"),
    "cases without a comparison": ("clauses:", "clauses:\n  - id: BKS-ALL-1\n    text: {en: x}\n    at: claim\n    cases:\n"
                                   + "      - {then: {outcome: deny}}\n" * 3_000, "2,000 cases"),
    "too many comparisons": ("clauses:", "clauses:\n" + "".join(
        f"  - {{id: BK-{i}, text: {{en: x}}, at: claim, when: {' or '.join(['gift'] * 990)}, then: {{outcome: deny}}}}\n"
        for i in range(90)), "20,000 comparisons"),
    "directives": ("avdet: 1", "".join(f"%TAG !a{i}! x\n" for i in range(50_000)) + "---\navdet: 1", ":1: a line that begins with %"),
    "a misspelt fact": ("provided: sealed", "provided: seald", "sealed"),
    "a misspelt key": ("provided: sealed", "provide: sealed", "provided"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_policy_is_refused_at_once_with_its_line_and_cure(avdet, tmp_path, before, after, said):
    file = tmp_path / "shop.yaml"
    file.write_text(POLICY.replace(before, after, 1 if before == "BKS-WDR-1" else -1), encoding="utf-8")
    start = process_time()
    ran = avdet("decide", "-", stdin=json.dumps(QUESTION | {"store": str(file)}).encode())
    refused(ran, said)
    assert process_time() - start < 2


ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 30))
SCENARIOS = {
    "deep lists": ("[" * NESTED, "nested"),
    "deep mappings": ("scenarios: " + "{a: " * 50_000, "nested"),
    "aliases that multiply": (ALIASES + "scenarios: [{id: *a11, input: {}, expect: {}}]", "values"),
    "merges that multiply": (MERGES + "scenarios: []", "values"),
    "an alias of itself": ("a: &a [*a]\nscenarios: []", "*a stands for nothing above"),
    "a merge of text": ("a: &a x\nscenarios: [{<<: *a}]", "merge key"),
    "a tag": ("scenarios: [{id: a, input: !!timestamp x, expect: {}}]", "a tag"),
    "a question that is a figure": ("scenarios: [{id: a, input: 7, expect: {}}]", "scenario 1"),
    "expectations that are a list": ("scenarios: [{id: a, input: {}, expect: [1]}]", "scenario 1"),
    "a clause that is a figure": ("scenarios: [{id: a, input: {}, expect: {clauses: 7}}]", "`clauses` is a list"),
    "a clause that is a list": ("scenarios: [{id: a, input: {}, expect: {not_clauses: [[A]]}}]", "`not_clauses` is a list"),
    "remedies that are one": ("scenarios: [{id: a, input: {}, expect: {remedies_exactly: refund}}]", "`remedies_exactly` is a list"),
    "clauses that are a figure": ("scenarios: [{id: a, input: {}, expect: {}, covers: 7}]", "`covers` is a list"),
    "a deadline that is no time": ("scenarios: [{id: a, input: {}, expect: {deadlines: {report_by: soon}}}]", "instants"),
    "deadlines that are a figure": ("scenarios: [{id: a, input: {}, expect: {deadlines: 7}}]", "instants"),
}


@pytest.mark.parametrize(("text", "said"), SCENARIOS.values(), ids=SCENARIOS.keys())
def test_a_case_file_that_is_none_is_refused_at_once(avdet, tmp_path, text, said):
    policy, file = tmp_path / "shop.yaml", tmp_path / "cases.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    start = process_time()
    refused(avdet("policy", "test", str(policy), str(file)), "cases.yaml", said)
    assert process_time() - start < 2


@pytest.mark.parametrize("name", ["pipe.csv", "zero.csv", "folder.csv"])
def test_claims_that_are_no_file_are_not_waited_for(avdet, tmp_path, name):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "folder.csv").mkdir()
    for draft, days in (("old", 7), ("new", 3)):
        (tmp_path / f"{draft}.yaml").write_text(POLICY.replace("working_days: 7", f"working_days: {days}"), encoding="utf-8")
    refused(avdet("replay", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), str(tmp_path / name)), "no ordinary file")


def test_a_case_file_without_end_is_read_no_further_than_the_limit(avdet):
    refused(avdet("policy", "test", "fetrashop", "/dev/zero"), "larger than")


def test_a_pipe_in_place_of_a_policy_is_not_waited_for(avdet, tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    refused(avdet("policy", "check", str(tmp_path / "pipe.yaml")), "no ordinary file")


def test_an_endless_file_is_read_no_further_than_the_limit(avdet):
    refused(avdet("decide", "/dev/zero"), "larger than")


def test_what_is_shown_of_hostile_text_cannot_steer_the_terminal(avdet):
    ran = avdet("decide", "-", stdin=json.dumps(QUESTION | {"store": "\x1b[2J\u202eevil\u2066.yaml"}).encode())
    refused(ran)
    assert not set(ran.err) & set("\x1b\u202e\u2066")


def test_an_order_number_cannot_steer_the_terminal(avdet, tmp_path):
    (tmp_path / "shop.yaml").write_text(POLICY, encoding="utf-8")
    order = QUESTION["order"] | {"number": "7\x1b[2J\u202e\n8"}
    ran = avdet("decide", "-", stdin=json.dumps(QUESTION | {"store": str(tmp_path / "shop.yaml"), "order": order}).encode())
    assert ran.code == 0
    assert "\\x1b[2J" in ran.out
    assert not set(ran.out) & set("\x1b\u202e")


@pytest.mark.parametrize("name", ["\udcff.yaml", "\x1b[2J.yaml"])
def test_a_policy_is_started_under_any_name_that_the_system_allows(avdet, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    ran = avdet("policy", "new", name)
    assert (ran.code, ran.err) == (0, "")
    assert "\x1b" not in ran.out
    assert os.path.exists(name)


@pytest.mark.parametrize("arguments", [
    ["decide"], ["decide", "a", "b"], ["decide", "--lang", "xx", "-"], ["decide", "--lang"], ["decide", "--nothing", "-"], ["nothing"],
    ["policy", "nothing"], ["policy", "export", "fetrashop", "--to", "nothing"], ["ask", "fetrashop", "--at", "checkout"],
    ["policy", "publish", "fetrashop", "--lang", "xx"], ["ask", "fetrashop", "--now", "yesterday"], ["schema", "nothing"],
    ["ask", "fetrashop", "--now", "2026-01-01T00:00:00"], ["facts", "--lang", "xx"], ["ask", "nowhere"], ["\0"], ["\ud800"],
    ["policy", "publish", "fetrashop", "--to", "pdf"],
], ids=" ".join)  # fmt: skip
def test_a_command_that_is_none(avdet, arguments):
    refused(avdet(*arguments))


# ---- whatever comes ----

words = st.sampled_from(["store", "at", "order", "claim", "lines", "sku", "fetrashop", "placed_at", "2026-03-02T10:00:00+03:00", "answers"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=8), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value, allow_nan=True).encode()))
def test_the_question_reader_refuses_whatever_is_no_question(raw):
    refused(run_avdet("decide", "--json", "-", stdin=raw))


def _changed(document, path, value):
    if not path:
        return value
    copy = list(document) if isinstance(document, list) else dict(document)
    copy[path[0]] = _changed(document[path[0]], path[1:], value)
    return copy


def _paths(document, here=()):
    yield here
    for key, value in document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ():
        yield from _paths(value, (*here, key))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(_paths(QUESTION | {"store": "ofiskutum"}))), anything)
def test_a_question_with_one_value_changed_is_answered_or_refused(path, value):
    raw = json.dumps(_changed(QUESTION | {"store": "ofiskutum"}, path, value)).encode()
    ran = run_avdet("decide", "--json", "-", stdin=raw)
    if ran.code:
        refused(ran)
    else:
        assert ran.json["outcome"] in ("approve", "evidence", "deny", "review", "ask")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_policy_with_one_line_broken_is_read_or_refused(tmp_path, data):
    lines = POLICY.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[at])))
    junk = data.draw(st.sampled_from(["", " ", "&a ", "*a", "!!x ", "}", "[", "'", '"', ": ", "- ", "#", "\u202e", "\x85", "9" * 30, "and (", "\t", "__class__"]))
    lines[at] = lines[at][:column] + junk + lines[at][column + data.draw(st.integers(0, 4)) :]
    file = tmp_path / "shop.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    ran = run_avdet("decide", "--json", "-", stdin=json.dumps(QUESTION | {"store": str(file)}).encode())
    if ran.code:
        refused(ran)


# ---- the process itself ----


@contextmanager
def spawn(*arguments, **options):
    """A process of its own, gone when the block ends."""
    with subprocess.Popen([sys.executable, "-m", "avdet", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options) as process:  # fmt: skip
        yield process
        process.kill()


def test_a_reader_that_leaves_early_is_no_error():
    with spawn("facts", "--json") as process:
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(20), said) == (141, b"")


@pytest.mark.parametrize(("closed", "arguments", "code"), [
    ("<&-", "decide -", 2), ("<&-", "ask fetrashop", 2), (">&-", "decide --json {claim}", 0), (">&-", "decide {claim}", 0),
    (">&-", "decide nowhere.json", 2), ("2>&-", "decide nowhere.json", 2), ("2>&-", "decide {claim}", 0),
    ("2>&- </dev/null", "ask fetrashop", 2),
])  # fmt: skip
def test_a_stream_that_is_closed_is_empty_or_goes_nowhere(closed, arguments, code):
    claim = Path(__file__).parents[2] / "src/avdet/cli/claims/fetrashop.yaml"
    command = f"exec {sys.executable} -m avdet {arguments.format(claim=claim)} {closed}"
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=20, check=False)
    assert ran.returncode == code, ran
    assert b"Traceback" not in ran.stderr
    assert b"fault in avdet" not in ran.stderr
    assert code == 0 or not ran.stdout


def test_an_interrupt_ends_quietly():
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}  # even where the tests run in a shell's background
    with spawn("ask", "fetrashop", **heard) as process:
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 130
        assert b"Traceback" not in said


def test_a_terminal_that_knows_no_persian_still_gets_an_answer():
    claim = Path(__file__).parents[2] / "src/avdet/cli/claims/fetrashop.yaml"
    with spawn("decide", str(claim), env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}) as process:
        out, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, b"")
    assert b"FET-WDR-1" in out
