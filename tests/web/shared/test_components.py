"""Components given hostile, missing and unusual values; error pages in every language."""

import re
from datetime import date

import pytest
from django import forms
from django.template import Context, engines
from django.test import Client
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from avdet.core.vocabulary import LANGUAGES
from avdet.words.phrases import phrase

HOSTILE = "\"><script>alert(1)</script>' onload=x"


def drawn(source, language="en", **context):
    with translation.override(language):
        return engines["django"].from_string(CottonCompiler().process(source)).template.render(Context({"language": language, **context}))


@pytest.mark.parametrize("source", [
    '<c-field name="a" :label="x" :hint="x" :error="x" :value="x" :placeholder="x" />',
    '<c-field name="a" label="{{ x }}" value="{{ x }}" title="{{ x }}" />',
    '<c-textarea name="a" :label="x" :value="x" />',
    '<c-select name="a" :label="x" :options="pairs" :value="x" />',
    '<c-radios name="a" :label="x" :options="pairs" :hints="notes" :value="x" />',
    '<c-button :title="x">{{ x }}</c-button>', '<c-link-button :href="x">{{ x }}</c-link-button>',
    '<c-person :name="x" :note="x" :href="x" />', '<c-code :value="x" />', '<c-stat :label="x" :value="x" :note="x" />',
    '<c-event :title="x" :by="x" />', '<c-notice :title="x">{{ x }}</c-notice>', '<c-card :title="x" :href="x" />',
    '<c-tabs :tabs="tabs" />', '<c-stepper :steps="steps" />', '<c-bar-chart :title="x" :rows="rows" />',
    '<c-line-chart :title="x" :points="rows" />', '<c-errors :errors="pairs" />', '<c-search :value="x" :label="x" />',
    '<c-pager :next="x" :note="x" />', '<c-day name="a" :label="x" :hint="x" :min="x" :max="x" />', '<c-table :caption="x"><tr><td>{{ x }}</td></tr></c-table>', '<c-state :title="x">{{ x }}</c-state>',
])  # fmt: skip
def test_what_a_reader_wrote_never_becomes_markup(source):
    rows = [{"label": HOSTILE, "value": 1, "shown": HOSTILE, "tone": HOSTILE, "href": HOSTILE}]
    html = drawn(source, x=HOSTILE, pairs=[(HOSTILE, HOSTILE)], notes={HOSTILE: HOSTILE}, rows=rows,
                 tabs=[{"label": HOSTILE, "url": HOSTILE, "count": None}], steps=[{"label": HOSTILE, "state": "done", "note": HOSTILE}])  # fmt: skip
    assert "<script" not in html
    bare = re.sub(r'"[^"]*"', '""', html)
    assert "onload" not in "".join(re.findall(r"<[a-z][^>]*>", bare))


def test_what_the_page_has_of_the_same_name_does_not_leak_into_a_component():
    page = {"label": "LEAK", "hint": "LEAK", "error": "LEAK", "value": "LEAK", "title": "LEAK", "icon": "LEAK", "note": "LEAK", "name": "LEAK"}
    for source in ('<c-field name="a" label="b" />', "<c-button>c</c-button>", "<c-notice>d</c-notice>", "<c-stat />", "<c-card>e</c-card>", "<c-event />"):
        assert "LEAK" not in drawn(source, **page)


def test_a_field_tells_its_hint_and_its_error_to_everybody():
    html = drawn('<c-field name="phone" label="Phone" hint="Where we reach you" error="Too short" />')
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{each}"' in html for each in described[1].split())
    assert 'aria-invalid="true"' in html
    assert '<label for="phone">' in html


def test_a_flag_that_is_down_leaves_its_attribute_out():
    assert "disabled" not in drawn('<c-button :disabled="flag">x</c-button>', flag=False)
    assert " disabled" in drawn('<c-button :disabled="flag">x</c-button>', flag=True)


def test_a_chosen_option_is_chosen_whatever_its_type():
    html = drawn('<c-select name="a" label="b" :options="pairs" :value="chosen" />', pairs=[(1, "one"), (2, "two")], chosen=2)
    assert '<option value="2" selected>' in html
    assert html.count("selected") == 1


class Everything(forms.Form):
    text = forms.CharField(label="Text", help_text="A hint")
    long = forms.CharField(label="Long", widget=forms.Textarea, required=False)
    one = forms.ChoiceField(label="One", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(label="Many", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False)
    agree = forms.BooleanField(label="Agree")
    hidden = forms.CharField(widget=forms.HiddenInput, initial="h")


def test_every_kind_of_field_has_its_label_and_its_errors_lead_to_it():
    form = Everything({"hidden": "h"})
    html = drawn('<c-form :form="form" />', form=form)
    for target in re.findall(r'<a href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    labelled = set(re.findall(r'<label for="([^"]+)"', html))
    controls = set(re.findall(r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', html))
    assert controls
    assert controls == labelled
    assert html.count("(optional)") == 1, "only the box that may stay empty says so"
    assert 'name="hidden"' in html


def test_a_form_without_errors_has_no_summary():
    assert 'class="errors"' not in drawn('<c-form :form="form" />', form=Everything())


def test_an_empty_table_says_so_in_the_reader_s_words():
    for language in LANGUAGES:
        assert phrase(language, "shared.table.empty") in drawn('<c-table caption="c" :some="none" />', language, none=[])
    assert "nothing yet" in drawn('<c-table caption="c" :some="none"><c-slot name="empty">nothing yet</c-slot></c-table>', none=[])


def test_pointing_icons_turn_round_and_others_do_not():
    assert "points" in drawn('<c-icon name="arrow-right" />')
    assert "points" not in drawn('<c-icon name="check" />')
    assert 'role="img" aria-label="Sent"' in drawn('<c-icon name="truck" label="Sent" />')


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_not_there_says_so_in_the_reader_s_language(client: Client, language):
    client.cookies["language"] = language
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert phrase(language, "shared.fault.404.title") in text
    assert f'lang="{language}"' in text


@pytest.mark.parametrize("fault", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_need_no_request(fault, language):
    with translation.override(language):
        html = engines["django"].get_template(f"{fault}.html").render()
    assert phrase(language, f"shared.fault.{fault[:3]}.text").replace("'", "&#x27;") in html
    assert ('dir="rtl"' in html) is (language == "fa")


@pytest.mark.parametrize(
    ("language", "shown"), [("fa", 'value="۱۴۰۵/۰۸/۰۱"'), ("tr", 'type="date" value="2026-10-23"'), ("en", 'type="date" value="2026-10-23"')]
)
def test_a_box_for_a_day_is_filled_in_the_readers_calendar(language, shown):
    assert shown in drawn('<c-day name="from" label="x" :value="day" />', language, day=date(2026, 10, 23))
