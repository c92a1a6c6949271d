"""A store's own gateway must not lead into the network that the server stands in; the installation's own may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from avdet.config.messengers import _messenger
from avdet.core.errors import AvdetError
from avdet.ports.notices import Failed, Notice

LETTER = Notice("email", "a@example.test", "hello", "en", "n-1", "hello")


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    _messenger.cache_clear()
    yield
    _messenger.cache_clear()


@pytest.mark.parametrize("address", ["json://127.0.0.1:8000/", "file:///etc/passwd", "syslog://", "xml://10.0.0.1", "ntfy://host/x"])
def test_strangers_schemes_are_refused(address: str) -> None:
    with pytest.raises(AvdetError):
        _messenger(address)


@pytest.mark.parametrize("server", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "localhost"])
@pytest.mark.parametrize("address", ["mailto://me:pw@{}:25?from=me@example.com", "mailto://me:pw@example.com?smtp={}"])
def test_mail_servers_of_the_house_are_not_asked(address: str, server: str) -> None:
    outcome = _messenger(address.format(server)).send(LETTER)
    assert isinstance(outcome, Failed)
    assert outcome.permanent
    assert "public internet" in outcome.what


def test_the_installations_own_may_stand_beside_it(settings: Any) -> None:
    settings.MAIL_URL = "mailto://me:pw@127.0.0.1:9?from=me@example.com"
    outcome = _messenger(settings.MAIL_URL).send(LETTER)
    assert isinstance(outcome, Failed)
    assert not outcome.permanent
