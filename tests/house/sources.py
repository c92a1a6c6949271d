"""The project's own files, as the tests of its form read them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "avdet"


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Python files under some folders of the project."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines) of every function of a file; a function's docstring is not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = node.body[0] if ast.get_docstring(node) else None
            words = (said.end_lineno or 0) - said.lineno + 1 if said else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - words


def code_lines(path: Path) -> int:
    """The lines of a file that hold code: not blank, not comment, not docstring."""
    text = path.read_text(encoding="utf-8").splitlines()
    words = {line for node in ast.walk(tree(path)) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
             for line in range(node.lineno, (node.end_lineno or 0) + 1)}  # fmt: skip
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for i, line in enumerate(text, 1) if i not in words)


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def prefixes(path: Path) -> Iterator[str]:
    """The beginnings of module names that a file completes at run time: `import_module(f"avdet.analysis.export.{to}")`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            if start.startswith("avdet."):
                yield start


def named(path: Path) -> Iterator[str]:
    """Modules that a file names in a string, as Django's settings do: `"avdet.config.urls"`, or with something in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"avdet(\.\w+)+", node.value):
            yield node.value
            yield node.value.rpartition(".")[0]


def kept_files() -> tuple[Path, ...]:
    """Every text file that a clone of the project holds, as git knows it."""
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file() and path.suffix not in {".xz", ".png", ".woff2", ".lock", ".parquet"})
