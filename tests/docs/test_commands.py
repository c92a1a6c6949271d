"""Whatever the pages tell a reader to write, type or run is done here, page by page, and must come out as they say."""

import contextlib
from pathlib import Path

import pytest

from tests.docs.fences import fences
from tests.docs.mend import EXAMPLE, KEPT, TUTORIAL
from tests.docs.pages import ROOT, Reader, pages


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.setenv(name, "")  # put back afterwards; the page sets its own


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page, tmp_path):
    reader = Reader(tmp_path)
    reader.follow(page)
    assert not reader.amiss, "\n\n".join(["", *reader.amiss])


def test_the_example_is_what_the_tutorial_ends_with(tmp_path):
    reader = Reader(tmp_path)
    with contextlib.chdir(tmp_path):
        for fence in fences(TUTORIAL):  # its other commands are run by `test_page`
            if not fence.skip and (fence.kind != "console" or fence.lines[0].startswith(("$ avdet policy new", "$ cp "))):
                reader.meet(fence)
    assert reader.amiss == []
    differ = [name for name in KEPT if (EXAMPLE / name).read_bytes() != (tmp_path / name).read_bytes()]
    assert differ == [], "run: python -m tests.docs.mend docs/tutorial/first-policy.md"


def _page(folder: Path, text: str) -> list[str]:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    (folder / "desk").mkdir()
    reader = Reader(folder / "desk")
    reader.follow(page)
    return reader.amiss


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```console\n$ avdet policy new a.txt  # exit 2\nall is well\n```", "all is well"),
        ("```console\n$ avdet facts\n…\n```\n```console\n$ avdet policy new a.txt\n…\n```", "exit 2"),
        ("```console\n$ rm -r .\n```", "no command that a page may run"),
        ("```sh\nmake it so\n```", "nothing runs a block of sh"),
        ("```\nplain\n```", "nothing runs a block of no kind"),
        ("```python\n>>> 1 + 1\n3\n```", "Got:\n    2"),
        ("```python\nassert False\n```", "page.md:2"),
        ("```yaml\nwhen: seald\n```", "did you mean 'sealed'?"),
        ("```yaml\ncolour: red\n```", "colour"),
        ("```yaml\n# refused: all wrong\nwhen: seald\n```", "it is refused so: SHP-1: 'seald' is no fact"),
        ("```yaml\n# refused: all wrong\nwhen: sealed\n```", "it is refused so:"),
        ("```json\n{\n```", "Expecting property name"),
        ('```yaml title="a.yaml"\na: 1\n```\n```diff title="a.yaml"\n-b: 1\n+b: 2\n```', "these lines stand 0 times"),
        ('```yaml title="a.yaml"\na: 1\n```\n```yaml title="a.yaml, from b: to the end"\nb: 1\n```', "where in a.yaml"),
    ],
)
def test_a_page_that_is_wrong_is_found_out(text, said, tmp_path):
    assert said in "\n".join(_page(tmp_path, text))


def test_a_page_that_is_right_passes(tmp_path):
    text = (
        '```yaml title="a.yaml"\na: 1\nb: 1\n```\n```diff title="a.yaml"\n-a: 1\n+a: 2\n b: 1\n```\n'
        '```yaml title="a.yaml, from b: to the end"\nb: 3\n```\n```yaml title="a.yaml, at the end"\nc: 4\n```\n'
        "```console\n$ cat a.yaml\na: 2\nb: 3\n\nc: 4\n$ cp a.yaml b.yaml\n$ avdet decide nowhere.yaml  # exit 2\navdet: nowhere.yaml: …\n```\n"
        "<!-- not run: it needs the network -->\n```sh\npip install avdet\n```\n"
        "```python\none = 1\n```\n\n```python\n>>> one\n1\n```\n"
    )
    assert _page(tmp_path, text) == []


def test_every_block_that_is_not_run_says_why():
    skipped = [fence for page in pages() for fence in fences(page) if fence.skip]
    assert all(len(fence.skip.split()) >= 3 for fence in skipped), [fence.place for fence in skipped]
