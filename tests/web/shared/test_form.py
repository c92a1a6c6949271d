"""The form of stylesheet and templates: logical directions, nothing inline, nothing unused, all of it written down."""

import re

import pytest

from tests.house.sources import python_files
from tests.web.shared.styles import COMPONENTS, CSS, SHARED, STATIC, templates

SPRITE = (STATIC / "icons.svg").read_text(encoding="utf-8")
TEMPLATES = templates()


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_stands_inline_that_the_policy_forbids(name):
    found = re.findall(r"\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\b(?:src=|type=.application/ld\+json))|<style(?![^>]*nonce=)|javascript:|hx-on|\bjs:", TEMPLATES[name])
    assert found == []


def test_directions_are_logical():
    bare = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    physical = re.findall(r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right|top|bottom|width|height|min-width|max-width)\s*:", bare)
    assert [each for each in physical if "width:" not in each] == []
    assert not re.search(r"(?<![\w(-])(?:min-|max-)?width:(?! ?\d+rem\))", bare), "inline-size, not width"
    assert "text-align: left" not in bare
    assert "text-align: right" not in bare
    assert "float" not in bare


def test_the_stylesheet_is_small_and_loads_nothing_from_elsewhere():
    assert len(CSS.encode()) < 40_000
    assert re.findall(r'url\((?!"fonts/)', CSS) == []
    assert "@import" not in CSS


@pytest.mark.parametrize("name", re.findall(r'url\("([^"]+)"\)', CSS))
def test_every_file_of_the_stylesheet_is_there(name):
    assert (STATIC / name).stat().st_size > 1_000


def test_every_name_of_a_colour_is_defined():
    defined = set(re.findall(r"(--[\w-]+):", CSS))
    used = set(re.findall(r"var\((--[\w-]+)", CSS))
    assert used <= defined
    assert defined - used == set()


def test_licences_lie_beside_what_was_taken():
    for name in ("fonts/inter", "fonts/vazirmatn", "icons", "htmx"):
        assert "icense" in (STATIC / f"{name}.LICENSE.txt").read_text(encoding="utf-8") or name == "htmx"
    assert "sourceMappingURL" not in (STATIC / "htmx.js").read_text(encoding="utf-8")


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    text = "\n".join(TEMPLATES.values())
    asked = set(re.findall(r'<c-icon name="([a-z][\w-]*)"', text)) | set(re.findall(r'\b(?:icon|after)="([a-z]+-?[a-z-]*)"', text))
    named = "\n".join(path.read_text(encoding="utf-8") for path in python_files("src/avdet/web"))
    asked |= set(re.findall(r'"icon": "([\w-]+)"', named))
    assert asked - drawn == set()


def test_the_sprite_draws_and_does_nothing_else():
    assert set(re.findall(r"<(\w+)", SPRITE)) <= {"svg", "symbol", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_is_written_down_and_shown(component):
    assert f"<c-{component.stem}" in (SHARED / "templates" / "cotton" / "README.md").read_text(encoding="utf-8")
    shown = "\n".join(text for name, text in TEMPLATES.items() if "gallery" in name or "cotton" in name or name.endswith(("doors.html", "messages.html")))
    assert f"<c-{component.stem} " in shown.replace(">", " ")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_names_what_it_takes_so_that_nothing_leaks_in(component):
    """Cotton lends a component its page's variables: only what it names itself, with a value, is its own."""
    text = component.read_text(encoding="utf-8")
    declared = re.search(r"<c-vars\s([^>]*)/>", text)
    assert declared
    assert all("=" in word for word in re.sub(r'"[^"]*"', '""', declared[1]).split())


MARKUP = (
    r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", r"{% block \w+_class %}\w*{% endblock %}", r"{%.*?%}|{{.*?}}",
    r"<style.*?</style>|<(?:\"[^\"]*\"|'[^']*'|[^>])*>", r"&\w+;|\bAvdet\b|\bIBAN\b",
)  # fmt: skip


def bare(text: str) -> str:
    for pattern in MARKUP:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    return text


def test_no_words_stand_in_a_template():
    """Visible text comes from a catalogue: what is left when tags, markup and comments are taken away has no letters."""
    found = {name: words for name, text in TEMPLATES.items() if (words := re.findall(r"[^\W\d_]{2,}", bare(text)))}
    assert found == {}
