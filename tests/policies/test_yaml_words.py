"""A file that is no YAML is refused in words that say what to do, whichever of PyYAML's parsers reads it."""

import pytest
import yaml

from avdet.core.errors import PolicyError
from avdet.policies.shelf import read_bytes
from avdet.policies.yaml_reader import read_yaml
from avdet.policies.yaml_words import in_words


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
    said = in_words(fault.value)
    assert what in said[0]
    assert cure in said[1]


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
    said, _, mended = str(fault.value).partition(" → ")
    assert said == f"shop.yaml:{what}"
    assert cure in mended
