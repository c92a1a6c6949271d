"""Every example in a docstring runs and says the truth; every module and public name says what it is."""

import ast
import doctest
import importlib

import pytest

from tests.house.sources import ROOT, module_name, python_files, tree

MODULES = [module_name(path) for path in python_files("src") if path.parent.name != "migrations"]
PLAIN = {"apps.py", "urls.py"}
"""Files that say what they are by their name; so do migrations."""


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0


def test_there_are_examples_to_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = sum(len(test.examples) for name in MODULES for test in finder.find(importlib.import_module(name)))
    assert examples >= 35


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files("src")
        if not ast.get_docstring(tree(path)) and path.name not in PLAIN and path.parent.name != "migrations" and path.stat().st_size
    ]
    assert silent == []
