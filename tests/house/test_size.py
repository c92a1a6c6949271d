"""Functions and files stay small enough to be read at a sitting."""

from statistics import median

from tests.house.sources import ROOT, code_lines, functions, python_files

LONGEST_FUNCTION, LONGEST_FILE = 70, 500
MEDIAN_FUNCTION, MEDIAN_FILE = 10, 80
OURS = python_files("src", "tests", "tools", "benchmarks", "examples")


def test_no_function_is_longer_than_a_page():
    long = [f"{path.relative_to(ROOT)}: {name} has {lines} lines" for path in OURS for name, lines in functions(path)
            if lines > LONGEST_FUNCTION]  # fmt: skip
    assert long == []


def test_no_file_is_longer_than_can_be_held_in_the_head():
    long = [f"{path.relative_to(ROOT)} has {lines} lines" for path in OURS
            if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE]  # fmt: skip
    assert long == []


def test_most_functions_are_short():
    assert median(lines for path in python_files("src") for _, lines in functions(path)) <= MEDIAN_FUNCTION


def test_most_files_are_short():
    assert median(code_lines(path) for path in OURS) <= MEDIAN_FILE
