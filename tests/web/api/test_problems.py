"""What goes wrong is told as a problem document, in the caller's language, wherever it goes wrong."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from avdet.core.errors import AvdetError
from avdet.web.api.problems import KINDS, of_error
from avdet.words.phrases import phrase
from tests.web.api.callers import ROOT
from tests.words.fault_codes import latin_sentence

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize("way", ["header", "parameter"])
def test_a_problem_speaks_the_callers_language(call, language, way):
    asked = {"Accept_Language": f"de, {language};q=0.8"} if way == "header" else {}
    problem = call.get("/orders/NONE" + ("" if way == "header" else f"?lang={language}"), **asked)
    assert problem["title"] == phrase(language, "api.problem.not_found.title")
    assert call.last["Content-Language"] == language
    assert call.last["Content-Type"] == "application/problem+json"
    assert problem["request"] == call.last["X-Request-ID"]


def test_without_a_wish_it_is_the_stores_own(call):
    assert call.get("/orders/NONE")["title"] == phrase("fa", "api.problem.not_found.title")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_every_problem_has_its_words(language, kind):
    for part in ("title", "detail"):
        assert phrase(language, f"api.problem.{kind}.{part}", count=2, scope="x", body="x")


@pytest.mark.parametrize(
    ("method", "path", "sent", "kind"),
    [
        ("GET", "/nothing/here", {}, "not_found"),
        ("GET", "/orders/A%00B", {}, "not_found"),
        ("GET", "/nothing/A%00B", {}, "not_found"),
        ("GET", "/orders?q=A%00B", {}, "invalid"),
        ("GET", "/nothing?q%00=A", {}, "invalid"),
        ("GET", "/orders?source=A%00", {}, "invalid"),
        ("DELETE", "/orders", {}, "method"),
        ("POST", "/orders", {"data": "{", "content_type": "application/json"}, "not_json"),
        ("POST", "/orders", {"data": b"\xff\xfe", "content_type": "application/json"}, "not_json"),
        ("POST", "/orders", {"data": "[]", "content_type": "application/json"}, "invalid"),
        ("POST", "/orders", {"data": "a=1", "content_type": "application/x-www-form-urlencoded"}, "media_type"),
        ("POST", "/orders", {"data": "[" * 100_000, "content_type": "application/json"}, "not_json"),
        ("POST", "/decide", {"data": "[" * 100_000, "content_type": "application/json"}, "not_json"),
        ("POST", "/orders", {"data": " " * 6_000_000, "content_type": "application/json"}, "too_large"),
        ("POST", "/decide", {"data": '{"at": 1}', "content_type": "application/json"}, "refused"),
    ],
)
def test_whatever_cannot_be_read_is_told_as_a_problem(call, method, path, sent, kind):
    response = Client().generic(method, ROOT + path, headers={"Authorization": f"Bearer {call.text}"}, **sent)
    problem = json.loads(response.content)
    assert (problem["kind"], response.status_code) == (kind, KINDS[kind])
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        ("[]", "question.not_object", "$"),
        ('{"at": 1}', "question.type", "$.at"),
        ('{"at": "claim"}', "question.missing", "$"),
        ('{"store": "elsewhere"}', "question.other_store", "$.store"),
        ('{"order_number": "1", "at": "never again"}', "question.choice", "$.at"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_in_persian_with_its_code(call, asked, code, where):
    headers = {"Authorization": f"Bearer {call.text}", "Accept-Language": "fa"}
    sent = Client().post(ROOT + "/decide", asked, content_type="application/json", headers=headers)
    problem = json.loads(sent.content)
    assert (sent.status_code, problem["code"], problem["where"]) == (422, code, where)
    assert problem["detail"] == phrase("fa", "api.problem.refused.detail")
    error = AvdetError(problem["what"], where=problem["where"], cure=problem["cure"])
    assert not latin_sentence(error)
    assert not problem["what"].isascii()


def test_what_has_no_code_is_told_in_english_without_one():
    assert "code" not in of_error(AvdetError("a draft", cure="publish it"), "fa").members
