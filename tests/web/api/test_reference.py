"""The reference says what the API does: as a page in three languages, and in the documentation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from django.test import Client

from avdet.web.api.openapi import document
from avdet.words.phrases import phrase

ROOT = Path(__file__).resolve().parents[3]


def test_the_documentation_is_current():
    spec = importlib.util.spec_from_file_location("api_reference", ROOT / "tools/api_reference.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.written(), "run python tools/api_reference.py"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_the_page_shows_every_endpoint_and_every_problem(language):
    page = Client().get(f"/api/v1/docs?lang={language}").content.decode()
    assert phrase(language, "api.docs.title") in page
    assert all(f'id="{each["operationId"]}"' in page for operations in document()["paths"].values() for each in operations.values())
    assert 'id="problem-denied"' in page


def test_the_document_is_openapi_3_1_and_says_who_may_ask():
    found = Client().get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert all(each["security"] for operations in found["paths"].values() for each in operations.values())
