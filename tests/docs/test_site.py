"""The documentation builds as a site without a warning, fetches nothing from elsewhere, and no link in it leads nowhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


class _Page(HTMLParser):
    """The places of a page, where it points, and what a browser would fetch to show it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.places, self.points, self.fetched = {""}, [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.places |= {values[key] for key in ("id", "name") if values.get(key)}
        if tag == "a" and values.get("href"):
            self.points.append(values["href"])
        if tag == "link" and values.get("rel") not in ("canonical", "next", "prev"):
            self.fetched.append(values.get("href"))
        if tag in ("script", "img", "iframe", "source") and values.get("src"):
            self.fetched.append(values["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def site_pages(site):
    return {file: _Page(file) for file in site.rglob("*.html") if file.name != "404.html"}


def test_every_page_is_in_the_site(site):
    missing = [page for page in (ROOT / "docs").rglob("*.md") if not (site / page.relative_to(ROOT / "docs")).with_suffix(".html").exists()]
    assert missing == []


def test_no_link_leads_nowhere(site_pages):
    astray = []
    for file, page in site_pages.items():
        for link in page.points:
            to = urlsplit(link)
            if to.scheme:
                continue
            target = (file.parent / unquote(to.path)).resolve() if to.path else file
            if not target.exists() or (target in site_pages and unquote(to.fragment) not in site_pages[target].places):
                astray.append(f"{file.name}: {link}")
    assert astray == []


def test_nothing_is_fetched_from_elsewhere(site, site_pages):
    fetched = {link for page in site_pages.values() for link in page.fetched if link}
    assert fetched
    assert [link for link in fetched if urlsplit(link).netloc] == []
    assert not [css for css in site.rglob("*.css") if re.search(r"@import\s+(url\()?['\"]?(https?:)?//|url\(['\"]?(https?:)?//", css.read_text("utf-8"))]


def test_the_search_knows_the_tutorial(site):
    index = (site / "search/search_index.json").read_text(encoding="utf-8")
    assert "first-policy.html" in index


def test_the_command_reference_is_current(capsys):
    import cli_reference

    assert cli_reference.main(["--check"]) == 0, capsys.readouterr().out


def test_every_kind_of_finding_has_its_cure_on_a_page():
    source = "".join(file.read_text("utf-8") for file in (ROOT / "src/avdet/analysis").rglob("*.py"))
    kinds = set(re.findall(r'(?:Finding|finding)\(\s*"([a-z_]+)"', source)) | set(re.findall(r'"(below_law_[a-z_]+)"', source))
    page = (ROOT / "docs/how-to/check-before-publishing.md").read_text("utf-8")
    assert {"gap", "conflict", "below_law_report_by", "figure_without_rule"} <= kinds
    assert [kind for kind in sorted(kinds) if f"| `{kind}` |" not in page] == []


def test_each_command_has_its_section():
    import cli_reference

    from avdet.cli.app import command

    words = [words for words, _ in cli_reference.commands(command([]), ("avdet",))]
    assert {"avdet decide", "avdet policy check"} <= set(words)
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert [each for each in words if f"\n## {each}\n" not in page] == []
