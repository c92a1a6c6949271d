"""A file that is no YAML is refused in words that say what to do, whichever of PyYAML's parsers reads it."""

import pytest
import yaml

from avdet.core.errors import PolicyError
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
