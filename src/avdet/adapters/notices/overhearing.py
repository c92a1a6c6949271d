"""Apprise says only yes or no, and logs the rest with the recipient's name. Here the log is read, and goes no further."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Iterator
from typing import Final

_LOGGER: Final = logging.getLogger("apprise")
_HTTP: Final = re.compile(r"error=(\d{3})\b")
_SMTP: Final = re.compile(r"\((\d{3}), ")
_REFERENCE: Final = re.compile(r'"messageid"\s*:\s*"?(\d+)')


class _Listener(logging.Handler):
    """Keeps what one thread's sending says."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.said = said
        self.thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record of this thread."""
        if record.thread == self.thread:
            self.said.append(record.getMessage())


@contextlib.contextmanager
def overheard() -> Iterator[list[str]]:
    """What Apprise logs in this thread during the block. Its logger passes nothing on: it names people and their words."""
    said: list[str] = []
    listener = _Listener(said)
    _LOGGER.propagate = False
    _LOGGER.setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)  # its debug lines hold whole addresses, with text and number
    _LOGGER.addHandler(listener)
    try:
        yield said
    finally:
        _LOGGER.removeHandler(listener)


def http_code(said: list[str]) -> str:
    """The last HTTP status that a refusal named, or nothing."""
    return _last(_HTTP, said)


def smtp_code(said: list[str]) -> str:
    """The last SMTP status that a refusal named, or nothing."""
    return _last(_SMTP, said)


def reference(said: list[str]) -> str:
    """The carrier's number of the message, where its answer was logged."""
    return _last(_REFERENCE, said)


def _last(pattern: re.Pattern[str], said: list[str]) -> str:
    found = [each for line in said for each in pattern.findall(line)]
    return str(found[-1]) if found else ""
