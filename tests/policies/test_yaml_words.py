"""A file that is no YAML is refused in words that say what to do, whichever of PyYAML's parsers reads it."""

import pytest
import yaml
from tests.words.fault_codes import codes

from avdet.core.errors import PolicyError
from avdet.policies import yaml_reader
from avdet.policies.shelf import read_bytes
from avdet.policies.yaml_reader import MAX_BYTES, read_yaml
from avdet.policies.yaml_words import in_words
from avdet.words.faults import said


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader], ids=["python", "libyaml"])
@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        ("en: We are open: always", "second colon", "in quotes"),
        ('en: "never closed', "never closed", "closing quote"),
        ("at: [claim, refund\nthen: 1", "a list in [ ]", "commas"),
        ('name: {en: "a" tr: "b"}', "a { }", "commas"),
        ("a:\n\tb: 1", "a tab", "spaces"),
        ("a: @home", "a sign such as @", "in quotes"),
        ("a: - b", "a dash", "a line of its own"),
        ("a: x\nb", "without a colon", "key: value"),
        ("clauses:\n - id: X\n   at: claim\n  when: y", "neither the entry", "line it up"),
        ("a:\n  b: 1\n c: 2", "does not fit the ones above", "line its key up"),
        ('en: "a "b" c"', "does not fit the ones above", "quotes"),
        ("a: ? x", "mapping keys", "indentation"),
    ],
)
def test_faults_are_said_in_words(loader, text, what, cure):
    with pytest.raises(yaml.YAMLError) as fault:
        yaml.load(text, loader)
    told = in_words(fault.value)
    assert what in told.what
    assert cure in told.cure


def test_the_reader_names_file_and_line():
    with pytest.raises(PolicyError, match=r"shop\.yaml:2: a second colon on the line"):
        read_yaml(b"store: x\nen: We are open: always\n", "shop.yaml")


POLICY = """\
avdet: 1
store: shop
name: {en: Shop}
languages: [en]
currency: TRY
calendar: {country: TR, zone: Europe/Istanbul, weekend: [sunday]}
versions: [{version: "1", in_force_from: 2025-01-01}]
clauses:
  - id: SHP-1
    at: claim
    then: {outcome: approve, remedies: [refund]}
    text: {en: Yes.}
"""


@pytest.mark.parametrize(
    ("old", "new", "what", "cure"),
    [
        ("[refund]", "refund", "11: SHP-1: clauses[0].then.remedies: a list is wanted here, not text", "[refund]"),
        ('version: "1"', "version: 1", "7: versions[0].version: text is wanted here, not a whole number", '"1"'),
        ("languages: [en]", "languages:", "4: languages: a list is wanted here, not nothing", "leave the key out"),
        ("text: {en: Yes.}", "text: Yes.", "12: SHP-1: clauses[0].text: keys with values are wanted here, not text", "{ }"),
        ("    text: {en: Yes.}\n", "", "9: SHP-1: clauses[0]: 'text' is missing", "add `text:`"),
        ("avdet: 1", "avdet: one", "1: avdet: a whole number is wanted here, not text", "reference"),
        ("    at: claim", "    than: claim", "10: SHP-1: clauses[0].than: unknown field 'than'", "then"),
        ("currency: TRY", "currency: TRY\nat: claim", "6: at: unknown field 'at'", "belongs elsewhere"),
    ],
)
def test_a_value_of_another_shape_is_told_in_words(old, new, what, cure):
    assert old in POLICY
    with pytest.raises(PolicyError) as fault:
        read_bytes(POLICY.replace(old, new).encode(), "shop.yaml")
    told, _, mended = str(fault.value).partition(" → ")
    assert told == f"shop.yaml:{what}"
    assert cure in mended


BROKEN = {
    "policy.colon": b"en: We are open: always", "policy.quote": b'en: "never closed', "policy.brackets": b"at: [claim, refund\nthen: 1",
    "policy.tab": b"a:\n\tb: 1", "policy.dash": b"a: - b", "policy.no_colon": b"a: x\nb", "policy.level": b"a:\n  b: 1\n c: 2",
    "policy.not_yaml": b"a: ? x", "policy.empty": b"", "policy.second": b"a: 1\n---\nb: 2", "policy.deep": b"[" * 200 + b"]" * 200,
    "policy.marks": b"a: &b 1", "policy.figure": b"a: 12345678901234567890",
    "policy.key": b"[a]: 1", "policy.twice": b"a: 1\na: 2", "policy.large": b"#" * (MAX_BYTES + 1), "policy.letters": b"a: \xff",
    "policy.control": b"a: \x01", "policy.percent": b"a: 1\n%b", "policy.missing": POLICY.replace("    text: {en: Yes.}\n", "").encode(),
    "policy.unknown": POLICY.replace("    at: claim", "    than: claim").encode(),
    "policy.other_kind": POLICY.replace("[refund]", "refund").encode(),
}


@pytest.mark.parametrize("code", sorted(codes("policy") - {"policy.alias", "policy.many"}))
def test_what_is_commonly_wrong_with_a_policy_is_said_in_persian_and_turkish_too(code):
    with pytest.raises(PolicyError) as caught:
        read_bytes(BROKEN[code], "shop.yaml")
    assert caught.value.code == code
    english, turkish, persian = (said(caught.value, language).what for language in ("en", "tr", "fa"))
    assert len({english, turkish, persian}) == 3


def test_an_alias_that_stands_for_nothing_and_too_many_values_have_codes_too(monkeypatch):
    monkeypatch.setattr(yaml_reader, "MAX_VALUES", 3)
    with pytest.raises(PolicyError) as caught:
        read_yaml(b"[1, 2, 3]", "shop.yaml")
    assert caught.value.code == "policy.many"
    with pytest.raises(PolicyError) as caught:
        read_yaml(b"a: *b", "cases.yaml", aliases=True)
    assert caught.value.code == "policy.alias"
    assert said(caught.value, "tr").cure.endswith("&b yazın")
