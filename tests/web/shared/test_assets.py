"""Static files have plain names until they are collected, and fingerprinted ones afterwards."""

import re

import pytest
from django.core.management import call_command

from avdet.web.shared.assets import Fingerprinted


def test_a_file_that_was_never_collected_keeps_its_name(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert Fingerprinted(location=tmp_path).url("avdet/nowhere.css") == "/static/avdet/nowhere.css"


@pytest.mark.parametrize("debug", [False, True])
def test_collected_files_carry_a_fingerprint(settings, tmp_path, debug):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.DEBUG = debug
    url = Fingerprinted(location=tmp_path).url("avdet/avdet.css")
    assert bool(re.fullmatch(r"/static/avdet/avdet\.[0-9a-f]{12}\.css", url)) is not debug
    collected = next((tmp_path / "avdet").glob("avdet.*.css")).read_text(encoding="utf-8")
    assert re.search(r'fonts/inter-latin\.[0-9a-f]{12}\.woff2', collected), "the stylesheet names what it loads by fingerprint too"
    assert list((tmp_path / "avdet").glob("avdet.*.css.gz")), "compressed once, not at every request"
